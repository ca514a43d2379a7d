"""The request schemas of the published document, by operation; no payloads."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from mockserver.spec import openapi

Schema = Mapping[str, Any]
_NAMES = {"get_token": "token"}
_METHODS = frozenset({"get", "post", "patch", "delete"})


@cache
def document() -> dict[str, Any]:
    """The document, parsed once; not to be changed."""
    return openapi()


@cache
def operations() -> dict[str, Schema]:
    """Each operation under its name, with the parameters of its path among its own."""
    found = {}
    for item in document()["paths"].values():
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
            schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
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
