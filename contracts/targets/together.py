"""Requests that are under way at once, while the layers still see them one after another."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

from contracts.errors import Blocked
from contracts.targets.target import Middleware, Reply, Request, Target, through

Outcome = Reply | Exception
ExchangeAll = Callable[[Sequence[Request]], Sequence[Outcome]]
"""Sends requests at once; gives for each its reply, or what went wrong."""


def send_together(
    requests: Sequence[Request], middleware: Sequence[Middleware], exchange_all: ExchangeAll
) -> list[Reply]:
    """Send requests so that each is under way before any is answered.

    Each passes the layers in a thread of its own, but only one thread runs at a time. Once all of
    them wait for an answer, or have ended without one, what they wait for is sent at once.

    Raises:
        SendError: one was not sent or got no usable answer; the others have ended too.
    """
    meeting = _Meeting(requests, middleware)
    with ThreadPoolExecutor(len(requests)) as pool:
        under_way = [pool.submit(meeting.pass_layers, number) for number in range(len(requests))]
        meeting.lead(exchange_all)
    return [one.result() for one in under_way]


def together(target: Target, requests: Sequence[Request]) -> list[Reply]:
    """Send requests at once to a target that can.

    Raises:
        Blocked: it cannot.
    """
    send = getattr(target, "send_together", None)
    if send is None:
        raise Blocked("this needs a target that takes requests at once")
    replies: list[Reply] = send(requests)
    return replies


class _Meeting:
    """Where requests wait for each other, by number; whoever runs holds the lock."""

    def __init__(self, requests: Sequence[Request], middleware: Sequence[Middleware]) -> None:
        self._requests, self._middleware = requests, middleware
        self._changed = Condition()
        self._left = set(range(len(requests)))
        self._waiting: dict[int, Request] = {}
        self._answers: dict[int, Outcome] = {}
        self._is_led = True

    def pass_layers(self, number: int) -> Reply:
        """Send one request through the layers."""
        with self._changed:
            try:
                send = through(self._middleware, lambda request: self._wait(number, request))
                return send(self._requests[number])
            finally:
                self._left.discard(number)
                self._changed.notify_all()

    def _wait(self, number: int, request: Request) -> Reply:
        self._waiting[number] = request
        self._changed.notify_all()
        self._changed.wait_for(lambda: number in self._answers or not self._is_led)
        outcome = self._answers.pop(number, None)
        if outcome is None:
            raise Blocked("the run was interrupted")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def lead(self, exchange_all: ExchangeAll) -> None:
        """Send what waits whenever nobody else runs, until all have ended."""
        with self._changed:
            try:
                while self._left:
                    self._changed.wait_for(lambda: self._left == self._waiting.keys())
                    sent, self._waiting = self._waiting, {}
                    answers = exchange_all(list(sent.values())) if sent else ()
                    self._answers.update(zip(sent, answers, strict=True))
                    self._changed.notify_all()
            finally:
                self._is_led = False
                self._changed.notify_all()
