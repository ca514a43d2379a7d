"""How deep a JSON text is nested, and the same text without its depths; no values.

How far down the decoder of json goes differs from one Python to the next, so it is never sent far.
"""

import re
from collections.abc import Callable, Iterator

_MARK = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
"""A bracket, or a string, which may lack its end; that is no JSON, as a decoder will say."""

_FOLD = 32


def depth_of(text: str) -> int:
    """How many brackets are open at the deepest place; those in strings do not count."""
    return max((level for level, _, _ in _brackets(text)), default=0)


def folded(text: str, read: Callable[[str], object]) -> str:
    """The text with an empty list for what lies deep, each such part being read first.

    A text is JSON if and only if its parts are, and what is left of it.

    Args:
        text: any text.
        read: raises ValueError where a part is no JSON.

    Raises:
        ValueError: a part is none, or brackets do not pair.
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
