"""Request bodies as the API reads them: JSON objects in UTF-8, and how deep they are nested."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

_MAYBE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
DEEPEST = 64
"""How many objects and lists, one in the other, every server reads. RFC 8259 (9) lets a parser set
a bound and names none, so beyond it to read and to refuse are both right.
"""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as read: the object, or None where it is refused; `doubtful` where both are right."""

    value: dict[str, Any] | None
    doubtful: bool = False


def read_body(body: bytes) -> Body:
    """The one JSON object in UTF-8 that a body should be.

    Refused: a byte order mark, UTF-16, NaN and Infinity, lone surrogates, trailing commas, and
    any JSON that is no object. Duplicate keys: the last one counts. Good JSON nested deeper than
    DEEPEST is doubtful, whatever the Python; its value has no such depths.
    """
    try:
        text = body.decode()
        if body.count(b"[") + body.count(b"{") > DEEPEST:
            return _read_deep(text)
        value = _decoded(text)
    except ValueError:
        return Body(None)
    return Body(value) if isinstance(value, dict) else Body(None)


@lru_cache(maxsize=16)
def _read_deep(text: str) -> Body:
    """The same where brackets may be nested too deep; the few such bodies come again and again."""
    deep = depth_of(text) > DEEPEST
    try:
        value = _decoded(folded(text, _decoded) if deep else text)
    except ValueError:
        return Body(None)
    return Body(value, doubtful=deep) if isinstance(value, dict) else Body(None)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def _decoded(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none, or holds a lone surrogate.
    """
    value = _DECODER.decode(text)
    if _MAYBE_SURROGATE.search(text):
        json.dumps(value, ensure_ascii=False, default=str).encode()
    return value


_MARK = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
"""A bracket, or a string, which may lack its end; that is no JSON, as a decoder will say."""

_FOLD = 32


def depth_of(text: str) -> int:
    """How many brackets are open at the deepest place; those in strings do not count."""
    return max((level for level, _, _ in _brackets(text)), default=0)


def folded(text: str, read: Callable[[str], object]) -> str:
    """The text with an empty list for what lies deep, each such part being read first.

    A text is JSON if and only if its parts are, and what is left of it.

    Raises:
        ValueError: `read` finds that a part is no JSON, or brackets do not pair.
    """
    layers: list[list[str]] = [[]]
    kept = level = 0
    for level, start, opens in _brackets(text):
        if level < 0:
            raise ValueError("a bracket is closed that was not opened")
        if opens and level % _FOLD == 0:
            layers[-1].append(text[kept:start])
            layers.append([])
            kept = start
        elif not opens and level % _FOLD == _FOLD - 1:
            read("".join((*layers.pop(), text[kept : start + 1])))
            layers[-1].append("[]")
            kept = start + 1
    if level:
        raise ValueError("a bracket is not closed")
    return "".join((*layers[0], text[kept:]))


def _brackets(text: str) -> Iterator[tuple[int, int, bool]]:
    """Each bracket: how many are open behind it, where it stands, and whether it opens."""
    level = 0
    for mark in _MARK.finditer(text):
        sign = mark[0]
        if sign in "[{]}":
            opens = sign in "[{"
            level += 1 if opens else -1
            yield level, mark.start(), opens
