"""Texts of expected and received values read back as structures, so that they can be lined up."""

import ast
import json
import re
from contextlib import suppress
from typing import Any

_OPEN_PLACE = re.compile(r"<(?:any|perhaps any|instant|absent)[^<>'\"]*>")
_MOST_PARSED = 200_000


def structure(text: str) -> Any:
    """The list or object that a text spells in JSON or as a Python literal, or None.

    An open place such as `<any uuid>` is read as that text.
    """
    if text[:1] not in ("[", "{", "(") or len(text) > _MOST_PARSED:
        return None
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    with suppress(ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return ast.literal_eval(_OPEN_PLACE.sub(lambda match: repr(match[0]), text))
    return None


def fitted(expected: Any, received: Any) -> Any:
    """What was expected with each open place filled by what came there.

    Whether that was fit to stand there is judged by the law, not here.
    """
    if isinstance(expected, dict) and isinstance(received, dict):
        return {
            key: fitted(item, received.get(key))
            for key, item in expected.items()
            if key in received or not _may_lack(item)
        }
    if isinstance(expected, list | tuple) and isinstance(received, list | tuple):
        rest = [None] * (len(expected) - len(received))
        return [fitted(*pair) for pair in zip(expected, [*received, *rest], strict=False)]
    return received if _is_open(expected) and received is not None else expected


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("<any ", "<perhaps any ", "<instant "))


def _may_lack(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("<perhaps any ", "<absent"))
