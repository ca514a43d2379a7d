"""A payload before its answers are known, and mutations of JSON bodies at a pointer."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from contracts.model.rules import BY_ID, STRENGTH, Evidence
from contracts.payloads.record import Kind, Sent, Site, Step

Json = dict[str, Any]
REMOVE: Any = object()
"""In the place of a value: the member is taken away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A payload without its answers; `evidence` None takes that of the rule it probes.

    The id begins with the operation.
    """

    id: str
    kind: Kind
    bends: tuple[Site, ...]
    why: str
    request: Sent
    setup: tuple[Step, ...] = ()
    evidence: Evidence | None = None

    @property
    def operation(self) -> str:
        """The operation that is called."""
        return self.id.partition(".")[0]

    def sureness(self) -> Evidence:
        """How sure it is that the answer is the right one."""
        if self.evidence is not None:
            return self.evidence
        rules = [BY_ID[site.rule].evidence for site in self.bends if site.rule]
        return min(rules, key=STRENGTH.__getitem__, default="documented")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a good JSON body.

    Attributes:
        slug: names it within its operation.
        kind: the class of a payload that changes only this.
        site: what is changed, and which keyword or rule it probes.
        value: what goes to the pointer; REMOVE takes the member away.
        why: a sentence.
        base: the body to start from, where the usual one will not do.
        also: further changes that keep the rest of the body in order.
    """

    slug: str
    kind: Kind
    site: Site
    value: Any
    why: str
    base: Callable[[], Json] | None = None
    also: tuple[tuple[str, Any], ...] = ()

    def applied(self, body: Json) -> Json:
        """A changed copy of a body."""
        changed = deepcopy(body)
        for pointer, value in ((self.site.pointer, self.value), *self.also):
            changed = put(changed, pointer, value)
        return changed


def shown(value: Any) -> str:
    """A value in a sentence, such as `the text "500"`; cut after 60 characters."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = json.dumps(value, ensure_ascii=False)
    text = text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
    kinds: dict[type, str] = {str: "the text", list: "the list", dict: "the object"}
    return f"{kinds.get(type(value), 'the number')} {text}"


_MOST_SHOWN = 60


def word_of(value: Any) -> str:
    """A value as a part of an id, such as `number-5`; a text is percent-encoded."""
    if isinstance(value, str):
        return quote(value[:_MOST_OF_ID], safe="") or "empty"
    letters = re.sub(r"\W+", "-", json.dumps(value)).strip("-")
    kinds: dict[type, str] = {int: "number", float: "number", list: "list", dict: "object"}
    kind = kinds.get(type(value), "")
    return "-".join(filter(None, (kind, letters)))


_MOST_OF_ID = 24


def put(body: Any, pointer: str, value: Any) -> Any:
    """The body with a value at a pointer, changed in place; the whole of it for the root."""
    if not pointer:
        return value
    *way, last = (_unescaped(part) for part in pointer.split("/")[1:])
    place = body
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if isinstance(place, list):
        if int(last) == len(place):
            place.append(value)
        else:
            place[int(last)] = value
    elif value is REMOVE:
        place.pop(last, None)
    else:
        place[last] = value
    return body


def got(body: Any, pointer: str) -> Any:
    """The value at a pointer, None where there is none."""
    for part in pointer.split("/")[1:]:
        try:
            body = body[int(part)] if isinstance(body, list) else body[_unescaped(part)]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return body


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def unlike(first: str, second: str) -> bool:
    """Whether neither of two pointers lies in the other."""
    one, other = f"{first}/", f"{second}/"
    return not one.startswith(other) and not other.startswith(one)
