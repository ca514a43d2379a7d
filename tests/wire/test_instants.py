"""Instants are read as the standard library reads them, where it can, and kept to every digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.wire.scalars import read_instant

modest = settings(derandomize=True, deadline=None, database=None, max_examples=200)
offsets = st.integers(-(24 * 60 - 1), 24 * 60 - 1).map(lambda m: timezone(timedelta(minutes=m)))
inner = st.datetimes(
    datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30"), timezones=offsets
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def nanoseconds(instant: datetime) -> int:
    """Nanoseconds since 1970, exactly."""
    return (instant - EPOCH) // timedelta(microseconds=1) * 1_000


@modest
@given(instant=inner)
def test_an_instant_is_the_same_instant(instant: datetime) -> None:
    """Any date-time with any offset is read as its instant, and written as the same in UTC."""
    found = read_instant(instant.isoformat())
    assert found.has_offset
    assert found.nanoseconds == nanoseconds(instant)
    assert found.text.endswith("Z")
    assert datetime.fromisoformat(found.text) == instant
    assert read_instant(found.text) == found


@modest
@given(one=inner, other=inner)
def test_instants_are_ordered_by_their_nanoseconds(one: datetime, other: datetime) -> None:
    """Of two instants the earlier has fewer nanoseconds."""
    first, second = (read_instant(instant.isoformat()).nanoseconds for instant in (one, other))
    assert (first < second) == (one < other)
    assert (first == second) == (one == other)


@modest
@given(instant=inner, digits=st.text("0123456789", min_size=1, max_size=30))
def test_every_digit_of_a_fraction_is_kept(instant: datetime, digits: str) -> None:
    """A fraction of any length is kept without its trailing zeros, and counts to the nanosecond."""
    whole = instant.replace(microsecond=0).isoformat()
    found = read_instant(f"{whole[:19]}.{digits}{whole[19:]}")
    fraction = digits.rstrip("0")
    plain = read_instant(whole)
    assert found.text == (f"{plain.text[:-1]}.{fraction}Z" if fraction else plain.text)
    assert found.nanoseconds - plain.nanoseconds == int(digits[:9].ljust(9, "0"))
    assert read_instant(found.text) == found


@modest
@given(instant=inner)
def test_letters_of_a_date_time_may_be_small(instant: datetime) -> None:
    """The T may be a t or one space, and the Z a z."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    found = read_instant(f"{text}Z")
    for separator in "Tt ":
        for zone in "Zz":
            assert read_instant(text.replace("T", separator) + zone) == found


@modest
@given(instant=inner)
def test_without_an_offset_it_is_utc_and_marked(instant: datetime) -> None:
    """A date-time without an offset is read as UTC, and told from one that has it."""
    text = instant.replace(tzinfo=None).isoformat()
    bare, told = read_instant(text), read_instant(f"{text}Z")
    assert (bare.text, bare.nanoseconds) == (told.text, told.nanoseconds)
    assert (bare.has_offset, told.has_offset) == (False, True)


@modest
@given(text=st.one_of(st.text(max_size=30), st.text("0123456789-:.TtZz+ ", max_size=30)))
def test_any_text_is_an_instant_or_a_value_error(text: str) -> None:
    """No text raises anything but ValueError, and what is read can be read again."""
    try:
        found = read_instant(text)
    except ValueError:
        return
    again = read_instant(found.text)
    assert (again.text, again.nanoseconds) == (found.text, found.nanoseconds)


@pytest.mark.parametrize("year", [1, 4, 99, 100, 1900, 1970, 2000, 2024, 2100, 9999])
def test_days_are_those_of_the_calendar(year: int) -> None:
    """The 29th of February is read in leap years alone, and the 31st where the month has it."""
    for month in range(13):
        for day in (0, 28, 29, 30, 31, 32):
            text = f"{year:04}-{month:02}-{day:02}T12:00:00Z"
            try:
                datetime(year, month, day, tzinfo=UTC)
                real = True
            except ValueError:
                real = False
            if real:
                assert read_instant(text).text == text
            else:
                with pytest.raises(ValueError, match=r"."):
                    read_instant(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0001-01-01T00:00:00+00:01", "within the years"),
        ("9999-12-31T23:59:59.9-00:01", "within the years"),
        ("2016-12-31T23:59:60Z", "not an RFC 3339"),
        ("2024-01-15T24:00:00Z", "not an RFC 3339"),
        ("2024-01-15T09:30:00+24:00", "not an RFC 3339"),
        ("", "not an RFC 3339"),
        ("٢٠٢٤-01-15T09:30:00Z", "not an RFC 3339"),
    ],
)
def test_what_is_no_instant_is_told(text: str, told: str) -> None:
    """What cannot be read is told apart: no date-time, or none within the years 1 to 9999."""
    with pytest.raises(ValueError, match=told):
        read_instant(text)
