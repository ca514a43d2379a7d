"""How fast requests leave: a token bucket, and waits after a 429 or a server error."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from time import monotonic, sleep, time

from contracts.errors import BudgetSpent, SafetyError
from contracts.targets.target import Reply, Request, Send

VENDOR_PER_SECOND = 100.0
"""1,000 requests in a rolling 10 s, from the vendor's page on rate limits."""

_LONGEST_WAIT = 60.0
_FIRST_WAIT = 0.5
_TRIES = 6
PATIENCE_SECONDS = 300.0
"""How long a run waits after 429 in all; a clean-up has as much again."""


class Pace:
    """Holds requests back to a rate, by a token bucket that holds a tenth of a second's worth.

    Args:
        per_second: requests a second.
        clock: seconds that only grow.
        wait: lets time pass.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = monotonic,
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self._rate = per_second
        self._depth = max(1.0, per_second / 10)
        self._tokens = self._depth
        self._clock, self._wait = clock, wait
        self._last = clock()

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send as soon as there is a token."""
        self._refill()
        if self._tokens < 1:
            self._wait((1 - self._tokens) / self._rate)
            self._refill()
        self._tokens -= 1
        return send(request)

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._depth, self._tokens + (now - self._last) * self._rate)
        self._last = now


class BackOff:
    """Waits after a 429 and sends again; waits after a 5xx, which is never sent again.

    A 429 says that nothing was done, so a repeat is safe for every method. A 5xx is an answer
    to be judged, and a repeated POST might make a second refund. Once `PATIENCE_SECONDS` are used
    up, a 429 is an answer like others.

    Args:
        after_errors: seconds to wait after the first 5xx in a row, doubled by each; 0 for none.
        wait: lets time pass.
    """

    def __init__(self, after_errors: float = 0.0, wait: Callable[[float], None] = sleep) -> None:
        self._after_errors = after_errors
        self._wait = wait
        self._in_a_row = 0
        self._patience = PATIENCE_SECONDS

    def calm(self) -> None:
        """Wait as long again, as for a clean-up."""
        self._patience = PATIENCE_SECONDS

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, and send again as long as the answer is 429, six times at most."""
        reply = send(request)
        for attempt in range(_TRIES - 1):
            asked = _asked_for(reply)
            seconds = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt) if asked is None else asked
            if reply.status != 429 or seconds > self._patience:
                break
            self._patience -= seconds
            self._wait(seconds)
            try:
                reply = send(request)
            except (BudgetSpent, SafetyError):
                # The request has left once, so what came of it is the earlier answer.
                break
        self._calm(reply)
        return reply

    def _calm(self, reply: Reply) -> None:
        if reply.status < 500:
            self._in_a_row = 0
        elif self._after_errors:
            self._wait(min(_LONGEST_WAIT, self._after_errors * 2**self._in_a_row))
            self._in_a_row += 1


def _asked_for(reply: Reply) -> float | None:
    """The seconds that Retry-After asks for, as a number or as a date; None without."""
    text = (reply.header("retry-after") or "").strip()
    if text.isdecimal() and len(text) < 9:
        return min(_LONGEST_WAIT, float(text))
    try:
        left = parsedate_to_datetime(text).timestamp() - time()
    except ValueError:
        return None
    return max(0.0, min(_LONGEST_WAIT, left))
