"""Lets writes settle: on a target that lags, a request waits until earlier writes can be seen."""

from collections.abc import Callable
from time import monotonic, sleep

from contracts.errors import TargetError
from contracts.model import REFUNDS
from contracts.safety.search import id_of
from contracts.targets.target import Reply, Request, Send

_WRITES = frozenset({"POST", "PATCH", "DELETE"})


class Settle:
    """Holds back requests that would meet a write that the target does not show everywhere yet.

    A read waits for the last write of any refund; an update or delete waits for the last write of
    its own refund. A create waits for nothing.

    Args:
        clock: seconds that only grow.
        wait: lets time pass.

    Attributes:
        seconds: how long a write takes to be seen; 0 waits for nothing. The canary sets it.
    """

    def __init__(
        self, clock: Callable[[], float] = monotonic, wait: Callable[[float], None] = sleep
    ) -> None:
        self.seconds = 0.0
        self._clock, self._wait = clock, wait
        self._last = float("-inf")
        self._written: dict[str, float] = {}

    def __call__(self, request: Request, send: Send) -> Reply:
        """Wait where it must, send, and note a write."""
        if not self.seconds:
            return send(request)
        key = request.path.removeprefix(REFUNDS + "/").lower()
        writes = request.method in _WRITES and request.path.startswith(REFUNDS)
        if not writes:
            self._until(self._last)
        elif request.path != REFUNDS:
            self._until(self._written.get(key, float("-inf")))
        try:
            reply = send(request)
        except TargetError:
            # Whether the write was done is not known.
            self._last = self._clock() if writes else self._last
            raise
        if writes and reply.status < 300:
            self._last = self._clock()
            made = id_of(reply.json_or_none()) if request.path == REFUNDS else key
            self._written[made.lower()] = self._last
        return reply

    def _until(self, written: float) -> None:
        left = written + self.seconds - self._clock()
        if left > 0:
            self._wait(left)
