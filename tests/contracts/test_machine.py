"""The Hypothesis drivers raise no alarm on a correct server and shrink what they find."""

import pytest
from hypothesis import given, settings

from contracts import strategies
from contracts.drivers import machine, properties
from contracts.session import Session
from tests.contracts.flawed import FLAWED
from tests.contracts.settings import target_of, terms_of, worlds_of

TERMS = terms_of("strict")


def test_no_alarm_on_a_correct_server() -> None:
    """A few runs of the state machine break no law."""
    terms = terms_of()
    assert machine.run(worlds_of(terms), terms, examples=10, steps=20) is None


def test_single_requests_raise_no_alarm() -> None:
    """Single requests of every kind break no law."""
    terms = terms_of()
    assert properties.run(target_of(terms), terms, examples=30) == ()


@pytest.mark.parametrize("flaw", ["forgets deletes", "loses the second allocation"])
def test_a_flaw_is_found(flaw: str) -> None:
    """The state machine finds a flaw that needs a sequence, and one that a create shows."""
    terms = terms_of()
    breach = machine.run(worlds_of(terms, FLAWED[flaw][0]), terms, examples=40, steps=8)
    assert breach is not None
    assert breach.law is not None
    assert breach.exchanges


@settings(max_examples=60, database=None, deadline=None)
@given(strategies.refund_creates(TERMS.organization))
def test_good_creates_are_accepted_even_when_strict(body: dict[str, object]) -> None:
    """Every body of `refund_creates` is accepted under the strict profile."""
    session = Session(target_of(TERMS), TERMS)
    exchange = session.create(body)
    assert exchange.status == 200, exchange.summary()


@settings(max_examples=40, database=None, deadline=None)
@given(strategies.refund_updates(TERMS.organization), strategies.list_queries(TERMS.organization))
def test_good_updates_and_queries_are_accepted(
    body: dict[str, object], query: tuple[tuple[str, str], ...]
) -> None:
    """Every body of `refund_updates` and query of `list_queries` is accepted when strict."""
    session = Session(target_of(TERMS), TERMS)
    refund_id = session.made()["non_insurance_payer_refund_id"]
    assert session.update(refund_id, body).status == 200
    assert session.get_multi(query).status == 200
