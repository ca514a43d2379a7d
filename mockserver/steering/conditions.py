"""When a fault acts, as a person writes it: the conditions on a call, and on its number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

from mockserver.errors import SettingsError, nearest, shown
from mockserver.state.faults import NOTHING
from mockserver.steering.fields import (
    HEADER_VALUE,
    TOKEN,
    is_number,
    read_integer,
    read_object,
    read_one_of,
    read_pointer,
)

__all__ = ["WHEN", "read_conditions"]

WHEN = (
    "operation", "method", "path", "header", "body", "first", "nth", "every", "probability", "seed",
    "for_seconds", "order",
)  # fmt: skip
_LONGEST_SECONDS = 10**9
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def read_conditions(sent: Mapping[str, Any], operations: Collection[str]) -> dict[str, Any]:
    """The fields of a FaultSpec that say when; a SettingsError for what no call can meet."""
    operation, method, path = sent.get("operation"), sent.get("method"), sent.get("path")
    if operation is not None:
        if method is not None or path is not None:
            raise SettingsError("a fault names an operation, or method and path, not both")
        _is_operation(operation, operations)
    if method is not None:
        read_one_of("method", method, METHODS)
    if path is not None and (not isinstance(path, str) or not path.startswith("/")):
        raise SettingsError(f"path {shown(path)} can never match; a path begins with /")
    if path is not None and path.startswith("/_mock"):
        raise SettingsError(
            f"path {shown(path)} can never match: nothing under /_mock is faulted, and a path is"
            " compared without /_mock/w/NAME"
        )
    pointer, value = _body(sent.get("body"))
    counts = {name: _count(name, sent.get(name)) for name in ("first", "nth", "every")}
    _can_fire(**counts)
    return {
        "operation": operation,
        "method": method,
        "path": path,
        "header": _header(sent.get("header")),
        "pointer": pointer,
        "value": value,
        **counts,
        **_first_by_default(sent),
        "probability": _probability(sent),
        "seed": read_integer("seed", sent.get("seed", 0)),
        "for_seconds": _lifetime(sent.get("for_seconds")),
        "order": read_integer("order", sent.get("order", 0)),
    }


def _first_by_default(sent: Mapping[str, Any]) -> dict[str, int]:
    """Tokens expire once, unless the fault says otherwise: for ever nobody could come in."""
    is_counted = sent.keys() & {"first", "nth", "every", "probability"}
    return {"first": 1} if sent.get("tokens") == "expire" and not is_counted else {}


def _is_operation(pattern: object, operations: Collection[str]) -> None:
    if isinstance(pattern, str) and any(fnmatchcase(name, pattern) for name in operations):
        return
    verbs = (f"*.{name.partition('.')[2]}" for name in operations)
    candidates = [*operations, *dict.fromkeys(verbs)]
    near = nearest(pattern, candidates)
    raise SettingsError(
        f"operation {shown(pattern)} is not known; did you mean {near}? operations:"
        f" {', '.join(operations)}"
    )


def _header(sent: object) -> tuple[bytes, bytes | None] | None:
    if sent is None:
        return None
    header = read_object("header", sent, ("name", "value"))
    name, value = header.get("name"), header.get("value")
    if not isinstance(name, str) or TOKEN.fullmatch(name) is None:
        raise SettingsError(f"header name {shown(name)} can never match; write a header's name")
    if value is None:
        return name.lower().encode(), None
    if not isinstance(value, str) or HEADER_VALUE.fullmatch(value) is None:
        told = f"header value {shown(value)} can never match"
        raise SettingsError(f"{told}; write it as one line of Latin-1")
    return name.lower().encode(), value.encode("latin-1")


def _body(sent: object) -> tuple[tuple[str, ...] | None, object]:
    if sent is None:
        return None, NOTHING
    body = read_object("body", sent, ("pointer", "value"))
    return read_pointer(body.get("pointer")), body.get("value", NOTHING)


def _count(name: str, sent: object) -> int | None:
    if sent is None:
        return None
    if read_integer(name, sent) < 1:
        raise SettingsError(f"{name} {shown(sent)} can never match; calls are counted from 1")
    return cast(int, sent)


def _can_fire(first: int | None, nth: int | None, every: int | None) -> None:
    """Refuse counts that no number of a call agrees with."""
    number, asked = nth or every or 1, f"first {first}, nth {nth}, every {every}"
    if (first is not None and number > first) or (every is not None and number % every):
        asked = asked.replace("first None, ", "").replace("nth None, ", "")
        raise SettingsError(f"{asked.removesuffix(', every None')} never meet in one call")


def _lifetime(sent: object) -> float | None:
    if sent is None:
        return None
    if not is_number(sent) or not 0 < cast(float, sent) <= _LONGEST_SECONDS:
        raise SettingsError(
            f"for_seconds is {shown(sent)}; expected more than 0, at most {_LONGEST_SECONDS}"
        )
    return float(cast(float, sent))


def _probability(sent: Mapping[str, Any]) -> float | None:
    chance = sent.get("probability")
    if chance is None:
        return None
    if not is_number(chance) or not 0 < chance <= 1:
        raise SettingsError(f"probability is {shown(chance)}; expected more than 0, at most 1")
    if "seed" not in sent:
        raise SettingsError('a probability needs a seed, so that it can be repeated: "seed": 1')
    return float(chance)
