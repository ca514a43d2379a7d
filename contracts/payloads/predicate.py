"""Writes what the model expects of a body as a predicate; `matcher` explains predicates."""

from collections.abc import Mapping
from typing import Any

from contracts.model.match import INSTANTS, Absent, Moment, Open, Perhaps

EMPTY = {"$empty": True}
ANYTHING = {"$anything": True}
_MISSING = {"$absent": True}


def predicate_of(expected: Any, at: str = "") -> Any:
    """The predicate that says what a template of the model says."""
    if isinstance(expected, Mapping):
        return {key: predicate_of(item, f"{at}/{key}") for key, item in expected.items()}
    if isinstance(expected, list | tuple):
        return [predicate_of(item, f"{at}/{index}") for index, item in enumerate(expected)]
    return _leaf(expected, at)


def _leaf(expected: Any, at: str) -> Any:
    if isinstance(expected, Open):
        return {"$any": expected.kind}
    if isinstance(expected, Moment):
        return {"$instant": expected.text}
    if isinstance(expected, Perhaps):
        return {"$perhaps": predicate_of(expected.expected, at)}
    if isinstance(expected, Absent):
        return _MISSING
    return (
        {"$instant": expected} if isinstance(expected, str) and at.endswith(INSTANTS) else expected
    )
