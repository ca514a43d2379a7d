"""Limits that end a run: requests, time, server errors in a row, and missing answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic, sleep

from contracts.errors import (
    BudgetSpent,
    ShareSpent,
    TargetError,
    TargetHungUp,
    TargetUnreachable,
    TooManyServerErrors,
)
from contracts.targets.target import JSON_HEADERS, NO_ANSWER_STATUS, Reply, Request, Send, encode


class Budget:
    """Counts what leaves, and lets no more leave than allowed.

    Args:
        most: requests, or None for no bound.
        reserved: how many requests must stay for the clean-up; those may always leave.
            None where nothing is cleaned up.
    """

    def __init__(self, most: int | None = None, reserved: Callable[[], int] | None = None) -> None:
        self.sent = 0
        self.most = most
        self.closing = False
        self.spent = False
        self.reserved = reserved
        self._until = inf

    @contextmanager
    def within(self, requests: float) -> Iterator[None]:
        """Let no more than so many requests leave meanwhile, and raise ShareSpent for others.

        What the clean-up needs for refunds that are made meanwhile counts as well.
        """
        before, self._until = self._until, min(self._until, self._used + requests)
        try:
            yield
        finally:
            self._until = before

    @property
    def room(self) -> float:
        """The requests left of the share and of the budget, without what the clean-up needs."""
        most = inf if self.most is None else self.most
        return max(0.0, min(self._until, most) - self._used)

    @property
    def _used(self) -> int:
        return self.sent + (0 if self.reserved is None else self.reserved())

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send and count, or raise BudgetSpent."""
        most = inf if self.most is None else self.most
        needed = 0 if self.closing else self._used + self._ahead(request.method)
        if needed > min(most, self._until):
            self.spent = True
            if needed > most:
                raise BudgetSpent(f"the budget of {most} requests is used up")
            raise ShareSpent("this driver's share of the requests is used up")
        self.sent += 1
        return send(request)

    def _ahead(self, method: str) -> int:
        """The requests that this one and the clean-up need.

        A POST may make a refund to delete, or one to look for, which takes two lists and a GET; and
        a check number to search for at the end. A DELETE saves none, as its refund may be gone
        already, or remain.
        """
        return 5 if method == "POST" and self.reserved is not None else 1


class Deadline:
    """Lets nothing leave after the moment `at` of a monotonic clock."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.at: float | None = None
        self.spent = False
        self._clock = clock

    def wait(self, seconds: float) -> None:
        """Let time pass, but not beyond the moment."""
        left = seconds if self.at is None else self.at - self._clock()
        sleep(max(0.0, min(seconds, left)))

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, or raise BudgetSpent when it is too late."""
        if self.at is not None and self._clock() >= self.at:
            self.spent = True
            raise BudgetSpent("the time is used up")
        return send(request)


class ErrorStop:
    """Stops after too many server errors in a row.

    Args:
        most: consecutive 5xx responses tolerated; a 429 that outlasts back-off counts as one.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._in_a_row = 0

    def calm(self) -> None:
        """Forget the errors so far, so that a clean-up may go on."""
        self._in_a_row = 0

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, unless the server failed too often; raise TooManyServerErrors then."""
        if self._in_a_row >= self._most:
            raise TooManyServerErrors(
                f"{self._in_a_row} answers in a row were server errors, or 429 however long it "
                "waited, so the run stopped; "
                "look at the server, or tolerate more with --stop-after"
            )
        reply = send(request)
        failed = reply.status >= 500 or reply.status == 429
        self._in_a_row = self._in_a_row + 1 if failed else 0
        return reply


_HUNG_UP = "HungUp"


def hung_up(reply: Reply) -> bool:
    """Whether a reply means that the server ended the connection without an answer."""
    answer = reply.json_or_none() if reply.status == NO_ANSWER_STATUS else None
    return isinstance(answer, dict) and answer.get("errorName") == _HUNG_UP


class NoAnswer:
    """Turns a missing answer into status 599, if the server has answered before.

    A target that answers other requests but not this one has broken a law. One that never answers,
    or is gone, cannot be judged: then the error goes on to the caller.

    Args:
        most: consecutive missing answers tolerated before the error goes on.
    """

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._in_a_row = most

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, and answer 599 where no answer came."""
        try:
            reply = send(request)
        except TargetError as error:
            self._in_a_row += 1
            gone = isinstance(error, TargetUnreachable) and not isinstance(error, TargetHungUp)
            if gone or self._in_a_row > self._most:
                raise
            content = {"message": f"no answer came: {error}"}
            name = _HUNG_UP if isinstance(error, TargetHungUp) else "NoAnswer"
            body = encode({"errorName": name, "content": content})
            return Reply(NO_ANSWER_STATUS, JSON_HEADERS, body)
        self._in_a_row = 0
        return reply
