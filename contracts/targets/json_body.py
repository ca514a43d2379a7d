"""Reads JSON bodies. What comes again, as the rows of pages do, is read once.

A page is read in parts: what stands around its rows, with an empty list for them, and each row.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

DEEPEST = 100
"""How deep brackets of an answer may be nested."""

_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_PAGE = re.compile(rb'\s*\{\s*"(\w+)"\s*:\s*\[\s*(?=\{)')
"""The beginning of an object whose first member is a list of objects."""

_NEXT = re.compile(rb"\s*,\s*(?=\{)")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Bytes of JSON with their value, which nobody may change.

    Few bytes that come again give the same part, so that it is looked through only once.
    """

    body: bytes
    value: Any
    _found: dict[object, Any] = field(default_factory=dict)

    def once(self, key: object, look: Callable[["Part"], T]) -> T:
        """What `look` finds in this part; it is kept under the key, and not looked for again."""
        try:
            found: T = self._found[key]
        except KeyError:
            found = self._found[key] = look(self)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross processes without what was found."""
        return Part, (self.body, self.value)


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a body, and the parts it was read in: one, or several of a page."""

    value: Any
    parts: tuple[Part, ...]


def parsed(body: bytes) -> Any:
    """The JSON value of a body; see `document_of`."""
    return document_of(body).value


def document_of(body: bytes) -> Document:
    """The JSON value of a body, with its parts.

    Raises:
        ValueError: no JSON in UTF-8 without a byte order mark (RFC 8259, 8.1), half of a
            surrogate pair, a number beyond all floats, or brackets nested deeper than DEEPEST.
    """
    page = _PAGE.match(body)
    found = _in_parts(body, page[1], page.end()) if page is not None else None
    if found is not None:
        return found
    part = _known.get(body[:_HEAD])
    if part is None or part.body != body:
        part = _kept(_part(body))
    return Document(part.value, (part,))


def _in_parts(body: bytes, name: bytes, start: int) -> Document | None:
    """A page whose rows begin at `start`; None for what has to be read as a whole."""
    rows, end = list[Part](), start
    try:
        while True:
            row = _row(body, end)
            rows.append(row)
            end += len(row.body)
            more = _NEXT.match(body, end)
            if more is None:
                break
            end = more.end()
        around = _part(body[:start] + body[end:])
    except (ValueError, RecursionError):
        return None
    left, key = body[end:], name.decode()
    if around.value[key] or b"\\" in left or b'"%b"' % name in left:
        # What follows no comma is no row, and a list that comes once more would count.
        return None
    return Document({**around.value, key: [row.value for row in rows]}, (around, *rows))


def _row(body: bytes, at: int) -> Part:
    """The object that begins at a place."""
    known = _known.get(body[at : at + _HEAD])
    if known is not None and body.startswith(known.body, at):
        return known
    # To decode all that follows would take the longer, the more rows there are.
    text = body[at : at + _LONGEST_KNOWN].decode(errors="ignore")
    try:
        value, end = _DECODER.raw_decode(text)
    except ValueError:
        text = body[at:].decode()
        value, end = _DECODER.raw_decode(text)
    row = Part(text[:end].encode(), value)
    if not body.startswith(row.body, at):
        raise ValueError("bytes that are no UTF-8")
    # Around the row are two brackets more.
    _check(row, DEEPEST - 2)
    return _kept(row)


_known: dict[bytes, Part] = {}
"""Parts by their first bytes, which hold the id of a refund."""

_HEAD = 80
_MOST_KNOWN = 4_096
_LONGEST_KNOWN = 8_192


def _kept(part: Part) -> Part:
    if len(part.body) <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[part.body[:_HEAD]] = part
    return part


def _part(body: bytes) -> Part:
    try:
        # Bytes would be read in any encoding that they look like; a text is not.
        part = Part(body, _DECODER.decode(body.decode()))
    except RecursionError as error:
        raise ValueError("brackets nested too deep") from error
    _check(part, DEEPEST)
    return part


def _check(part: Part, deepest: int) -> None:
    """Raise a ValueError where brackets are nested too deep, or half of a surrogate pair is met."""
    body, value = part.body, part.value
    if body.count(b"[") + body.count(b"{") > deepest and _is_deeper(value, deepest):
        raise ValueError(f"brackets nested deeper than {DEEPEST}")
    # Last, as writing a value goes as deep as it is.
    if _MAYBE_HALF.search(body):
        json.dumps(value, ensure_ascii=False).encode()


def _is_deeper(value: Any, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest):
        children = (parent.values() if type(parent) is dict else parent for parent in level)
        level = [child for some in children for child in some if type(child) in _NESTED]
        if not level:
            return False
    return any(level)


_NESTED = frozenset({dict, list})


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is beyond all floats")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)


def lenient_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object that a lenient server may read in a body, or None."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
