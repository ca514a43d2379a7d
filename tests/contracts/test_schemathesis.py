"""Schemathesis finds nothing on a correct server; our laws hear what it finds on a flawed one."""

from contracts.drivers import schemathesis
from contracts.drivers.schemathesis import CHECKS_OFF
from contracts.terms import Terms
from tests.contracts.flawed import FLAWED
from tests.contracts.settings import target_of, terms_of


def test_no_alarm_on_a_correct_server() -> None:
    """Its own checks and our laws are kept over all phases, and the engine meets no error."""
    terms = terms_of()
    outcome = schemathesis.run(target_of(terms), terms, examples=3)
    assert outcome.findings == ()
    assert [str(breach) for breach in outcome.breaches.values()] == []
    assert outcome.errors == ()
    assert outcome.requests > 200


def test_our_laws_listen() -> None:
    """A flaw that its checks may miss is heard by our laws."""
    terms = terms_of()
    server, law_id = FLAWED["says null"]
    outcome = schemathesis.run(target_of(terms, server), terms, examples=1)
    assert law_id in outcome.breaches


def test_a_budget_ends_a_run() -> None:
    """No more requests than the budget are sent."""
    base = terms_of()
    terms = Terms(base.organization, base.rules, auth="issued", budget=50)
    outcome = schemathesis.run(target_of(terms), terms, examples=1)
    assert outcome.requests == 50


def test_every_check_that_is_off_has_a_reason() -> None:
    """Each check that is switched off says why."""
    assert all(len(reason) > 20 for reason in CHECKS_OFF.values())
