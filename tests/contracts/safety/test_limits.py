"""Pace, back-off, budget and stops, with a clock that only tests move."""

from __future__ import annotations

import pytest

from contracts.errors import BudgetSpent, TargetTimeout, TooManyServerErrors
from contracts.safety.limits import Budget, Deadline, ErrorStop, NoAnswer
from contracts.safety.pace import BackOff, Pace
from contracts.targets.target import Reply, Request
from tests.contracts.safety.answers import Server, reply

GET, POST, DELETE = (Request(method, "/x") for method in ("GET", "POST", "DELETE"))


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        """The time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let it pass."""
        self.waits.append(seconds)
        self.now += seconds


def test_no_ten_seconds_see_more_than_the_rate_allows() -> None:
    """1,500 requests at 80 a second stay under 1,000 in every window of 10 s."""
    clock = Clock()
    pace = Pace(80, clock, clock.wait)
    sent: list[float] = []

    def send(_request: Request) -> Reply:
        sent.append(clock.now)
        return reply(200)

    for _ in range(1500):
        pace(GET, send)
    busiest = max(sum(start <= at < start + 10 for at in sent) for start in sent[::50])
    assert 790 < busiest < 1000
    assert clock.now == pytest.approx((1500 - 8) / 80, rel=0.01)


def test_a_429_is_waited_for_as_it_asks() -> None:
    """Retry-After is honoured, in seconds; without it the waits double; then the answer is 200."""
    clock = Clock()
    answers = iter([reply(429, None, (("retry-after", "7"),)), reply(429), reply(429), reply(200)])
    assert BackOff(wait=clock.wait)(POST, lambda _: next(answers)).status == 200
    assert clock.waits == [7.0, 1.0, 2.0]


def test_a_429_without_end_is_given_back() -> None:
    """After six tries the 429 itself is the answer."""
    clock, server = Clock(), Server(lambda _: (429, None))
    assert BackOff(wait=clock.wait)(GET, server).status == 429
    assert len(server.got) == 6


def test_a_5xx_is_never_sent_again() -> None:
    """It is answered as it is, and the next request waits longer each time."""
    clock, server = Clock(), Server(lambda _: (500, None))
    back_off = BackOff(0.5, clock.wait)
    for _ in range(3):
        assert back_off(POST, server).status == 500
    assert (len(server.got), clock.waits) == (3, [0.5, 1.0, 2.0])


def test_the_budget_keeps_room_for_the_clean_up() -> None:
    """With two refunds to delete, the last two of ten requests are for nothing else.

    Not for a DELETE of the run's own either, whose refund may be gone already.
    """
    owned = [1, 2]
    budget, server = Budget(10, lambda: len(owned)), Server(lambda _: (200, None))
    for _ in range(7):
        budget(GET, server)
    with pytest.raises(BudgetSpent):
        budget(POST, server)
    budget(GET, server)
    for request in (GET, DELETE):
        with pytest.raises(BudgetSpent):
            budget(request, server)
    budget.closing = True
    while owned:
        budget(DELETE, server)
        owned.pop()
    assert (len(server.got), budget.sent) == (10, 10)


def test_nothing_leaves_after_the_deadline() -> None:
    """The moment itself is too late."""
    clock, server = Clock(), Server(lambda _: (200, None))
    deadline = Deadline(clock)
    deadline.at = 5.0
    deadline(GET, server)
    clock.now = 5.0
    with pytest.raises(BudgetSpent):
        deadline(GET, server)
    assert len(server.got) == 1


def test_errors_in_a_row_stop_the_run() -> None:
    """Three 5xx in a row end it, a good answer between them does not, and calm begins anew."""
    statuses = iter([500, 500, 200, 500, 502, 503, 200])
    stop = ErrorStop(3)
    server = Server(lambda _: (next(statuses), None))
    for _ in range(6):
        stop(GET, server)
    with pytest.raises(TooManyServerErrors):
        stop(GET, server)
    stop.calm()
    assert stop(GET, server).status == 200


def test_a_missing_answer_counts_only_after_a_first_one() -> None:
    """First it is the target's error, later a 599, and too many in a row are the error again."""
    answers: list[bool] = [False, True, False, False, True, False, False, False]
    layer = NoAnswer(most=2)

    def send(_request: Request) -> Reply:
        if answers.pop(0):
            return reply(200)
        raise TargetTimeout("no answer in time")

    with pytest.raises(TargetTimeout):
        layer(GET, send)
    statuses = [layer(GET, send).status for _ in range(6)]
    assert statuses == [200, 599, 599, 200, 599, 599]
    with pytest.raises(TargetTimeout):
        layer(GET, send)
