"""Writes docs/laws.md from the laws, and docs/proof.md from what the drivers found."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from contracts.drivers import directed
from contracts.kernel.law import Law
from contracts.laws import ALL as LAWS
from contracts.targets.app import AppTarget
from tests.defects import BY_ID, CLASSES
from tests.defects.settings import server_of, terms_of
from tests.defects.table import ACCOUNT, Driver, in_markdown
from tests.defects.witnesses import EXTRA_WITNESS

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = "delete-does-nothing"
SHOWN_LAW = "delete-makes-gone"
LAW_COLUMNS = ("id", "promise", "evidence", "source", "tier", "cost")
DRIVER_COLUMNS = ("driver", "run", "defects found", "requests, median", "requests, most")
CLASS_COLUMNS = ("class", "one of its defects")
WITNESS_COLUMNS = ("law", "noticed as well by", "why it is kept")


def write_laws() -> None:
    """Write the page for users: every law, and a broken one."""
    parts = [
        _LAWS,
        *_table(LAW_COLUMNS, [law_row(law) for law in LAWS]),
        _FAILURE.format(sentence=BY_ID[SHOWN].sentence, failure=failure()),
    ]
    (DOCS / "laws.md").write_text("\n".join(parts) + "\n", encoding="utf-8")


def write_proof(drivers: Sequence[Driver]) -> None:
    """Write the page for maintainers: how laws are proved, and what each driver found."""
    parts = [
        _PROOF,
        *_table(CLASS_COLUMNS, class_rows()),
        _DRIVERS.format(day=datetime.now(UTC).date(), defects=len(BY_ID)),
        *_table(DRIVER_COLUMNS, []),
        *in_markdown(drivers),
        *account_part(drivers),
        _WITNESSES,
        *_table(WITNESS_COLUMNS, witness_rows()),
    ]
    (DOCS / "proof.md").write_text("\n".join(parts) + "\n", encoding="utf-8")


def account_part(drivers: Sequence[Driver]) -> list[str]:
    """What the run on an account stopped at, and what it missed."""
    account = next(driver for driver in drivers if driver.name == ACCOUNT)
    stopped = [f"`{key}`" for key in account.found if key in account.stopped]
    missed = [f"`{key}`" for key, hit in account.found.items() if not hit]
    text = _ACCOUNT.format(stopped=", ".join(stopped), missed=", ".join(missed))
    return [text.rstrip("\n")]


def law_row(law: Law) -> tuple[str, ...]:
    """The cells of one law."""
    cost = str(law.cost) if law.script is not None else "watches"
    return (f"`{law.id}`", law.sentence, law.evidence, law.source, law.tier, cost)


def class_rows() -> list[tuple[str, ...]]:
    """The cells of each class of defects."""
    return [
        (kind, f"`{defects[0].id}`: {defects[0].sentence}") for kind, defects in CLASSES.items()
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


_LAWS = """# The laws

For everyone who reads a verdict: what the contract suite holds a server to. `contracts laws ID`
explains a law, and `contracts run --law ID` checks it alone.

A law has a script, which sends its own requests, or it watches every exchange of every driver. Its
*cost* is about how many requests the script sends when it runs alone. A *read-only* law changes
nothing on the server; a *scoped* one changes only what it made itself. One law,
`seeded-is-like-any`, changes what was there before, and runs only in a world that is thrown away.
*Evidence* has the meaning of [fidelity.md](fidelity.md). How the laws are proved is in
[proof.md](proof.md).
"""
_FAILURE = """
## A broken law

This is printed for a server with one defect. {sentence}

```text
{failure}
```"""
_PROOF = """# The proof that the laws bite

For maintainers of the suite: how each law is shown to find something.

A law that nothing can break proves nothing. `tests/defects` holds servers that are correct but for
one small change each, in twelve classes. The tests ask that some law notices every server, and that
every law notices some server. `make defects` prints the whole table: each defect, each driver, and
how many requests it took; each driver stops where it notices the defect. The tests let the scripts
run on, to see every law that notices. `python -m tests.defects --write-docs` writes this page
again; it runs the slow drivers too, for a quarter of an hour.

## Classes of defects
"""
_DRIVERS = """
## What each driver finds

Against the same servers in this process, on {day}, with {defects} defects:
"""
_ACCOUNT = """
The row *account* is a run as on the vendor's API, with canary, marks, ledger, ownership and
clean-up, and with the profile known. Some defects end it before its drivers, at the first answer or
the canary, which says at which step:
{stopped}.

A list that lags is not found there: the canary measures the lag, and the run says so and waits. The
other defects that are missed there show only in what a run never does among others' data. It asks
for no token under another client id. It asks for no single refund that it did not make, and changes
and deletes none, nor sends a DELETE of an id that is no uuid. It sends no text beyond 1,000 letters
and nothing at once, and makes no 100 refunds for one law. Others' refunds to a payer are not known,
and an answer that is called HTML counts as a gateway's. Missed are:
{missed}.
"""
_WITNESSES = """
## Extra witnesses

A law is *needed* if some defect goes unnoticed as soon as the law is not checked: its script does
not run, or it does not watch. Most laws are needed. The others are extra witnesses: the laws beside
them notice every defect that they notice.
"""
