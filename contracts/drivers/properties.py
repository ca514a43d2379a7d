"""Single requests under Hypothesis, each on a world that may have seen others; no sequences."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import seed as with_seed

from contracts import strategies
from contracts.checks import WATCHERS
from contracts.drivers.machine import found_by, quiet
from contracts.law import Breach
from contracts.model import ID
from contracts.session import Session
from contracts.target import Target
from contracts.terms import Terms


def run(target: Target, terms: Terms, *, seed: int = 0, examples: int = 100) -> tuple[Breach, ...]:
    """The breaches that single requests show, one a kind of request at most, shrunk.

    Args:
        target: where to send.
        terms: what is known of it.
        seed: decides every example.
        examples: how many requests of each kind.
    """
    session = Session(target, terms, seed, WATCHERS)
    organization = terms.organization
    made = session.made()[ID]
    kinds: tuple[tuple[Any, Callable[[Any], object]], ...] = (
        (strategies.any_refund_creates(terms), session.create),
        (strategies.any_refund_updates(organization), lambda body: session.update(made, body)),
        (strategies.any_list_queries(organization), session.get_multi),
        (strategies.hostile_bodies(), session.create),
    )
    found = [_check(session, drawn, send, seed, examples) for drawn, send in kinds]
    if session.foreign_allowed:
        session.clean_up()
    return tuple(breach for breach in found if breach is not None)


def _check(
    session: Session, drawn: Any, send: Callable[[Any], object], seed: int, examples: int
) -> Breach | None:
    @with_seed(seed)
    @quiet(examples)
    @given(drawn)
    def holds(value: Any) -> None:
        session.breaches.clear()
        send(value)
        for breach in session.breaches.values():
            raise breach

    return found_by(holds)
