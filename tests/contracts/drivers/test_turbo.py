"""Turbo raises no alarm on a correct server, finds flaws, shrinks them, and repeats itself."""

import json
from contextlib import nullcontext

import pytest

from contracts.drivers import turbo
from contracts.drivers.sequences import perform
from contracts.drivers.shrink import shrink
from contracts.generate.generator import Pool
from contracts.generate.sequences import RandomSequence
from contracts.kernel.session import Sessions
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS
from contracts.targets.app import AppTarget
from contracts.targets.target import Request
from tests.contracts.flawed import FLAWED
from tests.contracts.organization import organization
from tests.contracts.settings import recording, sessions_of, terms_of
from tests.reference_server import ReferenceServer


@pytest.mark.parametrize("name", ["default", "strict", "lenient"])
def test_no_alarm_on_a_correct_server(name: str) -> None:
    """Some thousand steps break no law in any profile."""
    terms = terms_of(name)
    outcome = turbo.run(sessions_of(terms), 5, turbo.Limits(steps=3_000))
    assert [str(failure.breach) for failure in outcome.failures.values()] == []
    assert outcome.steps >= 3_000


@pytest.mark.parametrize("flaw", sorted(set(FLAWED) - {"lets strangers in"}))
def test_a_flaw_is_found_and_shrunk(flaw: str) -> None:
    """A flaw is found within 2,000 steps and shrunk to ten steps at most, which replay."""
    server, _ = FLAWED[flaw]
    terms = terms_of()
    outcome = turbo.run(sessions_of(terms, server), 1, turbo.Limits(steps=2_000))
    assert len(outcome.failures) == 1
    (failure,) = outcome.failures.values()
    assert len(failure.steps) <= 10, str(failure.steps)
    steps = json.loads(json.dumps(failure.steps))
    assert failure.law.id in perform(steps, sessions_of(terms, server), "again").breaches
    assert perform(steps, sessions_of(terms), "again").breaches == {}


def test_a_stranger_is_found() -> None:
    """A server that serves a stranger is found, though few steps come from one."""
    terms = terms_of()
    sessions = sessions_of(terms, FLAWED["lets strangers in"][0])
    outcome = turbo.run(sessions, 1, turbo.Limits(steps=8_000))
    assert list(outcome.failures) == ["status-as-predicted"]


def test_the_same_seed_sends_the_same_requests() -> None:
    """Two runs of one seed send the same requests; another seed sends others."""
    terms = terms_of()

    def sent(seed: int) -> list[Request]:
        worlds, requests = recording(terms)
        turbo.run(Sessions(worlds, terms), seed, turbo.Limits(steps=300))
        return requests

    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


def test_an_episode_is_json() -> None:
    """Every step of an episode survives a round trip through JSON."""
    steps = list(RandomSequence(1, 2, Pool(terms_of())).steps(200))
    assert json.loads(json.dumps(steps)) == steps
    assert steps == list(RandomSequence(1, 2, Pool(terms_of())).steps(200))


def test_a_run_keeps_to_its_budget_of_requests() -> None:
    """No more requests are sent than the budget allows."""
    base = terms_of()
    terms = Terms(base.organization, base.rules, auth="issued", budget=120)
    outcome = turbo.run(sessions_of(terms), 1, turbo.Limits(steps=None, shrinking=False))
    assert outcome.requests == 120


def test_foreign_refunds_raise_no_alarm() -> None:
    """Episodes one after another in a world shared with others break no law and leave nothing."""
    terms = Terms(organization(), auth="issued", exclusive=False)
    target = AppTarget(ReferenceServer(terms.organization, terms.rules), "shared")
    others = perform(
        [
            {"do": "create", "body": RandomSequence(0, 0, Pool(terms)).draw.create()}
            for _ in range(30)
        ],
        Sessions(lambda _: nullcontext(target), Terms(organization(), auth="issued")),
        "others",
        WATCHERS,
    )
    assert others.breaches == {}
    sessions = Sessions(lambda _: nullcontext(target), terms)
    outcome = turbo.run(sessions, 9, turbo.Limits(steps=1_500))
    assert [str(failure.breach) for failure in outcome.failures.values()] == []


def test_shrinking_leaves_only_what_matters() -> None:
    """Of forty steps the two that matter are left, in order and without their extra parts."""
    steps = [{"do": "get", "ref": str(n), "query": [["limit", "1"]]} for n in range(40)]

    def breaks(tried: object) -> bool:
        assert isinstance(tried, list | tuple)
        refs = [step["ref"] for step in tried]
        return "7" in refs and "31" in refs

    due: list[object] = [{"do": "get", "ref": ref, "query": []} for ref in ("7", "31")]
    assert list(shrink(steps, breaks)) == due
