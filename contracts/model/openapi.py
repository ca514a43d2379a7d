"""The published document as validators by operation and status; no requests, no laws."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from mockserver.spec import openapi

Validator = jsonschema_rs.Draft202012Validator
_METHODS = frozenset({"get", "post", "patch", "delete"})
_ROWS = 5
_NAMES = {"get_token": "token"}


@cache
def _operations() -> Mapping[str, Mapping[str, Any]]:
    document = openapi()
    return {
        _NAMES.get(operation["operationId"], operation["operationId"]): operation["responses"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in _METHODS
    }


@cache
def _validator(operation: str, status: int) -> Validator | None:
    response = _operations().get(operation, {}).get(str(status))
    if response is None:
        return None
    components = openapi()["components"]
    if "$ref" in response:
        response = components["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content", {}).get("application/json")
    if content is None:
        return None
    whole = {"components": components, **content["schema"]}
    return Validator(whole, validate_formats=True)


def documents(operation: str) -> bool:
    """Whether the document knows an operation of this name."""
    return operation in _operations()


def is_documented(operation: str, status: int) -> bool:
    """Whether the document lists a status for an operation."""
    return str(status) in _operations()[operation]


def complaint_about(operation: str, status: int, answer: Any) -> tuple[str, str] | None:
    """What the schema of an operation and status says against an answer, and where; or None.

    Of a page, the first rows tell: all are written alike.
    """
    validator = _validator(operation, status)
    if operation == "get_multi" and isinstance(answer, dict):
        items = answer.get("items")
        if isinstance(items, list) and len(items) > _ROWS:
            answer = {**answer, "items": items[:_ROWS]}
    if validator is None:
        return None
    if answer is None or isinstance(answer, bytes):
        return "a JSON body", "none" if answer is None else "bytes that are no JSON"
    if validator.is_valid(answer):
        return None
    error = next(iter(validator.iter_errors(answer)))
    return error.message, "at /" + "/".join(str(part) for part in error.instance_path)
