"""The values of a document that steers: each is as it must be, or is refused with what would do."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from mockserver.errors import SettingsError, nearest, shown
from mockserver.settings import parse_clock

__all__ = [
    "HEADER_VALUE",
    "TOKEN",
    "is_number",
    "read_instant",
    "read_integer",
    "read_object",
    "read_one_of",
    "read_pointer",
    "read_span",
]

LONGEST_DELAY_MS = 600_000
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110)."""

HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
"""A header's value, as text in Latin-1."""


def read_pointer(text: object) -> tuple[str, ...]:
    """The parts of a JSON pointer (RFC 6901). Raises SettingsError for what is none."""
    is_pointer = isinstance(text, str) and re.fullmatch(r"(/([^~/]|~[01])*)*", text)
    if not is_pointer:
        example = f"/{text}" if isinstance(text, str) and text[:1] not in ("", "/") else "/a/0"
        raise SettingsError(f"pointer {shown(text)} is no JSON pointer; write it like {example}")
    parts = cast(str, text).split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def read_integer(name: str, sent: object) -> int:
    """An integer. Raises SettingsError, as all of these do."""
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise SettingsError(f"{name} is {shown(sent)}; expected an integer")
    return sent


def read_span(name: str, sent: object) -> float:
    """Milliseconds that can be waited."""
    if not is_number(sent) or not 0 <= cast(float, sent) <= LONGEST_DELAY_MS:
        raise SettingsError(f"{name} is {shown(sent)}; expected 0 to {LONGEST_DELAY_MS}")
    return float(cast(float, sent))


def is_number(sent: object) -> bool:
    """Whether a value is a number of JSON."""
    return isinstance(sent, int | float) and not isinstance(sent, bool)


def read_one_of(name: str, sent: object, choices: Collection[str]) -> None:
    """See that a value is one of some; the message names the nearest."""
    if sent not in choices:
        near = nearest(sent, choices)
        raise SettingsError(
            f"{name} {shown(sent)} is not known; did you mean {near}? use one of"
            f" {', '.join(choices)}"
        )


def read_object(name: str, sent: object, fields: Collection[str] | None) -> dict[str, Any]:
    """An object with no other fields than these; None is for any."""
    if not isinstance(sent, dict):
        raise SettingsError(f"{name} is {shown(sent)}; expected an object")
    for key in sent:
        if fields is not None and key not in fields:
            near = nearest(key, fields)
            raise SettingsError(f"{name} has no field {shown(key)}; did you mean {near}?")
    return sent


def read_instant(name: str, sent: object) -> datetime:
    """An instant with an offset."""
    try:
        found = parse_clock(sent) if isinstance(sent, str) else None
    except SettingsError:
        found = None
    if not isinstance(found, datetime):
        example = "2024-01-15T09:30:00Z"
        raise SettingsError(
            f"{name} is {shown(sent)}; expected an instant with an offset: {example}"
        )
    return found
