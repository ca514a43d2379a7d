"""Answers as the vendor may answer them tomorrow, made from the published document."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

__all__ = ["EVOLUTIONS", "Evolution"]

EVOLUTIONS = (
    "extra-field", "unknown-enum", "unknown-type", "missing-optional",
    "missing-required", "changed-type",
)  # fmt: skip
"""What the vendor may change: the first four without calling it breaking."""

ADDED = "added_tomorrow"
"""The name of an extra field, and, in capitals or not, of an unknown member or type."""


class Site(NamedTuple):
    """A place in an answer: what holds it, under which key."""

    kind: str
    holder: dict[str, Any]
    key: str


class Evolution:
    """Changes answers at the first place that their schema has for a change."""

    def __init__(
        self, load: Callable[[], dict[str, Any]], places: Mapping[str, tuple[str, str]]
    ) -> None:
        """`load` answers the OpenAPI document, `places` has each operation's method and path."""
        self._load = load
        self._places = places

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document, read when first needed."""
        return self._load()

    def evolves(self, operation: str, kind: str) -> bool:
        """Whether answers of the operation can have a place for this change."""
        schema = self._schema(operation)
        return schema is not None and kind in self._kinds(schema, frozenset())

    def evolved(self, operation: str, kind: str, body: bytes) -> bytes:
        """The body with the change, or as it is where there is no place for it."""
        schema = self._schema(operation)
        try:
            answer = json.loads(body)
        except ValueError:
            return body
        if schema is None:
            return body
        site = next((site for site in self._sites(schema, answer) if site.kind == kind), None)
        if site is None:
            return body
        if kind in ("missing-optional", "missing-required"):
            del site.holder[site.key]
        elif kind == "changed-type":
            site.holder[site.key] = str(site.holder[site.key])
        elif kind == "unknown-enum":
            site.holder[site.key] = ADDED.upper()
        else:
            site.holder[site.key] = ADDED
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

    def _schema(self, operation: str) -> dict[str, Any] | None:
        method, path = self._places[operation]
        responses = self.document["paths"][path][method.lower()]["responses"]
        content = responses["200"].get("content", {})
        found: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return found

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].split("/")[1:]:
                found = found[part]
            schema = found
        return schema

    def _sites(self, schema: dict[str, Any], answer: Any) -> Iterator[Site]:
        """The places of an answer, the outermost first."""
        schema = self._resolved(schema)
        if isinstance(answer, list):
            for item in answer:
                yield from self._sites(schema.get("items", {}), item)
        elif isinstance(answer, dict):
            if "oneOf" in schema:
                key = schema.get("discriminator", {}).get("propertyName", "type")
                yield Site("unknown-type", answer, key)
                schema = self._member(schema, answer.get(key))
            yield from self._fields(schema, answer)

    def _fields(self, schema: dict[str, Any], answer: dict[str, Any]) -> Iterator[Site]:
        yield Site("extra-field", answer, ADDED)
        required = schema.get("required", ())
        for name, field in schema.get("properties", {}).items():
            if name in answer:
                resolved = self._resolved(field)
                yield Site(_missing(name, required), answer, name)
                if "enum" in resolved:
                    yield Site("unknown-enum", answer, name)
                if resolved.get("type") == "integer":
                    yield Site("changed-type", answer, name)
                yield from self._sites(field, answer[name])

    def _member(self, schema: dict[str, Any], name: object) -> dict[str, Any]:
        reference = schema.get("discriminator", {}).get("mapping", {}).get(name)
        return {} if reference is None else self._resolved({"$ref": reference})

    def _kinds(self, schema: dict[str, Any], above: frozenset[str]) -> set[str]:
        """The changes that some answer of a schema has a place for."""
        reference = schema.get("$ref", "")
        if reference in above:
            return set()
        above |= {reference} if reference else frozenset()
        schema = self._resolved(schema)
        found = {"unknown-enum"} if "enum" in schema else set[str]()
        found |= {"unknown-type"} if "oneOf" in schema else set()
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        found |= {"extra-field"} if properties else set()
        found |= {"changed-type"} if schema.get("type") == "integer" else set()
        found |= {_missing(name, required) for name in properties}
        parts = [*properties.values(), *schema.get("oneOf", ()), schema.get("items", {})]
        return found.union(*(self._kinds(part, above) for part in parts if part))


def _missing(name: str, required: Collection[str]) -> str:
    return "missing-required" if name in required else "missing-optional"
