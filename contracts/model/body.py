"""From the bytes of a request body to one JSON object, or the doubt about it; no fields."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

_MAYBE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_DEEP = 64


@dataclass(frozen=True, slots=True)
class Body:
    """A body as read: the object, or None where it is refused; `doubtful` where both are right."""

    value: dict[str, Any] | None
    doubtful: bool = False


def read_body(body: bytes) -> Body:
    """The one JSON object in UTF-8 that a body should be.

    Refused: a byte order mark, UTF-16, NaN and Infinity, lone surrogates, trailing commas, and
    any JSON that is no object. Duplicate keys: the last one counts. Nesting deeper than a
    parser may be built for is doubtful.
    """
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        return Body(None)
    if not isinstance(value, dict):
        return Body(None)
    if _MAYBE_SURROGATE.search(body) and not _encodes(value):
        return Body(None)
    deep = (body.count(b"[") > _DEEP or body.count(b"{") > _DEEP) and _depth(value) > _DEEP
    return Body(value, doubtful=deep)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def _encodes(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level:
        depth += 1
        level = [child for parent in level for child in _children(parent)]
    return depth


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
