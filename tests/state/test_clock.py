"""Clocks answer instants in UTC, which are written as the vendor writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.errors import SettingsError
from mockserver.settings import parse_clock
from mockserver.state.clock import frozen, instant_text, real
from mockserver.wire.scalars import read_instant


def test_a_frozen_clock_stands_still() -> None:
    """A frozen clock answers its instant, however often it is asked."""
    instant = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
    clock = frozen(instant)
    assert [clock() for _ in range(3)] == [instant] * 3


def test_the_real_clock_is_the_machines() -> None:
    """The real clock answers an instant between two of the machine's, in UTC."""
    before = datetime.now(UTC)
    found = real()
    assert before <= found <= datetime.now(UTC)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2024, 1, 15, 9, 30, tzinfo=UTC), "2024-01-15T09:30:00Z"),
        (datetime(2024, 1, 15, 9, 30, 0, 5, tzinfo=UTC), "2024-01-15T09:30:00.000005Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "9999-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_written_with_z(instant: datetime, text: str) -> None:
    """An instant is written in UTC with Z, and microseconds only where there are any."""
    assert instant_text(instant) == text


@settings(derandomize=True, deadline=None, database=None)
@given(instant=st.datetimes(timezones=st.just(UTC)))
def test_a_written_instant_is_read_again(instant: datetime) -> None:
    """What the clock writes is a date-time that the API reads, as the same instant."""
    found = read_instant(instant_text(instant))
    assert found.has_offset
    assert (
        found.nanoseconds
        == (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1_000
    )


@pytest.mark.parametrize("text", ["real", "frozen"])
def test_a_clock_by_its_name(text: str) -> None:
    """The two clocks with a name are themselves."""
    assert parse_clock(text) == text


def test_a_clock_by_an_instant() -> None:
    """An instant with an offset is that instant in UTC."""
    expected = datetime(2024, 1, 15, 8, 30, tzinfo=UTC)
    assert parse_clock("2024-01-15T09:30:00+01:00") == expected
    assert parse_clock("2024-01-15T08:30:00Z") == expected


@pytest.mark.parametrize(
    "text",
    ["", "now", "2024-01-15", "2024-01-15T09:30:00", "Real", "0001-01-01T00:00:00+01:00",
     "9999-12-31T23:59:59-01:00"],
)  # fmt: skip
def test_what_is_no_clock_is_refused(text: str) -> None:
    """Anything else is refused with its value, instants outside the years 1 to 9999 included."""
    with pytest.raises(SettingsError, match="is not known; use real, frozen, or an instant"):
        parse_clock(text)
