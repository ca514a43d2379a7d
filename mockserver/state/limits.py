"""A rolling window that counts requests: the vendor's rate limit, by a clock that only goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import ceil

from mockserver.settings import Rate

__all__ = ["LIMIT_HEADERS", "RollingWindow"]

Headers = tuple[tuple[bytes, bytes], ...]

LIMIT_HEADERS: Mapping[str, Callable[[float, datetime], Headers]] = {
    "none": lambda _wait, _now: (),
    "retry-after": lambda wait, _now: ((b"retry-after", b"%d" % max(1, ceil(wait))),),
    "x-ratelimit-reset": lambda wait, now: (
        (b"x-ratelimit-reset", b"%d" % ceil(now.timestamp() + wait)),
    ),
}
"""What a 429 may say of when to come again: nothing, as the vendor documents, or the header that
the SDKs read, from the seconds to wait and the present.
"""


class RollingWindow:
    """Admits at most `rate.requests` in any window of `rate.window_seconds`."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._window = timedelta(seconds=rate.window_seconds)
        self._admitted: deque[datetime] = deque()

    def wait_seconds(self, now: datetime) -> float:
        """How long the next request must wait to be admitted, 0 where it need not."""
        if len(self._admitted) < self.rate.requests:
            return 0.0
        return max(0.0, (self._admitted[0] + self._window - now).total_seconds())

    def admits(self, now: datetime) -> bool:
        """Count a request made at `now`, or answer False when the window is full."""
        while self._admitted and now - self._admitted[0] >= self._window:
            self._admitted.popleft()
        if len(self._admitted) >= self.rate.requests:
            return False
        self._admitted.append(now)
        return True
