"""A rolling window that counts requests: the vendor's rate limit, by a clock that only goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from math import ceil

from mockserver.settings import Rate

__all__ = ["LIMIT_HEADERS", "RollingWindow", "rate_of", "rate_text", "window_of"]

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

_MOST_ADDRESSES = 10_000
"""Of how many addresses a window is kept; the one that came first makes room."""


class RollingWindow:
    """Admits at most `rate.requests` in any window of `rate.window_seconds`.

    The requests are those of all clients together, or those `per_address`.
    """

    def __init__(self, rate: Rate, *, per_address: bool = False) -> None:
        self.rate = rate
        self.per_address = per_address
        self._window_us = round(rate.window_seconds * 1_000_000)
        self._all = deque[int]()
        self._admitted: dict[str, deque[int]] = {}
        """Those of each address."""

    def wait_seconds(self, now_us: int, address: str = "") -> float:
        """How long the next request must wait to be admitted, 0 where it need not."""
        admitted = self._of(address) if self.per_address else self._all
        if len(admitted) < self.rate.requests:
            return 0.0
        return max(0, admitted[0] + self._window_us - now_us) / 1_000_000

    def admits(self, now_us: int, address: str = "") -> bool:
        """Count a request made at `now_us`, or answer False when the window is full.

        Instants are microseconds since any beginning.
        """
        admitted = self._of(address) if self.per_address else self._all
        begin_us = now_us - self._window_us
        while admitted and admitted[0] <= begin_us:
            admitted.popleft()
        if len(admitted) >= self.rate.requests:
            return False
        admitted.append(now_us)
        return True

    def _of(self, address: str) -> deque[int]:
        admitted = self._admitted.get(address)
        if admitted is None:
            if len(self._admitted) >= _MOST_ADDRESSES:
                del self._admitted[next(iter(self._admitted))]
            admitted = self._admitted[address] = deque()
        return admitted


def rate_text(window: RollingWindow | None) -> str:
    """A limit as `--rate-limit` writes it."""
    if window is None:
        return "off"
    return f"{window.rate.requests}/{window.rate.window_seconds:g}"


def rate_of(window: RollingWindow | None) -> Rate | None:
    """The rate that a window holds to, None for no limit."""
    return None if window is None else window.rate


def window_of(rate: Rate | None, *, per_address: bool) -> RollingWindow | None:
    """A window that is empty, None for no limit."""
    return None if rate is None else RollingWindow(rate, per_address=per_address)
