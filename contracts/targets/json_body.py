"""Reads JSON bodies. Texts that come again, as the rows of pages do, are read once.

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

_MAYBE_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_PAGE = re.compile(r'\s*\{\s*"(\w+)"\s*:\s*\[\s*(?=\{)', re.ASCII)
"""The beginning of an object whose first member is a list of objects."""

_NEXT = re.compile(r"\s*,\s*(?=\{)", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A text of JSON with its value, which nobody may change.

    A short text that comes again gives the same part, so that it is looked through only once.
    """

    text: str
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
        return Part, (self.text, self.value)


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
    # Bytes would be read in any encoding that they look like; a text is not.
    text = body.decode()
    page = _PAGE.match(text)
    found = _in_parts(text, page[1], page.end()) if page is not None else None
    if found is not None:
        return found
    part = _known.get(text[:_HEAD])
    if part is None or part.text != text:
        part = _kept(Part(text, _value(text)))
    return Document(part.value, (part,))


def _in_parts(text: str, name: str, start: int) -> Document | None:
    """A page whose rows begin at `start`; None for what has to be read as a whole."""
    rows, end = list[Part](), start
    try:
        while True:
            row, end = _row(text, end)
            rows.append(row)
            more = _NEXT.match(text, end)
            if more is None:
                break
            end = more.end()
        rest = text[:start] + text[end:]
        around = Part(rest, _value(rest))
    except (ValueError, RecursionError):
        return None
    left = text[end:]
    if around.value[name] or "\\" in left or f'"{name}"' in left:
        # What follows no comma is no row, and a list that comes once more would count.
        return None
    value = {**around.value, name: [row.value for row in rows]}
    return Document(value, (around, *rows))


def _row(text: str, at: int) -> tuple[Part, int]:
    """The object that begins at a place, and where it ends."""
    known = _known.get(text[at : at + _HEAD])
    if known is not None and text.startswith(known.text, at):
        return known, at + len(known.text)
    value, end = _DECODER.raw_decode(text, at)
    row = Part(text[at:end], value)
    # Around the row are two brackets more.
    _check(row.text, value, DEEPEST - 2)
    return _kept(row), end


_known: dict[str, Part] = {}
"""Parts by their first letters, of which the id of a refund is one."""

_HEAD = 80
_MOST_KNOWN = 4_096
_LONGEST_KNOWN = 8_192


def _kept(part: Part) -> Part:
    if len(part.text) <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[part.text[:_HEAD]] = part
    return part


def _value(text: str) -> Any:
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("brackets nested too deep") from error
    _check(text, value, DEEPEST)
    return value


def _check(text: str, value: Any, deepest: int) -> None:
    """Raise a ValueError where brackets are nested too deep, or half of a surrogate pair is met."""
    if text.count("[") + text.count("{") > deepest and _is_deeper(value, deepest):
        raise ValueError(f"brackets nested deeper than {DEEPEST}")
    # Last, as writing a value goes as deep as it is.
    if _MAYBE_HALF.search(text):
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
