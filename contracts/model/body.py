"""From the bytes of a request body to one JSON object, or the doubt about it; no fields."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from contracts.model.depth import depth_of, folded

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
        deep = body.count(b"[") + body.count(b"{") > DEEPEST and depth_of(text) > DEEPEST
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
