"""The rolling window admits so many requests in any span of its length, no refused one counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.errors import SettingsError
from mockserver.settings import VENDOR_RATE, Rate, parse_rate
from mockserver.state.clock import frozen, steady_us
from mockserver.state.limits import RollingWindow

START = 1_000_000_000


def after(seconds: float) -> int:
    """The instant so long after the start, in microseconds."""
    return START + round(seconds * 1_000_000)


@settings(derandomize=True, deadline=None, database=None)
@given(
    most=st.integers(1, 5),
    length=st.sampled_from([1, 2.5, 10]),
    gaps=st.lists(st.sampled_from([0, 0, 0.1, 0.5, 1, 2.5, 10, 11]), max_size=60),
)
def test_no_span_admits_more(most: int, length: float, gaps: list[float]) -> None:
    """A request is admitted exactly when fewer than the limit were in the span before it."""
    window, admitted, now = RollingWindow(Rate(most, length)), list[int](), START
    for gap in gaps:
        now += round(gap * 1_000_000)
        recent = [past for past in admitted if past > now - length * 1_000_000]
        assert window.admits(now) == (len(recent) < most)
        if len(recent) < most:
            admitted.append(now)


def test_a_window_frees_one_by_one() -> None:
    """Each admitted request leaves the window when it is as old as the window is long."""
    window = RollingWindow(Rate(2, 10))
    admitted = [window.admits(after(second)) for second in (0, 4, 9.999, 10, 13.999, 14, 14)]
    assert admitted == [True, True, False, True, False, True, False]


def test_a_clock_that_stands_still_never_frees() -> None:
    """By a frozen clock the limit is a total."""
    window = RollingWindow(Rate(3, 1))
    assert [window.admits(START) for _ in range(10)] == [True] * 3 + [False] * 7


@pytest.mark.parametrize("year", [1, 9999])
def test_a_window_at_the_ends_of_time(year: int) -> None:
    """The first and the last year there is are years like others."""
    window = RollingWindow(Rate(1, 10))
    now = steady_us(frozen(datetime(year, 1, 1, tzinfo=UTC)))
    assert [window.admits(now), window.admits(now)] == [True, False]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("off", None),
        ("vendor", VENDOR_RATE),
        ("1/1", Rate(1, 1)),
        ("1000/10", VENDOR_RATE),
        ("5/0.5", Rate(5, 0.5)),
    ],
)
def test_a_rate_is_read(text: str, rate: Rate | None) -> None:
    """Off, the vendor's, or requests by seconds."""
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "0/1", "1/0", "1", "-1/1", "1/-1", "1/1s", "on", "1/0.0", " 1/1"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    """Anything else is refused with its value."""
    with pytest.raises(SettingsError, match="is not known; use off, vendor"):
        parse_rate(text)
