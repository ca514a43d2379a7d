"""Walks the shapes of the wire side by side with the schemas of the published document; no test."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from mockserver.wire.requests import (
    NonInsurancePayerRefundCreate,
    NonInsurancePayerRefundUpdate,
    Shape,
    TokenRequest,
)
from mockserver.wire.scalars import CalendarDate, Cents, DateTime, Uuid
from tests.spec.document import OPERATIONS, JsonObject, resolved

__all__ = ["PAIRS", "SCALARS", "annotation", "tag", "without_null"]

SCALARS: dict[Any, dict[str, Any]] = {
    Uuid: {"type": "string", "format": "uuid"},
    Cents: {"type": "integer", "format": "int32"},
    DateTime: {"type": "string", "format": "date-time"},
    CalendarDate: {"type": "string", "format": "date"},
    str: {"type": "string"},
}
BODIES: dict[str, type[Shape]] = {
    "create": NonInsurancePayerRefundCreate,
    "update": NonInsurancePayerRefundUpdate,
    "get_token": TokenRequest,
}


def without_null(schema: JsonObject) -> tuple[JsonObject, bool]:
    """A schema, references followed, without the null that it admits, and whether it admits one."""
    schema = resolved(schema)
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    if choices:
        return resolved(choices[0]), len(choices) < len(schema["anyOf"])
    if isinstance(schema.get("type"), list):
        kinds = [kind for kind in schema["type"] if kind != "null"]
        return {**schema, "type": kinds[0]}, len(kinds) < len(schema["type"])
    return schema, False


def pairs(model: type[Shape], schema: JsonObject) -> Iterator[tuple[type[Shape], JsonObject]]:
    """A model with its schema, and those below them."""
    schema, _nullable = without_null(schema)
    yield model, schema
    for name, field in model.model_fields.items():
        for inner, found in members(annotation(field), schema["properties"][name]):
            yield from pairs(inner, found)


def annotation(field: Any) -> Any:
    """What a field admits, without None."""
    kinds = [kind for kind in get_args(field.annotation) if kind is not type(None)]
    optional = get_origin(field.annotation) in (Union, types.UnionType) and len(kinds) < len(
        get_args(field.annotation)
    )
    if optional and len(kinds) == 1:
        return kinds[0]
    whole = field.annotation
    return Annotated[whole, *field.metadata] if field.metadata and not optional else whole


def members(kind: Any, schema: JsonObject) -> Iterator[tuple[type[Shape], JsonObject]]:
    """The models within what a field admits, each with its schema."""
    schema, _nullable = without_null(schema)
    if get_origin(kind) is list:
        yield from members(get_args(kind)[0], schema["items"])
    elif isinstance(kind, type) and issubclass(kind, Shape):
        yield kind, schema
    else:
        for member in models_of(kind):
            mapping = schema["discriminator"]["mapping"]
            yield member, resolved({"$ref": mapping[tag(member)]})


def models_of(kind: Any) -> list[type[Shape]]:
    """The models of a union, however it is annotated."""
    if isinstance(kind, type):
        return [kind] if issubclass(kind, Shape) else []
    return [model for inner in get_args(kind) for model in models_of(inner)]


def tag(model: type[BaseModel]) -> str:
    """The value of a model's discriminator."""
    (value,) = get_args(model.model_fields["type"].annotation)
    return str(value)


PAIRS = [
    pair
    for operation, body in BODIES.items()
    for pair in pairs(
        body,
        OPERATIONS[operation].spec["requestBody"]["content"]["application/json"]["schema"],
    )
]
"""Every shape of a request, each time it is reached, with its schema."""
