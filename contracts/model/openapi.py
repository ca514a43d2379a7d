"""The published document: request schemas by operation, and validators of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.targets.json_body import Part
from mockserver.spec import openapi

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Schema = Mapping[str, Any]
_NAMES = {"get_token": "token"}
_METHODS = frozenset({"get", "post", "patch", "delete"})


@cache
def published() -> dict[str, Any]:
    """The document, parsed once; not to be changed."""
    return openapi()


@cache
def operations() -> dict[str, Schema]:
    """Each operation under its name, with the parameters of its path among its own."""
    found = {}
    for item in published()["paths"].values():
        for method in _METHODS & item.keys():
            operation = item[method]
            parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
            name = _NAMES.get(operation["operationId"], operation["operationId"])
            found[name] = {**operation, "parameters": parameters}
    return dict(sorted(found.items()))


def body_schema(operation: str) -> Schema | None:
    """The schema of a JSON body, or None."""
    body = operations()[operation].get("requestBody")
    return None if body is None else resolved(body["content"]["application/json"]["schema"])


def resolved(schema: Schema) -> Schema:
    """A schema without its reference, and without null among what it admits."""
    while True:
        if "$ref" in schema:
            schema = published()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        elif isinstance(schema.get("type"), list):
            kind = next(name for name in schema["type"] if name != "null")
            schema = {**schema, "type": kind}
        else:
            return schema


def nullable(schema: Schema) -> bool:
    """Whether null is admitted."""
    kinds = schema.get("type", ())
    return "null" in kinds or any(one.get("type") == "null" for one in schema.get("anyOf", ()))


def branches(schema: Schema) -> dict[str, Schema]:
    """The branches of a union by the value of their discriminator."""
    mapping = schema["discriminator"]["mapping"]
    return {name: resolved({"$ref": reference}) for name, reference in mapping.items()}


def responses(operation: str) -> dict[int, Schema]:
    """The responses of an operation by status, without references; none where it is unknown."""
    found = operations().get(operation, {}).get("responses", {})
    shared = published()["components"]["responses"]
    return {
        int(status): shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for status, one in found.items()
    }


@cache
def member_names() -> frozenset[str]:
    """The names of all members that any schema has."""
    schemas = published()["components"]["schemas"].values()
    return frozenset(name for schema in schemas for name in schema.get("properties", ()))


@cache
def _validator(operation: str, status: int) -> Draft202012Validator | None:
    content = responses(operation).get(status, {}).get("content", {}).get("application/json")
    return None if content is None else _validator_of(content["schema"])


@cache
def _row_check(operation: str, status: int, name: str) -> Callable[[Part], bool]:
    """Whether a row fits, in a member of an answer that may have any number of rows."""
    content = responses(operation).get(status, {}).get("content", {}).get("application/json")
    page = {} if content is None else resolved(content["schema"])
    rows = page.get("properties", {}).get(name, {})
    if "items" not in rows or rows.keys() - {"type", "description", "items"}:
        return lambda _row: False
    validator = _validator_of(rows["items"])
    return lambda row: validator.is_valid(row.value)


def _validator_of(schema: Schema) -> Draft202012Validator:
    # The payloads need the document without the validator, which is no part of Python.
    from jsonschema_rs import Draft202012Validator

    whole = {"components": published()["components"], **schema}
    return Draft202012Validator(whole, validate_formats=True)


def documents(operation: str) -> bool:
    """Whether the document has an operation of this name."""
    return operation in operations()


def is_documented(operation: str, status: int) -> bool:
    """Whether the document lists a status for an operation."""
    return str(status) in operations()[operation]["responses"]


def fits(operation: str, status: int, parts: Sequence[Part]) -> bool:
    """Whether each part of an answer fits the schema, and so the whole.

    False also where no schema is there, or none of rows: `complaint_about` judges the whole.
    """
    validator = _validator(operation, status)
    if validator is None or not parts:
        return False
    around, *rows = parts
    if not validator.is_valid(around.value):
        return False
    if not rows:
        return True
    is_row = _row_check(operation, status, next(iter(around.value)))
    return all(row.once(is_row, is_row) for row in rows)


def complaint_about(
    operation: str, status: int, answer: Any, rows: Sequence[int] | None = None
) -> tuple[str, str] | None:
    """What the schema of an operation and status says against an answer, and where; or None.

    Args:
        operation: its id in the document, such as `get_multi`.
        status: of the reply.
        answer: the parsed body, bytes where it is no JSON, None where it is empty.
        rows: the numbers of the rows of a page that are judged; None for all of them.
    """
    validator = _validator(operation, status)
    if validator is None:
        return None
    if answer is None or isinstance(answer, bytes):
        return "a JSON body", "none" if answer is None else "bytes that are no JSON"
    judged = answer if rows is None else with_rows(answer, rows)
    if validator.is_valid(judged):
        return None
    error = next(iter(validator.iter_errors(judged)))
    path = [*error.instance_path]
    if rows is not None and path[:1] == ["items"] and len(path) > 1:
        path[1] = rows[int(path[1])]
    return error.message, "at /" + "/".join(str(part) for part in path)


def with_rows(page: Mapping[str, Any], rows: Sequence[int]) -> dict[str, Any]:
    """A page that holds only the rows of these numbers."""
    return {**page, "items": [page["items"][row] for row in rows]}
