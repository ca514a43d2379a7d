"""Which calls of a journal are meant, and whether those that were expected were seen."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mockserver.errors import SettingsError, nearest, shown
from mockserver.state.clock import instant_text
from mockserver.state.faults import NOTHING, pointed
from mockserver.state.journal import Entry
from mockserver.steering.fields import read_instant, read_object, read_pointer
from mockserver.steering.reading import line
from mockserver.wire.codings import readable

__all__ = [
    "CALL_FIELDS",
    "MOST_CALLS",
    "Filter",
    "Verdict",
    "query_filter",
    "read_filter",
    "verify",
]

CALL_FIELDS = ("operation", "method", "path", "status", "rule", "fault", "since", "until", "body")
MOST_CALLS = 100
"""The most calls that one verification may expect."""

_MOST_TOLD = 20
_MOST_EXPLAINED = 10
"""How many of the calls that were not seen are shown with the nearest call."""


class Filter(NamedTuple):
    """The calls that are meant: each field as it was written, None for any."""

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    rule: str | None = None
    fault: str | None = None
    since: str | None = None
    until: str | None = None
    pointer: tuple[str, ...] | None = None
    value: object = NOTHING

    def differences(self, entry: Entry) -> list[str]:
        """What of a call is not as it is meant."""
        return list(self._differences(entry))

    def matches(self, entry: Entry) -> bool:
        """Whether a call is as it is meant."""
        return next(self._differences(entry), None) is None

    def _differences(self, entry: Entry) -> Iterator[str]:
        told = (
            ("operation", self.operation, entry.operation or "none", fnmatchcase),
            ("method", self.method, entry.method, str.__eq__),
            ("path", self.path, entry.path, fnmatchcase),
            ("status", self.status, str(entry.status or "none"), _is_status),
            ("the instant", self.since, instant_text(entry.at), _is_since),
            ("the instant", self.until, instant_text(entry.at), _is_until),
        )
        for name, want, have, agrees in told:
            if want is not None and not agrees(have, want):
                yield f"{name} is {shown(have)}, expected {shown(want)}"
        if self.rule is not None and self.rule not in entry.rules:
            yield f"rules are {shown(list(entry.rules))}, expected {shown(self.rule)}"
        if self.fault is not None and entry.fault != self.fault:
            yield f"fault is {shown(entry.fault)}, expected {shown(self.fault)}"
        if self.pointer is not None:
            yield from self._in_body(entry, self.pointer)

    def _in_body(self, entry: Entry, pointer: tuple[str, ...]) -> Iterator[str]:
        try:
            have = pointed(json.loads(readable(entry.body, entry.headers)), pointer)
        except (ValueError, RecursionError):
            have = NOTHING
        if have is not NOTHING and self.value in (NOTHING, have):
            return
        wanted = "something" if self.value is NOTHING else shown(self.value)
        there = "nothing" if have is NOTHING else shown(have)
        yield f"the body at /{'/'.join(pointer)} is {there}, expected {wanted}"


class Verdict(NamedTuple):
    """Whether calls were seen: the numbers of those found, or why not."""

    found: list[list[int]]
    problems: list[str]
    seen: list[str]


def read_filter(sent: Mapping[str, Any], operations: Collection[str]) -> Filter:
    """The calls that some fields mean. Raises SettingsError for a field that is no such thing."""
    for name in sent:
        if name not in CALL_FIELDS:
            near = nearest(name, CALL_FIELDS)
            raise SettingsError(f"a call has no field {shown(name)}; did you mean {near}?")
    texts: dict[str, Any] = {
        name: _text(name, sent[name]) for name in CALL_FIELDS[:-1] if name in sent
    }
    for name in texts.keys() & {"since", "until"}:
        read_instant(name, texts[name])
    _is_known(texts.get("operation"), operations)
    if re.fullmatch(r"[1-5]([0-9][0-9]|xx)|none", texts.get("status", "none")) is None:
        raise SettingsError(f"status {shown(texts['status'])} is not known; use 503, 5xx or none")
    wanted = Filter()._replace(**texts)
    if "body" not in sent:
        return wanted
    body = read_object("body", sent["body"], ("pointer", "value"))
    pointer = read_pointer(body.get("pointer"))
    return wanted._replace(pointer=pointer, value=body.get("value", NOTHING))


def query_filter(asked: Mapping[str, str], operations: Collection[str]) -> Filter:
    """The calls that a query means, which has `pointer` and `value` in the place of a body.

    A value that is no JSON is text. Raises SettingsError.
    """
    sent: dict[str, Any] = dict(asked)
    if "value" in sent and "pointer" not in sent:
        raise SettingsError(f"value {shown(sent['value'])} needs a pointer: pointer=/amount_cents")
    if "pointer" in sent:
        sent["body"] = {"pointer": sent.pop("pointer")}
        if "value" in sent:
            sent["body"]["value"] = _json_or_text(sent.pop("value"))
    elif "body" in sent:
        raise SettingsError("a query has no body; use pointer and value")
    return read_filter(sent, operations)


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _text(name: str, value: object) -> str:
    if name == "status" and isinstance(value, int):
        return str(value)
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{name} is {shown(value)}; expected text")
    return value


def _is_known(wanted: str | None, operations: Collection[str]) -> None:
    if wanted is None or wanted == "none":  # for calls of no operation
        return
    if not any(fnmatchcase(name, wanted) for name in operations):
        near = nearest(wanted, operations)
        raise SettingsError(f"operation {shown(wanted)} is not known; did you mean {near}?")


def verify(
    entries: Sequence[Entry], calls: Sequence[tuple[Filter, int | None]], in_order: bool
) -> Verdict:
    """Whether each call was seen, so many times or at least once.

    `in_order` asks for them one after the other, with any others between.
    """
    found, problems, after = list[list[int]](), list[str](), 0
    for place, (wanted, times) in enumerate(calls, 1):
        numbers = [
            entry.number for entry in entries if entry.number > after and wanted.matches(entry)
        ]
        if in_order and numbers:
            numbers = numbers[: times or 1]
            after = numbers[-1]
        found.append(numbers)
        if not numbers if times is None else len(numbers) != times:
            others = entries if len(problems) < _MOST_EXPLAINED else ()
            problems.append(_problem(place, wanted, times, numbers, others))
    return Verdict(found, problems, [line(entry) for entry in entries[-_MOST_TOLD:]])


def _problem(
    place: int, wanted: Filter, times: int | None, numbers: list[int], entries: Iterable[Entry]
) -> str:
    often = "at least once" if times is None else f"{times} times"
    told = f"call {place} was expected {often} and seen {len(numbers)} times"
    seen = set(numbers)
    others = [entry for entry in entries if entry.number not in seen]
    near = min(others, key=lambda entry: len(wanted.differences(entry)), default=None)
    if near is None:
        return told
    return f"{told}; the nearest is call {near.number}: {'; '.join(wanted.differences(near))}"


def _is_status(have: str, want: str) -> bool:
    return have == want or (want.endswith("xx") and have[0] == want[0])


def _is_since(have: str, want: str) -> bool:
    return datetime.fromisoformat(have) >= datetime.fromisoformat(want)


def _is_until(have: str, want: str) -> bool:
    return datetime.fromisoformat(have) < datetime.fromisoformat(want)
