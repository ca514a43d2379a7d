"""Finds texts that must not be shown in other texts: whole or in part, however they are written.

Of a text of 24 letters or more each run of 24 letters is found: plain, percent-encoded, escaped in
JSON or HTML, or in base64 at any alignment. A shorter one is found whole, from 12 letters on in
base64 too.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

_TOO_SHORT = 4
_PIECE = 12
_LONG = 2 * _PIECE


class KnownTexts:
    """Texts that are taken out of others.

    Args:
        sign: what is put in their place.
        few: whether there are few of them, in many texts. Then every piece of them is noted, and
            each text is looked at once every so many letters; otherwise the other way round.
    """

    def __init__(self, sign: str, *, few: bool) -> None:
        self._sign = sign
        self._few = few
        self._step, self._stride = (1, _PIECE) if few else (_PIECE, 1)
        self._known: set[str] = set()
        self._wholes: list[str] = []
        self._pieces: dict[str, list[tuple[str, int]]] = {}

    def add(self, text: str, *, public: int = 0) -> None:
        """Take out one more text.

        Args:
            text: the text; one of less than four letters is not looked for.
            public: how many of its first letters are no secret where they stand alone.
        """
        if text in self._known or len(text) < _TOO_SHORT:
            return
        self._known.add(text)
        shorter = len(text) < _LONG
        if shorter or public:
            forms = (*_written(text), *(_coded(text) if len(text) >= _PIECE else ()))
            self._wholes += [form for form in forms if form not in self._wholes]
            self._wholes.sort(key=len, reverse=True)
        if not shorter:
            for form in _forms(text[public:]):
                for at in range(0, len(form) - _PIECE + 1, self._step):
                    self._pieces.setdefault(form[at : at + _PIECE], []).append((form, at))

    def without(self, text: str) -> str:
        """A text with the sign in place of each known one."""
        for whole in self._wholes:
            if whole in text:
                text = self._pattern(whole).sub(self._sign, text)
        found = self._next(text, 0)
        if found is None:
            return text
        parts, done = list[str](), 0
        while found is not None:
            start, end = found
            parts += [text[done : max(start, done)], self._sign]
            done = end
            found = self._next(text, end)
        return "".join([*parts, text[done:]])

    def are_in(self, text: str) -> bool:
        """Whether a text holds any of them."""
        wholes = (whole for whole in self._wholes if whole in text)
        return any(self._pattern(whole).search(text) for whole in wholes) or bool(
            self._next(text, 0)
        )

    def _pattern(self, whole: str) -> re.Pattern[str]:
        """How a text is looked for as a whole: one of many only as a word of its own."""
        edges = ("", "") if self._few else (r"(?<![\w-])", r"(?![\w-])")
        return re.compile(re.escape(whole).join(edges))

    def _next(self, text: str, since: int) -> tuple[int, int] | None:
        """Where the next known part begins and ends."""
        pieces = self._pieces
        if not pieces:
            return None
        for at in range(since, len(text) - _PIECE + 1, self._stride):
            places = pieces.get(text[at : at + _PIECE])
            if places is not None:
                grown = (_grown(text, at, form, place) for form, place in places)
                return max(grown, key=lambda part: part[1] - part[0])
        return None


def _grown(text: str, at: int, form: str, place: int) -> tuple[int, int]:
    """Where the part of a text ends on both sides that is the same as in a form."""
    start, end = at, at + _PIECE
    left, right = place, place + _PIECE
    while start and left and text[start - 1] == form[left - 1]:
        start, left = start - 1, left - 1
    while end < len(text) and right < len(form) and text[end] == form[right]:
        end, right = end + 1, right + 1
    return start, end


def _written(text: str) -> list[str]:
    """A text as it is, percent-encoded, and escaped in JSON and HTML; each form once."""
    quoted = (_quoted(text), quote(text, errors="replace"), quote_plus(text, errors="replace"))
    escaped = (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], escape(text))
    return list(dict.fromkeys((text, *quoted, *escaped)))


def _forms(text: str) -> Iterable[str]:
    """What a text may look like, each form once; a percent-encoded form of each among them."""
    forms = [*_written(text), *_coded(text)]
    return dict.fromkeys((*forms, *(_quoted(form) for form in forms)))


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _coded(text: str) -> Iterator[str]:
    """The text in base64 at each alignment, without the letters that its neighbours decide."""
    raw = text.encode("utf-8", "replace")
    for shift in range(3):
        coded = b64encode(b"\0" * shift + raw).decode()
        yield coded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
