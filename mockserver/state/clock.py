"""A world's clock: the real time, or an instant that stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["Clock", "frozen", "instant_text", "real", "steady"]

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

Clock = Callable[[], datetime]
"""Answers the present instant, in UTC."""


def real() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def steady(clock: Clock) -> datetime:
    """The present for measuring spans: real time is counted from the machine's start, since its
    clock may be set back.
    """
    if clock is not real:
        return clock()
    return _BEGINNING + timedelta(microseconds=time.monotonic_ns() // 1_000)


def frozen(instant: datetime) -> Clock:
    """A clock that always answers `instant`."""
    return lambda: instant


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with `Z`, as the vendor's page writes instants; microseconds only if any."""
    text = instant.isoformat()[:-6]
    return (text.rstrip("0") if "." in text else text) + "Z"
