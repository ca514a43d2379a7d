"""Schemathesis finds nothing on a correct server; our laws hear what it finds on a flawed one."""

import json
from dataclasses import replace

import pytest

from contracts.drivers import schemathesis
from contracts.drivers.reproduce import candidates
from contracts.drivers.schemathesis import CHECKS_OFF
from contracts.drivers.sequences import perform
from contracts.errors import TargetTimeout, TooManyServerErrors
from contracts.kernel.session import Session
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS
from contracts.model import REFUNDS
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request, Send
from tests.contracts.flawed import FLAWED
from tests.contracts.settings import sessions_of, target_of, terms_of
from tests.reference_server import ReferenceServer


def test_no_alarm_on_a_correct_server() -> None:
    """Its own checks and our laws are kept over all phases, and the engine meets no error."""
    terms = terms_of()
    outcome = schemathesis.run(Session(target_of(terms), terms, 0, WATCHERS), examples=3)
    assert outcome.check_failures == ()
    assert [str(breach) for breach in outcome.breaches.values()] == []
    assert outcome.errors == ()
    assert outcome.requests > 200


@pytest.mark.parametrize("flaw", ["says null", "forgets deletes"])
def test_our_laws_listen_and_recall_what_shows_the_flaw(flaw: str) -> None:
    """A flaw that its checks may miss is heard by our laws; a short sequence shows it again."""
    terms = terms_of()
    server, _ = FLAWED[flaw]
    target = target_of(terms, server)
    outcome = schemathesis.run(Session(target, terms, 0, WATCHERS), examples=1)
    assert outcome.breaches
    for law_id, sequences in outcome.candidates.items():
        law = [known for known in WATCHERS if known.id == law_id]
        shown = [
            perform(steps, sessions_of(terms, server), "again", law).breaches for steps in sequences
        ]
        assert any(shown), (law_id, sequences)
        assert target.bearer() not in json.dumps(sequences)


def test_a_budget_ends_a_run() -> None:
    """No more requests than the budget are sent."""
    base = terms_of()
    terms = Terms(base.organization, base.rules, auth="issued", budget=50)
    outcome = schemathesis.run(Session(target_of(terms), terms, 0, WATCHERS), examples=1)
    assert outcome.requests == 50


def test_every_check_that_is_off_has_a_reason() -> None:
    """Each check that is switched off says why."""
    assert all(len(reason) > 20 for reason in CHECKS_OFF.values())


def test_what_its_checks_find_comes_with_the_request() -> None:
    """A failed check of its own names the exchange that it was about."""
    terms = terms_of()

    def html(request: Request, send: Send) -> Reply:
        reply = send(request)
        return replace(reply, headers=(("content-type", "text/html"),))

    target = AppTarget(ReferenceServer(terms.organization, terms.rules), "html", middleware=[html])
    outcome = schemathesis.run(Session(target, terms, 0, WATCHERS), examples=1)
    assert outcome.check_failures
    for finding in outcome.check_failures:
        assert finding.breach is not None
        (about,) = finding.breach.exchanges
        method, _, path = finding.breach.received.partition(": ")[0].partition(" ")
        if method.isupper():
            assert about.request.path.startswith(path.partition("{")[0]), finding


@pytest.mark.parametrize("error", [TargetTimeout("gone"), TooManyServerErrors("too many")])
def test_what_was_heard_outlives_the_target(error: Exception) -> None:
    """What ends the run early is told, beside the laws that were broken before."""
    terms = terms_of()
    app = FLAWED["says null"][0](terms.organization, terms.rules)
    sent = 0

    def give_up(request: Request, send: Send) -> Reply:
        nonlocal sent
        sent += 1
        if sent > 250:
            raise error
        return send(request)

    target = AppTarget(app, "dies", middleware=[give_up])
    outcome = schemathesis.run(Session(target, terms, 0, WATCHERS), examples=1)
    assert outcome.fault is error
    assert "answer-holds-no-null" in outcome.breaches


@pytest.mark.parametrize("own", ["Bearer {}", "bearer {}", "Bearer  {}", "{}"])
def test_no_step_that_is_recalled_holds_the_token(own: str) -> None:
    """However a request carried the token, the steps that repeat it leave it to the target."""
    terms = terms_of()
    session = Session(target_of(terms), terms)
    bearer = session.target.bearer()
    headers = (("authorization", own.format(bearer)), ("cookie", f"session={bearer}"))
    exchange = session.send(Request("GET", REFUNDS, headers=headers, authorized=False))
    told = json.dumps([list(steps) for steps in candidates(exchange, (), bearer)])
    assert (bearer in told, "auth" in told) == (False, False), told
