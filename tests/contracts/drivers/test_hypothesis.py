"""The Hypothesis drivers raise no alarm on a correct server and keep what they find, shrunk."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from hypothesis import given, settings

from contracts.drivers import state_machine
from contracts.drivers.hypothesis import run_single_requests
from contracts.drivers.search import Effort
from contracts.drivers.sequences import FailureLog, perform, shorten
from contracts.errors import BudgetSpent, TargetTimeout
from contracts.generate import strategies
from contracts.kernel.session import Session, Sessions
from contracts.safety.limits import Budget
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request, Send, Target
from tests.contracts.flawed import FLAWED
from tests.contracts.settings import recording, sessions_of, target_of, terms_of
from tests.reference_server import ReferenceServer

TERMS = terms_of("strict")


def test_no_alarm_on_a_correct_server() -> None:
    """A few runs of the state machine break no law."""
    terms = terms_of()
    log = FailureLog()
    state_machine.run(sessions_of(terms), log, effort=Effort(10, 20))
    assert _told(log) == []
    assert log.requests > 100


def test_single_requests_raise_no_alarm() -> None:
    """Single requests of every kind break no law."""
    terms = terms_of()
    log = FailureLog()
    run_single_requests(sessions_of(terms), log, effort=Effort(30))
    assert _told(log) == []
    assert log.requests > 100


@pytest.mark.parametrize(("flaw", "most"), [("forgets deletes", 3), ("says null", 1)])
def test_a_flaw_is_found_and_shrunk(flaw: str, most: int) -> None:
    """A flaw is shrunk to the steps that it takes, which break the law again and alone."""
    terms = terms_of()
    server, _ = FLAWED[flaw]
    log = FailureLog()
    state_machine.run(sessions_of(terms, server), log, effort=Effort(40, 15))
    failure = shorten(log.failures[log.hunted], sessions_of(terms, server))
    assert len(failure.steps) <= most, str(failure.steps)
    assert len(failure.breach.exchanges) >= len(failure.steps)
    again = perform(failure.steps, sessions_of(terms, server), "again")
    assert log.hunted in again.breaches
    assert perform(failure.steps, sessions_of(terms), "right").breaches == {}


def test_a_single_request_is_shrunk() -> None:
    """A flaw that one create shows is shrunk to that create."""
    terms = terms_of()
    server, law = FLAWED["says null"]
    log = FailureLog()
    run_single_requests(sessions_of(terms, server), log, effort=Effort(30))
    assert law in log.failures
    assert len(log.failures[law].steps) == 1


@pytest.mark.parametrize("most", [1, 2, 3])
def test_one_law_after_another_is_hunted(most: int) -> None:
    """As many laws are shrunk to a step or two as may be hunted."""
    terms = terms_of()
    log = FailureLog()
    sessions = sessions_of(terms, FLAWED["says null"][0])
    state_machine.run(sessions, log, effort=Effort(40, 15, most=most))
    lengths = [len(failure.steps) for failure in log.failures.values()]
    assert len([length for length in lengths if length <= 2]) >= most, lengths


@pytest.mark.parametrize("most", [40, 60, 100, 200])
def test_a_spent_budget_loses_nothing(most: int) -> None:
    """What was met before the budget was spent is kept, and nothing is sent after it."""
    terms = terms_of()
    app = FLAWED["says null"][0](terms.organization, terms.rules)
    budget = Budget(most)
    sessions = Sessions(lambda name: nullcontext(AppTarget(app, name, middleware=[budget])), terms)
    log = FailureLog()
    with pytest.raises(BudgetSpent):
        state_machine.run(sessions, log, effort=Effort(40, 15, most=9))
    assert "answer-holds-no-null" in log.failures
    assert budget.sent == most


def test_a_breach_that_never_comes_again_is_kept_and_told() -> None:
    """A server that fails once is said to have failed, and not to do so again."""
    terms = terms_of()
    app = ReferenceServer(terms.organization, terms.rules)
    sent = 0

    def fail_once(request: Request, send: Send) -> Reply:
        nonlocal sent
        sent += 1
        return Reply(500, (), b"") if sent == 150 else send(request)

    sessions = Sessions(
        lambda name: nullcontext(AppTarget(app, name, middleware=[fail_once])), terms
    )
    log = FailureLog()
    state_machine.run(sessions, log, effort=Effort(20, 15))
    assert log.flaky
    assert log.flaky <= log.failures.keys()


@pytest.mark.parametrize(
    "driver", [state_machine.run, run_single_requests], ids=["machine", "properties"]
)
def test_a_world_that_cannot_be_opened_is_no_breach(driver: Callable[..., None]) -> None:
    """The target's error comes out as it is, at once."""
    opened = 0

    def closed(_name: str) -> AbstractContextManager[Target]:
        nonlocal opened
        opened += 1
        raise TargetTimeout("no world")

    log = FailureLog()
    with pytest.raises(TargetTimeout, match="no world"):
        driver(Sessions(closed, terms_of()), log, effort=Effort(20))
    assert (opened, log.failures, log.flaky) == (1, {}, set())


def test_the_same_seed_sends_the_same_requests() -> None:
    """Two runs of one seed send the same requests; another seed sends others."""
    terms = terms_of()

    def sent(seed: int) -> list[Request]:
        worlds, requests = recording(terms)
        state_machine.run(Sessions(worlds, terms), FailureLog(seed), effort=Effort(5, 10))
        run_single_requests(Sessions(worlds, terms), FailureLog(seed), effort=Effort(5))
        return requests

    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


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
    refund_id = session.new_refund()["non_insurance_payer_refund_id"]
    assert session.update(refund_id, body).status == 200
    assert session.get_multi(query).status == 200


def _told(log: FailureLog) -> list[str]:
    return [str(failure.breach) for failure in log.failures.values()]
