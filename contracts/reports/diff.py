"""What was expected and received, line by line, with what differs marked; no format's markup."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, TypeGuard

from contracts.kernel.departure import Departure
from contracts.kernel.exchange import Exchange
from contracts.model.match import ABSENT, Absent, Moment, Open, Perhaps
from contracts.model.state import ID
from contracts.reports.texts import clipped, shown

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_BY_LETTER, _MOST_BY_WORD = 400, 20_000
_MOST_IN_LINE = 80
_MOST_ROWS = 4
_PIECE = 48
_AROUND = 2
_ALIKE = 0.6
"""Texts with less in common than this share are shown whole rather than in shreds."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: `-` was expected, `+` was received, a blank is in both, `…` stands for more.

    Attributes:
        parts: pieces of the line, each with whether it is what differs.
    """

    sign: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The line without its marks."""
        return "".join(part for part, _ in self.parts)


def diff(departure: Departure, exchange: Exchange | None) -> list[DiffLine]:
    """What was expected and what was received."""
    due, came = departure.expected, departure.received
    if departure.at == "status" and exchange is not None:
        return _pair(" or ".join(map(str, due)), exchange.summary())
    if departure.at == "/items" and exchange is not None and isinstance(due, list):
        return _pair(*_rows(departure, exchange))
    if departure.is_own and departure.change.kind in {"law", "form"}:
        return _pair(shown(due), shown(came))
    return _of_values(departure)


def _of_values(departure: Departure) -> list[DiffLine]:
    """Two values after their place; objects line by line."""
    due, came = departure.expected, departure.received
    where = departure.place if departure.place.startswith("/") else ""
    due = due.text if isinstance(due, Moment) else due
    if _is_plain(due) and _is_plain(came) and max(len(due), len(came)) > _MOST_ROWS:
        texts = _from_first(due, came), _from_first(came, due)
    elif _is_structured(due, came):
        lines = list(_by_line(_lines(_filled(due, came)), _lines(came)))
        return [_line("…", f"at {where}")] * bool(where) + lines
    elif isinstance(due, str) and isinstance(came, str):
        texts = _apart(due, came), _apart(came, due)
    else:
        texts = _value(due), _value(came)
    return _pair(*(f"{where} {text}".strip() for text in texts))


def _line(sign: str, text: str) -> DiffLine:
    return DiffLine(sign, ((text, False),))


def _is_structured(due: Any, came: Any) -> bool:
    alike = any(isinstance(due, k) and isinstance(came, k) for k in (dict, list))
    return alike and max(len(repr(due)), len(repr(came))) > _MOST_IN_LINE


def _value(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    if isinstance(value, bytes):
        return clipped(shown(value.decode("utf-8", "backslashreplace")), _MOST_BY_LETTER)
    try:
        return shown(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError):
        return shown(repr(value))


def _apart(text: str, other: str) -> str:
    """A text as JSON; of a long one what is round the first place where the other differs."""
    if len(text) <= 2 * _PIECE:
        return _value(text)
    pairs = enumerate(zip(text, other, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(text), len(other)))
    start = max(0, at - _PIECE // 2)
    end = start + _PIECE
    piece = _value(text[start:end])
    return f"{'…' * bool(start)}{piece}{'…' * (end < len(text))} ({len(text):,} characters)"


def _rows(departure: Departure, exchange: Exchange) -> tuple[str, str]:
    """The rows due and the rows received: what they are sorted by, and how their ids begin."""
    items = [item for item in exchange.items if isinstance(item, dict)]
    came = {item[ID]: item for item in items if isinstance(item.get(ID), str)}
    known = {key: row.body for key, row in exchange.before.refunds.items()}
    is_order = departure.change.kind == "order"
    name = departure.change.by[2] if is_order else "rows"
    texts = []
    for ids, rows in ((departure.expected, known), (departure.received, came)):
        keys = [f"{str(key)[:4]}…" for key in ids[:_MOST_ROWS]]
        if is_order:
            values = (rows.get(key, {}).get(name, "none") for key in ids)
            keys = [f"{value} ({key})" for value, key in zip(values, keys, strict=False)]
        more = f" and {len(ids) - _MOST_ROWS} more" if len(ids) > _MOST_ROWS else ""
        texts.append(f"{name} {', '.join(keys)}{more}" if keys else "no rows")
    return texts[0], texts[1]


def _is_plain(values: Any) -> TypeGuard[list[Any]]:
    return isinstance(values, list) and not any(isinstance(one, dict | list) for one in values)


def _from_first(values: list[Any], others: list[Any]) -> str:
    """A list of plain values from the first place on where the other differs."""
    pairs = enumerate(zip(values, others, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(values), len(others)))
    shown_values = ", ".join(map(_value, values[at : at + _MOST_ROWS])) or "nothing"
    more = ", …" if len(values) > at + _MOST_ROWS else ""
    return f"{len(values)} values, from place {at + 1} on: {shown_values}{more}"


def _filled(expected: Any, received: Any) -> Any:
    """What was expected, each open place filled by what came there; the law judged the fit."""
    if isinstance(expected, Perhaps):
        return _filled(expected.expected, received)
    if isinstance(expected, dict) and isinstance(received, dict):
        return {
            key: _filled(item, received.get(key))
            for key, item in expected.items()
            if key in received or not isinstance(item, Perhaps | Absent)
        }
    if isinstance(expected, list | tuple) and isinstance(received, list):
        return [_filled(*pair) for pair in zip_longest(expected, received[: len(expected)])]
    return received if isinstance(expected, Open | Moment) and received is not None else expected


def _lines(value: Any) -> list[str]:
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=repr)
    return [shown(line) for line in text.split("\n")]


def _by_line(due: Sequence[str], came: Sequence[str]) -> Iterator[DiffLine]:
    matcher = SequenceMatcher(None, due, came, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        if group[0][1]:
            yield _line("…", "")
        for kind, a, b, c, d in group:
            if kind == "equal":
                yield from (_line(" ", line) for line in due[a:b])
            else:
                yield from (_line("-", line) for line in due[a:b])
                yield from (_line("+", line) for line in came[c:d])


def _pair(due: str, came: str) -> list[DiffLine]:
    """Two texts of one line each, with the pieces that differ marked."""
    one, other = (clipped(" ".join(t.split("\n")), _MOST_BY_WORD) for t in (due, came))
    short = len(one) + len(other) <= _MOST_BY_LETTER
    left, right = (list(t) if short else _WORD.findall(t) for t in (one, other))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if len(left) * len(right) > _MOST_BY_WORD * 100 or matcher.ratio() < _ALIKE:
        return [_line("-", one), _line("+", other)]
    codes = matcher.get_opcodes()
    due_parts = tuple(("".join(left[a:b]), kind != "equal") for kind, a, b, _, _ in codes if a < b)
    came_parts = tuple(
        ("".join(right[c:d]), kind != "equal") for kind, _, _, c, d in codes if c < d
    )
    return [DiffLine("-", due_parts), DiffLine("+", came_parts)]
