"""Scalars as the contract reads them: uuids, instants, dates and integers; no field names."""

import re
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

Instant = int | Fraction
"""Seconds since 0001-01-01T00:00:00Z, exact to the last digit written."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])(\d\d):(\d\d))?",
    re.ASCII,
)
_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DIGITS = re.compile(r"\d*", re.ASCII)
_DAY = 86_400
_FIRST = date(MINYEAR, 1, 1).toordinal()
_END = (date(MAXYEAR, 12, 31).toordinal() - _FIRST + 1) * _DAY
INT32_MAX = 2**31 - 1


def uuid_or_none(value: Any) -> str | None:
    """The lower-case text of a uuid in its canonical form, or None."""
    if isinstance(value, str):
        text = value.lower()
        if len(text) == 36 and _UUID.fullmatch(text):
            return text
    return None


def date_or_none(value: Any) -> str | None:
    """A real calendar date as it was written, or None."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    return value if found and _ordinal(*found.groups()) is not None else None


def instant_or_none(value: Any) -> tuple[Instant, bool] | None:
    """The instant of a date-time and whether it carries an offset, or None where it is none.

    One without an offset is read as UTC. Leap seconds, 24:00 and instants outside the years
    1 to 9999 in UTC are none.
    """
    return _instant(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _instant(text: str) -> tuple[Instant, bool] | None:
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zulu, sign, off_h, off_m = found.groups()
    days = _ordinal(year, month, day)
    if days is None or hour > "23" or minute > "59" or second > "59":
        return None
    if sign and (off_h > "23" or off_m > "59"):
        return None
    offset = (int(off_h) * 60 + int(off_m)) * 60 if sign else 0
    whole = days * _DAY + int(hour) * 3600 + int(minute) * 60 + int(second)
    whole += offset if sign == "-" else -offset
    if not 0 <= whole < _END:
        return None
    return _with_fraction(whole, fraction), bool(zulu or sign)


@lru_cache(maxsize=4096)
def in_utc(text: str) -> str | None:
    """A date-time with an offset, in UTC with `Z` and without trailing zeros; None for others."""
    if _PLAIN.fullmatch(text):
        return text
    found = instant_or_none(text)
    if found is None or not found[1]:
        return None
    whole = int(found[0] // 1)
    day, second = date.fromordinal(whole // _DAY + _FIRST), whole % _DAY
    fraction = text.partition(".")[2]
    digits = (_DIGITS.match(fraction) or [""])[0].rstrip("0")
    clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"{day}T{clock}{digits and '.'}{digits}Z"


def _with_fraction(whole: int, fraction: str | None) -> Instant:
    digits = (fraction or "").rstrip("0")
    return whole + Fraction(int(digits), 10 ** len(digits)) if digits else whole


def _ordinal(year: str, month: str, day: str) -> int | None:
    try:
        return date(int(year), int(month), int(day)).toordinal() - _FIRST
    except ValueError:
        return None


def integer_or_none(value: Any) -> int | None:
    """A JSON number without a fractional part, or None; 5.0 and 1E2 are integers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    if value.adjusted() > 30:
        return 10**30 if value > 0 else -(10**30)
    return int(value) if value == value.to_integral_value() else None


def same_instant(first: Any, second: Any) -> bool:
    """Whether two texts are date-times, each with an offset, of one instant."""
    one, other = instant_or_none(first), instant_or_none(second)
    return one is not None and other is not None and one[0] == other[0] and other[1]
