"""What can go wrong, as exceptions: bad settings, and refusals of a request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = [
    "HIDDEN",
    "MISSING",
    "Breach",
    "MockserverError",
    "Refusal",
    "SettingsError",
    "lines_of",
    "nearest",
    "printable",
    "shown",
]

_ENCODE = json.JSONEncoder(default=str).encode
_LONGEST_SHOWN = 80
_MOST_TOLD = 100
_LONGEST_COMPARED = 160


class MockserverError(Exception):
    """An error whose text is meant for the person who runs the stand-in."""


class SettingsError(MockserverError):
    """A setting that cannot be used; the text shows the value and what would do."""


def shown(value: object) -> str:
    """The value as ASCII JSON, cut to a readable length: fit for a message and for a header."""
    try:
        text = str(value) if type(value) is int else _ENCODE(value)
    except (RecursionError, ValueError):
        text = "a value too deep or too large to show"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def nearest(sent: object, names: Iterable[str], cutoff: float = 0) -> str:
    """The name that is most like what was sent, '' where none reaches the cutoff.

    Only the beginning is compared: the work grows with the square of the length.
    """
    from difflib import get_close_matches

    text = sent if isinstance(sent, str) else shown(sent)
    return next(iter(get_close_matches(text[:_LONGEST_COMPARED], names, n=1, cutoff=cutoff)), "")


def printable(text: str) -> str:
    """The text fit for one line of a terminal: what does not print is escaped, as in Python."""
    if text.isprintable():
        return text
    pieces = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "".join(pieces)


class Breach(NamedTuple):
    """One place where a request does not keep a rule.

    `place` is a JSON path into the body (`$.amount_cents`) or names a header, query parameter or
    path parameter; `expected` completes the sentence "expected ...". `entity_id` is the id that
    was not found, for rules about existence.
    """

    rule: str
    place: str
    value: object
    expected: str
    entity_id: str | None = None

    def __str__(self) -> str:
        found = str(self.value) if isinstance(self.value, _Mark) else shown(self.value)
        return f"{self.rule}: {self.place} is {found}; expected {self.expected}"


class _Mark:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


MISSING = _Mark("missing")
"""Stands in a breach for a value that was not sent."""

HIDDEN = _Mark("not right (its value is not shown)")
"""Stands in a breach for a value that may be a secret."""


def lines_of(breaches: Sequence[Breach]) -> tuple[str, ...]:
    """The breaches as text, a line each; of more than 100 the last line counts the rest."""
    lines = tuple(map(str, breaches[:_MOST_TOLD]))
    left = len(breaches) - _MOST_TOLD
    return (*lines, f"and {left} more") if left > 0 else lines


class Refusal(Exception):
    """A request that is answered with an error of the vendor's envelope.

    `error_name` is the vendor's `errorName`. Either `breaches` say why, or `message` does when no
    rule stands behind the refusal.
    """

    def __init__(
        self,
        error_name: str,
        *breaches: Breach,
        message: str | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        self.error_name = error_name
        self.breaches = breaches
        self.lines = lines_of(breaches)
        self.message = ". ".join(self.lines) if message is None else message
        self.headers = headers
        super().__init__(self.message)
