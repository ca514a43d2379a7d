"""Writes docs/checks.md from the laws and from what the drivers found; judging lies elsewhere."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from contracts.drivers import directed
from contracts.kernel.law import Law
from contracts.laws import ALL as LAWS
from contracts.targets.app import AppTarget
from tests.defects import BY_ID, CLASSES
from tests.defects.matrix import Matrix
from tests.defects.settings import server_of, terms_of
from tests.defects.table import Driver, in_markdown
from tests.defects.witnesses import EXTRA_WITNESS

DOCUMENT = Path(__file__).parents[2] / "docs" / "checks.md"
SHOWN = "delete-does-nothing"
SHOWN_LAW = "delete-makes-gone"
LAW_COLUMNS = ("id", "promise", "evidence", "source", "tier", "cost", "a defect that breaks it")
DRIVER_COLUMNS = ("driver", "run", "defects found", "requests, median", "requests, most")
CLASS_COLUMNS = ("class", "defects", "one of them")
WITNESS_COLUMNS = ("law", "noticed as well by", "why it is kept")


def document(found: Matrix, drivers: Sequence[Driver]) -> str:
    """The whole document."""
    counts = Counter(law.evidence for law in LAWS)
    evidence = ", ".join(f"{counts[word]} {word}" for word in ("documented", "implied", "assumed"))
    parts = [
        _INTRODUCTION.format(laws=len(LAWS), evidence=evidence),
        *_table(LAW_COLUMNS, [law_row(law, found) for law in LAWS]),
        _FAILURE.format(sentence=BY_ID[SHOWN].sentence, failure=failure()),
        _PROOF.format(defects=len(found.rows)),
        *_table(CLASS_COLUMNS, class_rows()),
        _DRIVERS,
        *_table(DRIVER_COLUMNS, []),
        *in_markdown(drivers),
        _WITNESSES.format(alone=len(LAWS) - len(EXTRA_WITNESS), extra=len(EXTRA_WITNESS)),
        *_table(WITNESS_COLUMNS, witness_rows()),
    ]
    return "\n".join(parts) + "\n"


def law_row(law: Law, found: Matrix) -> tuple[str, ...]:
    """The cells of one law."""
    cost = str(law.cost) if law.script is not None else "watches"
    defect = f"`{found.sample(law.id).id}`"
    return (f"`{law.id}`", law.sentence, law.evidence, law.source, law.tier, cost, defect)


def class_rows() -> list[tuple[str, ...]]:
    """The cells of each class of defects."""
    return [
        (kind, str(len(defects)), f"`{defects[0].id}`: {defects[0].sentence}")
        for kind, defects in CLASSES.items()
    ]


def witness_rows() -> list[tuple[str, ...]]:
    """The cells of each extra witness."""
    return [
        (f"`{law}`", ", ".join(f"`{name}`" for name in witness.of), witness.reason)
        for law, witness in EXTRA_WITNESS.items()
    ]


def failure() -> str:
    """A broken law as it is printed."""
    defect = BY_ID[SHOWN]
    terms = terms_of(defect.setting)
    target = AppTarget(server_of(defect, terms), "sample")
    chosen = [law for law in LAWS if law.id == SHOWN_LAW]
    (verdict,) = directed.run(target, terms, laws=chosen)
    return str(verdict.breach)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [columns, ["---"] * len(columns), *rows]
    return ["| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines]


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


_INTRODUCTION = """# The laws

What the contract suite holds a server to: {laws} laws
({evidence}).
A law has a script, which sends requests of its own, or it watches every exchange of every driver.
Its *cost* is about how many requests the script sends when it is alone; a *read-only* law changes
nothing on the server, a *scoped* one only what it made itself. Evidence has the meaning of
[fidelity.md](fidelity.md).
`contracts laws ID` explains one, `contracts run --law ID` holds a server to it alone.
"""
_FAILURE = """
## A broken law

As it is printed for a server with one defect. {sentence}

```text
{failure}
```"""
_PROOF = """
## The proof that the laws bite

A law that nothing can break proves nothing. So `tests/defects` holds {defects} servers that are
correct but for one small change, in twelve classes, and the tests ask of them that every one is
noticed, and of the laws that every one notices something. `make defects` prints the whole table:
each defect, each driver, and how many requests it took.
"""
_DRIVERS = """
What each driver finds of them, all against the same servers in this process:
"""
_WITNESSES = """
## Extra witnesses

A law is needed where some defect goes unnoticed as soon as that law is not kept: its script not
sent, or its watch not on. {alone} laws are needed in this sense. The other {extra} are extra
witnesses: whatever of the defects they notice, the laws beside them notice as well.
"""
