"""The verdict in words is true to the findings."""

from dataclasses import replace

import pytest

from contracts.kernel.findings import Finding, Findings, State
from contracts.laws import ALL
from contracts.reports.groups import groups
from contracts.reports.verdict import counts, headline, label, left_out
from tests.contracts.reports import runs

DOCUMENTED = next(law for law in ALL if law.evidence == "documented")
ASSUMED = next(law for law in ALL if law.evidence == "assumed")


def _run(*states: State, known: str = "", genuine: bool = False, law: object = None) -> Findings:
    chosen = ASSUMED if law == "assumed" else DOCUMENTED
    findings = tuple(
        Finding(chosen, s, known=known if s == "broken" else "", reason="") for s in states
    )
    return replace(runs.good(), findings=findings, genuine=genuine, surprises=())


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (_run("kept"), "All 1 law kept."),
        (_run("kept", "kept"), "All 2 laws kept."),
        (_run("kept", "undecided"), "No law is broken: 1 kept; 1 undecided."),
        (_run("kept", "broken", known="why"), "No law is broken: 1 kept; 1 known failure."),
        (_run("kept", "broken"), "1 law is broken; 1 kept."),
        (_run("kept", "broken", "broken"), "2 laws are broken; 1 kept."),
        (_run("broken", genuine=True), "1 law is broken; 0 kept."),
        (_run("broken", law="assumed"), "1 law is broken; 0 kept."),
        (_run("broken", genuine=True, law="assumed"), "1 assumption of ours is wrong; 0 kept."),
        (_run("undecided"), "Nothing was decided: no law was kept, and none was broken."),
        (_run(), "Nothing was decided: no law was kept, and none was broken."),
    ],
)
def test_the_headline(run: Findings, words: str) -> None:
    """Each mixture of findings has its sentence."""
    assert headline(run) == words


def test_surprises_make_a_headline() -> None:
    """Where only the known failures surprise, the headline says so, as the run fails by it."""
    run = replace(_run("kept"), surprises=("x",))
    assert run.exit_code == 1
    assert "known failures are no longer as written" in headline(run)


def test_only_the_genuine_api_can_prove_us_wrong() -> None:
    """A broken assumed law is our mistake on the vendor's API alone."""
    for genuine, words in ((True, "assumption"), (False, "broken")):
        run = _run("broken", genuine=genuine, law="assumed")
        assert label(run.findings[0], run) == words


def test_the_worst_come_first() -> None:
    """Broken laws come before wrong assumptions, and those before known failures."""
    law = [law for law in ALL if law.evidence == "assumed"]
    states = (
        Finding(law[0], "broken", known="why"),
        Finding(law[1], "broken"),
        Finding(DOCUMENTED, "broken"),
    )
    run = replace(runs.bad(), findings=states)
    labels = [label(group.first, run) for group in groups(run)]
    assert labels == sorted(labels, key=["broken", "assumption", "known"].index)
    assert len(set(labels)) == 3


def test_topics_add_up() -> None:
    """The counts of all topics together are the counts of the run."""
    run = runs.bad()
    total = sum(
        (counts(run, topic) for topic in {f.law.topic for f in run.findings}), counts(_run())
    )
    assert total == counts(run)


def test_what_was_left_out_has_a_line_a_reason() -> None:
    """Many laws are counted, few are named, and the reason of most comes first."""
    laws = [law for law in ALL if law.script is not None][:5]
    late = [Finding(law, "skipped", reason="the budget was used up") for law in laws[:4]]
    run = replace(_run(), findings=(Finding(laws[4], "undecided", reason="no payer"), *late))
    assert left_out(run) == [
        "4 laws not tried: the budget was used up",
        f"{laws[4].id} undecided: no payer",
    ]
    assert left_out(_run("kept")) == []
