"""Schemathesis finds nothing on a correct server; our laws hear what it finds on a flawed one."""

import json

import pytest

from contracts.checks import WATCHERS
from contracts.drivers import playing, schemathesis
from contracts.drivers.schemathesis import CHECKS_OFF
from contracts.terms import Terms
from tests.contracts.flawed import FLAWED
from tests.contracts.settings import target_of, terms_of, worlds_of


def test_no_alarm_on_a_correct_server() -> None:
    """Its own checks and our laws are kept over all phases, and the engine meets no error."""
    terms = terms_of()
    outcome = schemathesis.run(target_of(terms), terms, examples=3)
    assert outcome.findings == ()
    assert [str(breach) for breach in outcome.breaches.values()] == []
    assert outcome.errors == ()
    assert outcome.requests > 200


@pytest.mark.parametrize("flaw", ["says null", "forgets deletes"])
def test_our_laws_listen_and_recall_what_shows_the_flaw(flaw: str) -> None:
    """A flaw that its checks may miss is heard by our laws; a short sequence shows it again."""
    terms = terms_of()
    server, _ = FLAWED[flaw]
    target = target_of(terms, server)
    outcome = schemathesis.run(target, terms, examples=1)
    assert outcome.breaches
    for law_id, sequences in outcome.recalled.items():
        law = [known for known in WATCHERS if known.id == law_id]
        shown = [
            playing.play(steps, worlds_of(terms, server), terms, "again", law).breaches
            for steps in sequences
        ]
        assert any(shown), (law_id, sequences)
        assert target.bearer() not in json.dumps(sequences)


def test_a_budget_ends_a_run() -> None:
    """No more requests than the budget are sent."""
    base = terms_of()
    terms = Terms(base.organization, base.rules, auth="issued", budget=50)
    outcome = schemathesis.run(target_of(terms), terms, examples=1)
    assert outcome.requests == 50


def test_every_check_that_is_off_has_a_reason() -> None:
    """Each check that is switched off says why."""
    assert all(len(reason) > 20 for reason in CHECKS_OFF.values())
