"""The scalar types of the vendor's schemas: uuids, cents, instants and dates, read strictly from
JSON.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

__all__ = [
    "UUID_PATTERN",
    "CalendarDate",
    "Cents",
    "DateTime",
    "Instant",
    "OutOfRange",
    "Uuid",
    "read_instant",
]

UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
_WHOLE_SECOND = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Instant(NamedTuple):
    """A point in time: its RFC 3339 text in UTC, nanoseconds since 1970, and whether an offset was
    sent.
    """

    text: str
    nanoseconds: int
    has_offset: bool


class OutOfRange(ValueError):
    """A date-time that has no place in UTC: it is before the year 0001 there, or after 9999."""


def read_instant(text: str) -> Instant:
    """Read an RFC 3339 date-time; one without an offset is read as UTC and marked so.

    Every digit of the fraction is kept in the text (the .NET SDK sends seven), nine count for the
    order. Raises ValueError for anything else, leap seconds and `24:00` included.
    """
    if _WHOLE_SECOND.fullmatch(text):  # the usual case, which is written as it was read
        return Instant(text, int(datetime.fromisoformat(text).timestamp()) * 1_000_000_000, True)
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 date-time")
    day, time, fraction, offset = match.groups()
    local = datetime.fromisoformat(f"{day}T{time}{'+00:00' if offset in (None, 'z') else offset}")
    try:
        utc = local.astimezone(UTC)
    except OverflowError:
        raise OutOfRange("within the years 0001 to 9999 in UTC") from None
    digits = (fraction or "").rstrip("0")
    seconds = (utc - _EPOCH) // _SECOND
    whole = utc.isoformat()[:19]
    return Instant(
        f"{whole}.{digits}Z" if digits else f"{whole}Z",
        seconds * 1_000_000_000 + int(digits[:9].ljust(9, "0")),
        offset is not None,
    )


def _instant(value: object) -> Instant:
    expected = "an RFC 3339 date-time such as 2024-01-15T09:30:00Z"
    try:
        if isinstance(value, str):
            return read_instant(value)
    except OutOfRange as error:
        expected += f", {error}"
    except ValueError:
        pass
    raise PydanticCustomError("instant", "{expected}", {"expected": expected})


def _date(text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise PydanticCustomError("date", "a calendar date such as 2024-01-15")


def _whole(value: object) -> object:
    """JSON Schema's integer admits 5.0, so a float without a fraction is read as the integer."""
    return int(value) if type(value) is float and value.is_integer() else value


Uuid = Annotated[str, StringConstraints(pattern=UUID_PATTERN, to_lower=True, strict=True)]
Cents = Annotated[int, Field(strict=True), BeforeValidator(_whole)]
DateTime = Annotated[Instant, PlainValidator(_instant)]
CalendarDate = Annotated[str, AfterValidator(_date)]
