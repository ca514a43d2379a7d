"""One refund is made, seen, deleted and gone before a run on a shared account makes more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import CanaryFailed
from contracts.model import REFUNDS
from contracts.run.canary import Canary
from contracts.run.plan import Plan
from contracts.run.run import run
from contracts.safety.settle import Settle
from contracts.targets.credentials import Credentials
from contracts.targets.target import Reply, Request
from tests.contracts.safety.answers import reply
from tests.legitimate.front import Answer, Call, Front, Pass, fronted
from tests.serving import ROOT

WORLD = ROOT / "fixtures" / "default.json"
BODY = {"check_number": "mark", "amount_cents": 1}
ID = "8a54aff5-0833-40ec-98df-be7217beaadf"


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class Account:
    """A target that shows writes late."""

    def __init__(self, clock: Clock, lag: float) -> None:
        self.clock, self.lag = clock, lag
        self.made = self.gone = float("inf")
        self.sent: list[str] = []

    def send(self, request: Request) -> Reply:
        """Answer a request."""
        self.sent.append(request.method)
        if request.method == "POST":
            self.made = self.clock.now + self.lag
            return reply(200, {"non_insurance_payer_refund_id": ID})
        if request.method == "DELETE":
            self.gone = self.clock.now + self.lag
            return reply(200)
        here = self.made <= self.clock.now < self.gone
        row = {"non_insurance_payer_refund_id": ID}
        if request.path == REFUNDS:
            return reply(200, {"items": [row] if here else []})
        return reply(200, row) if here else reply(404, {"errorName": "EntityNotFoundError"})


def test_a_target_without_lag_is_asked_six_times() -> None:
    """And nothing waits."""
    clock = Clock()
    account = Account(clock, 0.0)
    canary = Canary(account.send, 10.0, clock.wait, clock)
    canary.fly(BODY)
    assert account.sent == ["POST", "GET", "GET", "DELETE", "GET", "GET"]
    assert (canary.lag, clock.now) == (0.0, 0.0)


def test_the_lag_is_measured() -> None:
    """At most one pause too long."""
    clock = Clock()
    canary = Canary(Account(clock, 2.0).send, 10.0, clock.wait, clock)
    canary.fly(BODY)
    assert 2.0 <= canary.lag <= 3.6


def test_a_longer_lag_than_the_patience_stops_the_run() -> None:
    """And the message names the step, the answer and what to do."""
    clock = Clock()
    canary = Canary(Account(clock, 30.0).send, 10.0, clock.wait, clock)
    with pytest.raises(
        CanaryFailed, match=r"at get: expected the new refund, received 404.*--settle"
    ):
        canary.fly(BODY)
    assert clock.now < 12


def _unreadable(call: Call, pass_on: Pass) -> Answer:
    if call.method == "GET" and call.path.startswith(f"{REFUNDS}/"):
        return Answer(403, (("content-type", "application/json"),), b'{"message": "role"}')
    return pass_on(call)


def _undeletable(status: int) -> Callable[[Call, Pass], Answer]:
    def front(call: Call, pass_on: Pass) -> Answer:
        if call.method == "DELETE":
            return Answer(status, (("content-type", "application/json"),), b"{}")
        return pass_on(call)

    return front


def _unfiltered(call: Call, pass_on: Pass) -> Answer:
    answer = pass_on(call)
    if call.method == "GET" and call.path == REFUNDS and answer.status == 200:
        return answer.with_json({"items": []})
    return answer


def _shared(front: Front, ledger: Path, **more: Any) -> tuple[Any, int]:
    with fronted(front) as served:
        plan = Plan(
            served.url,
            seed=3,
            world=WORLD,
            budget=300,
            credentials=Credentials("me", "any-secret"),
            ledger=ledger,
            **more,
        )
        findings = run(plan)
        created = [call for call in served.app.calls if call.method == "POST"]
    return findings, sum(call.path == REFUNDS for call in created)


@pytest.mark.parametrize(
    ("front", "step"),
    [
        (_unreadable, "get"),
        (_undeletable(503), "delete"),
        (_undeletable(403), "delete"),
        (_unfiltered, "list by check number"),
    ],
    ids=["nothing-can-be-read", "deletes-fail", "a-read-only-role", "lists-are-empty"],
)
def test_a_run_stops_at_the_step_that_fails(
    front: Front, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With exit code 2 and one create."""
    monkeypatch.setattr("contracts.run.canary.PATIENCE_SECONDS", 0.01)
    findings, created = _shared(front, tmp_path / "ledger.jsonl")
    assert findings.exit_code == 2
    assert f"the canary refund failed at {step}" in findings.error
    assert created == 1
    assert {finding.state for finding in findings.findings} == {"skipped"}


def test_deletes_that_fail_later_stop_the_creates(tmp_path: Path) -> None:
    """Three in a row are enough, and what is left is named."""
    count = 0

    def front(call: Call, pass_on: Pass) -> Answer:
        nonlocal count
        if call.method == "DELETE":
            count += 1
            if count > 3:
                return Answer(403, (("content-type", "application/json"),), b"{}")
        return pass_on(call)

    findings, created = _shared(front, tmp_path / "ledger.jsonl", drivers=("turbo",))
    assert findings.exit_code in {1, 2}
    assert "deletes in a row failed" in findings.error
    assert any("left behind" in problem for problem in findings.problems)
    assert created < 60


def _get(path: str = REFUNDS) -> Request:
    return Request("GET", path)


def test_reads_wait_until_a_write_is_seen() -> None:
    """A create waits for nothing, a change only for a write of its own refund."""
    clock = Clock()
    settle = Settle(clock, clock.wait)
    settle.seconds = 3.0
    item = f"{REFUNDS}/{ID}"
    answers = {"POST": reply(200, {"non_insurance_payer_refund_id": ID})}

    def sent(method: str, path: str) -> float:
        before = clock.now
        settle(Request(method, path), lambda one: answers.get(one.method, reply(200)))
        return clock.now - before

    assert sent("GET", REFUNDS) == 0
    assert sent("POST", REFUNDS) == 0
    assert sent("POST", REFUNDS) == 0
    assert sent("PATCH", f"{REFUNDS}/another") == 0
    assert sent("DELETE", item) == 3
    assert sent("GET", item) == 3
    assert sent("GET", REFUNDS) == 0


def test_without_lag_nothing_waits() -> None:
    """So a stand-in is not slowed down."""
    clock = Clock()
    settle = Settle(clock, clock.wait)
    settle(Request("DELETE", f"{REFUNDS}/{ID}"), lambda _one: reply(200))
    settle(_get(), lambda _one: reply(200))
    assert clock.now == 0
