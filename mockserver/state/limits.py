"""A rolling window that counts requests: the vendor's rate limit, by a clock that only goes on."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from mockserver.settings import Rate

__all__ = ["RollingWindow"]


class RollingWindow:
    """Admits at most `rate.requests` in any window of `rate.window_seconds`."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._window = timedelta(seconds=rate.window_seconds)
        self._admitted: deque[datetime] = deque()

    def admits(self, now: datetime) -> bool:
        """Count a request made at `now`, or answer False when the window is full."""
        while self._admitted and now - self._admitted[0] >= self._window:
            self._admitted.popleft()
        if len(self._admitted) >= self.rate.requests:
            return False
        self._admitted.append(now)
        return True
