"""Compares a body with a predicate, which says as data what the body must hold.

A predicate is JSON. An object wants each of its members, and lets others be, as adding fields
breaks nobody; a list wants as many items, each in its place; anything else wants to be equal, and
`{{name}}` in a text stands for what was saved under that name. An object with one of these
members says something else:

- `{"$any": "uuid" | "date-time" | "integer" | "string"}`: a value of that kind.
- `{"$instant": TEXT}`: a date-time of the same instant, in any offset.
- `{"$perhaps": PREDICATE}`: the member may be missing; where it is there it fits.
- `{"$absent": true}`: the member is missing.
- `{"$empty": true}`: there is no body.
- `{"$anything": true}`: whatever there is.
- `{"$rows": {"least": M, "most": N, "each": PREDICATE, "sort": [FIELD, "asc" | "desc"]}}`: a list
  of M to N items, each fitting, in that order, those without the field last.
"""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.model.values import instant_or_none, integer_or_none, same_instant, uuid_or_none

Holds = Callable[[Any, Any, str], str | None]
_KINDS: Mapping[str, Callable[[Any], object]] = {
    "uuid": uuid_or_none,
    "date-time": instant_or_none,
    "integer": integer_or_none,
    "string": lambda value: value if isinstance(value, str) and value else None,
}


def complaint(predicate: Any, value: Any, at: str = "") -> str | None:
    """What is wrong with a parsed body (None where it is empty), or None.

    Placeholders must have been filled in.
    """
    if isinstance(predicate, dict):
        special = next((name for name in predicate if name.startswith("$")), None)
        if special is not None:
            return _SPECIAL[special](predicate[special], value, at)
        return _object(predicate, value, at)
    if isinstance(predicate, list):
        return _list(predicate, value, at)
    return (
        None
        if value == predicate and type(value) is type(predicate)
        else _told(at, predicate, value)
    )


def _object(predicate: dict[str, Any], value: Any, at: str) -> str | None:
    if not isinstance(value, dict):
        return _told(at, "an object", value)
    for name, wanted in predicate.items():
        if name not in value:
            if _optional(wanted):
                continue
            return f"{at}/{name}: expected {wanted!r}, but it is missing"
        found = complaint(wanted, value[name], f"{at}/{name}")
        if found:
            return found
    return None


def _optional(wanted: Any) -> bool:
    return isinstance(wanted, dict) and not wanted.keys().isdisjoint(("$perhaps", "$absent"))


def _list(predicate: list[Any], value: Any, at: str) -> str | None:
    if not isinstance(value, list) or len(value) != len(predicate):
        return _told(at, f"a list of {len(predicate)}", value)
    pairs = enumerate(zip(predicate, value, strict=True))
    found = (complaint(wanted, item, f"{at}/{index}") for index, (wanted, item) in pairs)
    return next(filter(None, found), None)


def _any(kind: str, value: Any, at: str) -> str | None:
    return None if _KINDS[kind](value) is not None else _told(at, f"any {kind}", value)


def _at_instant(text: str, value: Any, at: str) -> str | None:
    return None if same_instant(text, value) else _told(at, f"the instant {text}", value)


def _absent(_: Any, value: Any, at: str) -> str | None:
    return f"{at}: expected to be missing, received {value!r}"


def _empty(_: Any, value: Any, at: str) -> str | None:
    return None if value is None else _told(at, "no body", value)


def _rows(wanted: dict[str, Any], value: Any, at: str) -> str | None:
    if not isinstance(value, list) or not wanted["least"] <= len(value) <= wanted["most"]:
        number = f", not {len(value)}" if isinstance(value, list) else ""
        return _told(at, f"a list of {wanted['least']} to {wanted['most']}{number}", value)
    for index, row in enumerate(value):
        found = complaint(wanted["each"], row, f"{at}/{index}")
        if found:
            return found
    name, direction = wanted["sort"]
    keys = [_key(row.get(name), direction) for row in value]
    return None if keys == sorted(keys) else f"{at}: not in the order {name} {direction}"


def _key(value: Any, direction: str) -> tuple[int, Any]:
    moment = instant_or_none(value)
    number = moment[0] if moment else value if isinstance(value, int) else None
    if number is None:
        return (1, 0)
    return (0, number if direction == "asc" else -number)


_SPECIAL: Mapping[str, Holds] = {
    "$any": _any,
    "$instant": _at_instant,
    "$perhaps": complaint,
    "$absent": _absent,
    "$empty": _empty,
    "$anything": lambda _, value, at: None,
    "$rows": _rows,
}


def _told(at: str, wanted: Any, value: Any) -> str:
    text = repr(value)
    return f"{at or '/'}: expected {wanted!r}, received {text if len(text) < 200 else text[:200]}"
