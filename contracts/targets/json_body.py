"""From the bytes of an answer to its JSON value; what few clients could read counts as no JSON."""

import json
import math
import re
from typing import Any, NoReturn

DEEPEST = 100
"""How many brackets may stand inside one another; whoever walks a value may rely on it."""

_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_SIGNS = b'[]{}"'
_OTHERS = bytes(byte for byte in range(256) if byte not in _SIGNS)


def parsed(body: bytes) -> Any:
    """The JSON value.

    Raises:
        ValueError: no JSON in UTF-8 without a byte order mark (RFC 8259, 8.1), half of a
            surrogate pair, a number beyond all floats, or brackets nested deeper than DEEPEST.
    """
    try:
        # Bytes would be read in any encoding that they look like; a text is not.
        value = _DECODER.decode(body.decode())
    except RecursionError as error:
        raise ValueError("brackets nested too deep") from error
    if _may_be_deep(body) and _is_deep(value):
        raise ValueError(f"brackets nested deeper than {DEEPEST}")
    # Last, as writing a value goes as deep as it is.
    if _MAYBE_HALF.search(body):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is beyond all floats")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)


def _may_be_deep(body: bytes) -> bool:
    """A quick no for nearly every answer: each round takes one or two levels of pairs away.

    Strings go first; where one holds a bracket, which could pair with a real one, there is no no.
    """
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in body else body
    left, rounds = plain.translate(None, _OTHERS).replace(b'""', b""), 0
    if b'"' in left:
        return True
    while left and rounds <= DEEPEST:
        fewer = left.replace(b"{}", b"").replace(b"[]", b"")
        if len(fewer) == len(left):
            break
        left, rounds = fewer, rounds + 1
    return 2 * rounds + len(left) > DEEPEST


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
