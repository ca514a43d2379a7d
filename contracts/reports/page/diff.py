"""Expected and received side by side with what differs marked; no requests, no verdicts."""

import json
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from contracts.kernel.law import Breach
from contracts.model.match import Absent, Difference, Moment, Open, Perhaps
from contracts.reports.page.markup import Child, Markup, box, tag
from contracts.reports.texts import clipped, shown

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_BY_LETTER, _MOST_BY_WORD = 400, 20_000
_MOST_IN_LINE = 80
_AROUND = 2
_ALIKE = 0.6
"""Texts with less in common than this share are shown whole rather than in shreds."""


def diff(breach: Breach) -> Markup:
    """What was expected and received: lists and objects line by line, texts with marked parts."""
    due, came = shown(breach.expected), shown(breach.received)
    found = breach.difference
    long = max(len(due), len(came)) > _MOST_IN_LINE
    if found is not None and long and _structured(found):
        expected = _filled(found.expected, found.received)
        return _by_line(found.at, _lines(expected), _lines(found.received))
    return _by_part(due, came)


def _structured(found: Difference) -> bool:
    kinds = (dict, list)
    return any(isinstance(found.expected, k) and isinstance(found.received, k) for k in kinds)


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
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=repr).split("\n")


def _by_line(place: str, due: Sequence[str], came: Sequence[str]) -> Markup:
    rows = [tag("span", f"at {place}\n", class_="skip-lines")] if place else []
    matcher = SequenceMatcher(None, due, came, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        rows += [tag("span", "…\n", class_="skip-lines")] if group[0][1] else []
        for kind, a, b, c, d in group:
            if kind == "equal":
                rows += [tag("span", f"  {line}\n") for line in due[a:b]]
            else:
                rows += [tag("del", f"- {line}\n") for line in due[a:b]]
                rows += [tag("ins", f"+ {line}\n") for line in came[c:d]]
    keys = tag("del", "- expected"), tag("ins", "+ received")
    left, right = (tag("span", key, class_="key") for key in keys)
    return tag("div", tag("p", left, " ", right, class_="legend"), box(rows, "difference", "diff"))


def _by_part(due: str, came: str) -> Markup:
    left, right = _marked(clipped(due, _MOST_BY_WORD), clipped(came, _MOST_BY_WORD))
    rows = [
        [tag("dt", "expected"), tag("dd", box(left, "expected", "due"))],
        [tag("dt", "received"), tag("dd", box(right, "received", "came"))],
    ]
    return tag("dl", rows, class_="pair")


def _marked(due: str, came: str) -> tuple[Child, Child]:
    short = len(due) + len(came) <= _MOST_BY_LETTER
    one, other = (list(t) if short else _WORD.findall(t) for t in (due, came))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if len(one) * len(other) > _MOST_BY_WORD * 100 or matcher.ratio() < _ALIKE:
        return [due], [came]
    codes = matcher.get_opcodes()
    left = [_piece(kind, "del", one[a:b]) for kind, a, b, _, _ in codes]
    right = [_piece(kind, "ins", other[c:d]) for kind, _, _, c, d in codes]
    return left, right


def _piece(kind: str, name: str, parts: list[str]) -> Markup | str:
    text = "".join(parts)
    return tag(name, text) if text and kind != "equal" else text
