"""A world's clock: the real time, or one that stands still, runs from an instant, or ticks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

__all__ = [
    "Clock",
    "Frozen",
    "Running",
    "Ticking",
    "clock_of",
    "frozen",
    "instant_of",
    "instant_text",
    "later",
    "mode_of",
    "moved",
    "real",
    "resumed",
    "steady_us",
]

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_END = datetime.max.replace(tzinfo=UTC)
_START = datetime.min.replace(tzinfo=UTC)

_DIGITS = tuple(f"{number:02}" for number in range(60))
"""Hours, minutes and seconds as text: to write an instant is a part of every create."""

Clock = Callable[[], datetime]
"""Answers the present instant, in UTC."""


def real() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def instant_of(nanoseconds: int) -> datetime:
    """The instant so long after the beginning of 1970, to the microsecond, in UTC."""
    return _BEGINNING + timedelta(microseconds=nanoseconds // 1_000)


def steady_us(clock: Clock) -> int:
    """The present for measuring spans, in microseconds since some beginning: real time is counted
    from the machine's start, since its clock may be set back.
    """
    if clock is real:
        return time.monotonic_ns() // 1_000
    return (clock() - _BEGINNING) // _MICROSECOND


class Frozen:
    """A clock that always answers the same instant."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        """The instant."""
        return self.instant


class Ticking(Frozen):
    """A clock that stands still until somebody lets it tick."""

    def __init__(self, instant: datetime, seconds: float) -> None:
        super().__init__(instant)
        self.seconds = seconds

    def tick(self) -> None:
        """Go on by one step."""
        self.instant = later(self.instant, self.seconds)


class Running:
    """A clock that runs on from an instant, as fast as the machine's does."""

    def __init__(self, instant: datetime, now: Callable[[], float] = time.monotonic) -> None:
        self.instant = instant
        self._now = now
        self._began = now()

    def __call__(self) -> datetime:
        """The instant, and the time since the clock was made."""
        return later(self.instant, self._now() - self._began)


def mode_of(clock: Clock) -> str:
    """What a clock is called: real, frozen, running or ticking."""
    if isinstance(clock, Ticking):
        return "ticking"
    return "frozen" if isinstance(clock, Frozen) else "real" if clock is real else "running"


def clock_of(mode: str, instant: datetime, tick_seconds: float = 1) -> Clock:
    """The clock of a mode that is at an instant; the real one is where it is."""
    if mode == "ticking":
        return Ticking(instant, tick_seconds)
    return Frozen(instant) if mode == "frozen" else real if mode == "real" else Running(instant)


def frozen(instant: datetime) -> Frozen:
    """A clock that always answers `instant`."""
    return Frozen(instant)


def moved(clock: Clock, seconds: float) -> Clock:
    """A clock of the same kind that is ahead by so many seconds; the real one becomes a running."""
    return resumed(clock, later(clock(), seconds))


def resumed(clock: Clock, instant: datetime) -> Clock:
    """A clock of the same kind that goes on from an instant; the real one becomes a running."""
    if isinstance(clock, Ticking):
        return Ticking(instant, clock.seconds)
    return Frozen(instant) if isinstance(clock, Frozen) else Running(instant)


def later(instant: datetime, seconds: float) -> datetime:
    """The instant so much later, within the years that can be written."""
    try:
        return instant + timedelta(seconds=seconds)
    except OverflowError:
        return _END if seconds > 0 else _START


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with `Z`, as the vendor's page writes instants; microseconds only if any."""
    day, microseconds = _day_text(instant.toordinal()), instant.microsecond
    text = f"{day}T{_DIGITS[instant.hour]}:{_DIGITS[instant.minute]}:{_DIGITS[instant.second]}"
    return text + (f".{microseconds:06}".rstrip("0") if microseconds else "") + "Z"


@lru_cache(maxsize=8)
def _day_text(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
