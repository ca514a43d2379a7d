"""JSON schemas of the published document, and what of them a value has: union members, fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

__all__ = ["Member", "Schema", "Schemas"]

Schema = Mapping[str, Any]


class Member(NamedTuple):
    """One kind of a union, such as `claim_by_id` of `AllocationTargetCreate`."""

    union: str
    kind: str


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: Schema) -> None:
        self.document = document

    def resolved(self, schema: Schema) -> Schema:
        """What a schema refers to, or the schema itself."""
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].split("/")[1:]:
                found = found[part]
            schema = found
        return schema

    def members(self, schema: Schema, above: frozenset[str] = frozenset()) -> Iterator[Member]:
        """The members of all unions in a schema; `above` are the references that led to it."""
        name = schema.get("$ref", "")
        if name in above:
            return
        above |= {name} if name else frozenset()
        schema = self.resolved(schema)
        for kind in schema.get("discriminator", {}).get("mapping", ()):
            yield Member(_last(name), kind)
        parts = [*schema.get("properties", {}).values(), schema.get("items", {})]
        for part in (*parts, *schema.get("oneOf", ()), *schema.get("anyOf", ())):
            if part:
                yield from self.members(part, above)

    def contents(self, schema: Schema, value: object, place: str = "$") -> Iterator[Member | str]:
        """The union members in a value, and the places where its schema has no such field.

        A place is like `$.allocations[*].amount`.
        """
        name, schema = schema.get("$ref", ""), self.resolved(schema)
        if isinstance(value, list):
            for item in value if "items" in schema else ():
                yield from self.contents(schema["items"], item, f"{place}[*]")
        elif isinstance(value, dict):
            for option in schema.get("anyOf", ()):
                yield from self.contents(option, value, place)
            if "discriminator" in schema:
                yield from self._member(name, schema["discriminator"], value, place)
            if "properties" in schema:
                yield from self._fields(schema["properties"], value, place)

    def _member(
        self, name: str, union: Schema, value: dict[str, Any], place: str
    ) -> Iterator[Member | str]:
        kind = value.get(union["propertyName"])
        if isinstance(kind, str) and kind in union["mapping"]:
            yield Member(_last(name), kind)
            yield from self.contents({"$ref": union["mapping"][kind]}, value, place)

    def _fields(self, known: Schema, value: dict[str, Any], place: str) -> Iterator[Member | str]:
        for field, item in value.items():
            if field in known:
                yield from self.contents(known[field], item, f"{place}.{field}")
            else:
                yield f"{place}.{field}"


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
