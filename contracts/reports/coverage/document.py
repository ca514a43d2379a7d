"""What there is to reach: the published document, walked place by place and answer by answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard

from contracts.model import openapi
from contracts.model.openapi import Schema
from contracts.model.rules import Evidence
from contracts.reports.coverage.points import ELSE

NO_INTEGER = "no integer"
UNREACHABLE = {
    ("*", 429): "needs many requests",
    ("*", 500): "no request should get it",
    ("*", 503): "needs a server that is full",
    ("delete", 422): "the vendor lists it, and nothing is known that gets it",
}
"""Documented statuses that no single request can get, each with the reason."""


@dataclass(frozen=True, slots=True)
class Place:
    """A parameter, or a part of a body.

    Attributes:
        operation: whose request it is in.
        pointer: `/member` in a body, where an index is `*`; `?name` in a query; `{name}` in a path.
        schema: what is admitted there, null apart.
        nullable: whether null is admitted.
        required: whether the object around it must have it; None where there is no such object.
        points: the sides of its bounds, its branches or members, or the lengths of its list.
    """

    operation: str
    pointer: str
    schema: Schema
    nullable: bool
    required: bool | None
    points: tuple[str, ...]

    @property
    def is_union(self) -> bool:
        """Whether it has branches, told apart by `type`."""
        return "oneOf" in self.schema

    def point(self, value: Any) -> str:
        """The point that a value is at."""
        if "minimum" in self.schema:
            return self._side(value) if is_integer(value) else NO_INTEGER
        if "items" in self.schema:
            return self.points[min(len(value), 3)] if isinstance(value, list) else ELSE
        if self.is_union:
            value = value.get("type") if isinstance(value, dict) else None
        return value if isinstance(value, str) and value in self.points else ELSE

    def _side(self, value: float) -> str:
        low, high = self.schema["minimum"], self.schema["maximum"]
        if value in (low - 1, low, high, high + 1):
            return str(int(value))
        return self.points[0 if value < low else 6 if value > high else 3]

    def values(self, body: Any) -> list[Any]:
        """What a body has here; a null that is admitted is no value."""
        found = [body]
        for step in self.pointer.split("/")[1:]:
            if step == "*":
                found = [item for one in found if isinstance(one, list) for item in one]
            else:
                found = [one[step] for one in found if isinstance(one, dict) and step in one]
        return [value for value in found if value is not None or not self.nullable]


def is_integer(value: Any) -> TypeGuard[int]:
    """JSON Schema's integer, which admits 5.0."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


@cache
def places(operation: str) -> tuple[Place, ...]:
    """Every place of an operation's request; those of a union's branches may share a pointer."""
    body = openapi.body_schema(operation)
    found = [] if body is None else list(_walk(operation, "", body))
    for parameter in openapi.operations()[operation]["parameters"]:
        name = parameter["name"]
        pointer = f"?{name}" if parameter["in"] == "query" else f"{{{name}}}"
        found.append(_place(operation, pointer, parameter["schema"]))
    return tuple(found)


def place(operation: str, pointer: str) -> Place:
    """The first place of an operation with this pointer."""
    return next(place for place in places(operation) if place.pointer == pointer)


def statuses(operation: str) -> dict[int, Evidence]:
    """The statuses that one request can get, and how well each is known."""
    return {
        status: response["x-evidence"]
        for status, response in openapi.responses(operation).items()
        if {("*", status), (operation, status)}.isdisjoint(UNREACHABLE)
    }


def _walk(name: str, at: str, schema: Schema, required: bool | None = None) -> Iterator[Place]:
    place = _place(name, at, schema, required)
    yield place
    if "items" in place.schema:
        yield from _walk(name, f"{at}/*", place.schema["items"])
    for part in openapi.branches(place.schema).values() if place.is_union else (place.schema,):
        for member, inner in part.get("properties", {}).items():
            yield from _walk(name, f"{at}/{member}", inner, member in part.get("required", ()))


def _place(name: str, at: str, schema: Schema, required: bool | None = None) -> Place:
    admitted = openapi.resolved(schema)
    return Place(name, at, admitted, openapi.nullable(schema), required, tuple(_points(admitted)))


def _points(schema: Schema) -> Iterable[str]:
    """Round a range these are two outside, the edge and within, at each end."""
    if "minimum" in schema:
        low, high = schema["minimum"], schema["maximum"]
        below = (f"less than {low - 1}", f"{low - 1}", f"{low}")
        above = (f"{high}", f"{high + 1}", f"more than {high + 1}")
        return (*below, f"between {low} and {high}", *above, NO_INTEGER)
    if "oneOf" in schema:
        return openapi.branches(schema)
    return ("none", "1", "2", "3 or more") if "items" in schema else schema.get("enum", ())
