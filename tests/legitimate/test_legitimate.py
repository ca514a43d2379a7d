"""No documented or implied law breaks on a server that differs in what the contract leaves open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.payloads import Choice, records
from contracts.payloads.verifier.verify import open_verifier
from contracts.run.plan import Plan
from contracts.run.run import run
from contracts.targets.credentials import Credentials
from tests.legitimate.front import fronted
from tests.legitimate.fronts import Case, cases
from tests.serving import ROOT

WORLD = ROOT / "fixtures" / "default.json"


@pytest.mark.parametrize("case", [*cases()], ids=lambda case: case.name.replace(" ", "-"))
def test_only_assumed_laws_break(case: Case, tmp_path: Path) -> None:
    """Each front end has the verdict that its table states."""
    with fronted(case.make(), http10=case.http10) as served:
        plan = Plan(
            served.url,
            seed=7,
            world=WORLD,
            budget=case.budget,
            profile="default",
            credentials=Credentials("me", "any-secret"),
            ledger=tmp_path / "ledger.jsonl",
        )
        findings = run(plan)
    broken = {f.law.id: f for f in findings.findings if f.state == "broken"}
    known = {law_id: str(f.breach) for law_id, f in broken.items() if f.law.evidence != "assumed"}
    assert known.keys() == set(case.once.split()), json.dumps(known, indent=1)
    assert case.broken <= broken.keys(), sorted(broken)
    assert bool(case.broken or case.once) == bool(broken), sorted(broken)
    assert not findings.error
    assert findings.decides
    if case.note:
        assert any(case.note in problem for problem in findings.problems), findings.problems


FORMS = (
    "a new text in each object",
    "request ids that change",
    "page_size beside the rows",
    "members in another order",
    "instants with milliseconds",
    "other messages",
)


@pytest.mark.parametrize("case", [case for case in cases() if case.name in FORMS])
def test_no_payload_fails_by_the_form_of_an_answer(case: Case, tmp_path: Path) -> None:
    """`payloads verify` reads answers as a run does."""
    with fronted(case.make()) as served:
        plan = Plan(
            served.url,
            seed=7,
            world=WORLD,
            budget=1000,
            profile="default",
            credentials=Credentials("me", "any-secret"),
            ledger=tmp_path / "ledger.jsonl",
        )
        with open_verifier(plan) as target:
            choice = Choice(count=150)
            found = records(target.world, 7, target.profile, choice, target.auth)
            verdicts = [target.verifier.verdict(record) for record in found]
    failed = [verdict.message for verdict in verdicts if verdict.status == "failed"]
    assert failed == []
    assert sum(verdict.status == "passed" for verdict in verdicts) > 50
