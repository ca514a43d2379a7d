"""A world's clock: the real time, or an instant that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "frozen", "instant_text", "real"]

Clock = Callable[[], datetime]
"""Answers the present instant, in UTC."""


def real() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def frozen(instant: datetime) -> Clock:
    """A clock that always answers `instant`."""
    return lambda: instant


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with `Z`, as the vendor's page writes instants; microseconds only if any."""
    text = instant.isoformat()[:-6]
    return (text.rstrip("0") if "." in text else text) + "Z"
