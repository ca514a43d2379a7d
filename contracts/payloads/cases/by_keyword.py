"""Bends of request bodies from the published document: each keyword, on each side of its bound."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from contracts.generate import values as edge_values
from contracts.model.openapi import Schema, branches, nullable, resolved
from contracts.payloads.cases.place import (
    Base,
    Changes,
    Json,
    Place,
    constant_of,
    enum_of,
    format_of,
    presence_of,
    types_of,
)
from contracts.payloads.draft import Mutation, put, shown
from contracts.payloads.record import Site

Examples = Callable[[str, str], tuple[Base, Any] | None]
"""From a union's pointer and a branch to a body with room for it and a good value, if any."""


class Keywords:
    """Walks one body schema.

    Args:
        examples: see Examples.
        amounts: from a pointer and cents to the changes that keep a body's sums in order.
    """

    def __init__(self, examples: Examples, amounts: Callable[[str, int], Changes]) -> None:
        self.examples = examples
        self.amounts = amounts

    def bends(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        """The bends of the value at a place and of all that it holds."""
        may_be_null = nullable(schema)
        schema = resolved(schema)
        kind = schema.get("type", "object")
        if place.at:
            yield from types_of(kind, place, may_be_null=may_be_null)
        if "oneOf" in schema:
            yield from self._union(schema, place)
        elif kind == "object":
            yield from self._object(schema, place)
        elif kind == "array":
            yield from self._array(schema, place)
        else:
            yield from self._scalar(schema, place)

    def _union(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        names = branches(schema)
        wanted = f"an object of one of the types {', '.join(names)}"
        for name, branch in names.items():
            found = self.examples(place.at, name)
            if found is None:
                continue
            room, example = found
            kind = f"an object of the type {name}"
            yield replace(place, base=room).admits("oneOf", f"is-{name}", example, kind)
            inner = Place(_with(room, place.at, example), place.at, f"{place.slug}.{name}")
            yield from self._object(branch, inner)
        for word, value in _of_no_branch(names, place.good()):
            yield place.refuses("oneOf", word, value, wanted)

    def _object(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        required = schema.get("required", ())
        value = place.good()
        for name, inner in schema.get("properties", {}).items():
            member = place.member(name)
            yield from presence_of(name, member, needed=name in required)
            if name not in value:
                continue
            if "const" in inner:
                yield from constant_of(inner["const"], member)
            else:
                yield from self.bends(inner, member)
        for word, extra in _EXTRAS.items():
            at = place.member(extra).at
            site = Site(at, "additionalProperties", "out", "unknown-field")
            why = f"{place.name or 'the body'} has a field {extra!r}, which the API does not have."
            slug = f"{place.slug}-with-{word}".lstrip("-")
            yield Mutation(slug, "invalid-schema", site, 1, why, place.base)

    def _array(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        items = place.good()
        yield place.admits("items", "with-good-items", items, "a list of objects")
        for word, value in _NO_ITEMS.items():
            name, wrong = f"with-{word}-item", [*items[1:], value]
            yield place.refuses("items", name, wrong, "a list of objects with each required field")
        yield from types_of("object", place.member(len(items) - 1, "last"), may_be_null=False)
        seen: set[str] = set()
        inner = resolved(schema["items"])
        for index, item in enumerate(items):
            fresh = {k: v for k, v in inner["properties"].items() if k in item and k not in seen}
            seen |= fresh.keys()
            some = {**inner, "properties": fresh if index else _first(inner, item, items)}
            yield from self._object(some, place.member(index))

    def _scalar(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        if "enum" in schema:
            yield from enum_of(schema["enum"], place)
        elif "minimum" in schema:
            yield from self._amount(schema, place)
        elif "format" in schema:
            yield from format_of(schema["format"], place)
        elif place.at in _TEXTS or place.at.endswith("/earmark/value"):
            site = Site(place.at, "type", "in")
            for word, text in edge_values.TEXTS.items():
                why = f"{place.name} is {shown(text)}; any text comes back as it was sent."
                yield place.bend(f"text-{word}", "boundary", site, text, why)

    def _amount(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        for word, cents in edge_values.AMOUNTS_IN.items():
            bounds = f"{schema['minimum']} to {schema['maximum']}"
            why = f"{place.name} is {shown(cents)}, which lies within {bounds}."
            for keyword in ("minimum" if cents < 3 else "maximum", "format"):
                site, also = Site(place.at, keyword, "in"), self.amounts(place.at, cents)
                yield place.bend(f"is-{word}", "boundary", site, cents, why, also)
        for word, cents in edge_values.AMOUNTS_BELOW.items():
            site = Site(place.at, "minimum", "out", "amount-positive")
            why = f"{place.name} is {shown(cents)}; it must be greater than 0."
            yield place.bend(f"is-{word}", "invalid-semantic", site, cents, why)
        for word, cents in edge_values.AMOUNTS_ABOVE.items():
            why = f"{place.name} is {shown(cents)}; it must fit a signed 32-bit integer."
            for keyword in ("maximum", "format") if word == "int32" else ("maximum",):
                site = Site(place.at, keyword, "out", "amount-int32")
                yield place.bend(f"is-over-{word}", "invalid-schema", site, cents, why)


_TEXTS = {"/refund_note", "/check_number", "/refund_note/value"}
"""Free texts, which may be anything, as the value of an earmark may."""

_EXTRAS = {"unknown-field": "surprise", "slash-field": "a~1b", "nameless-field": ""}
_NO_ITEMS: Mapping[str, Any] = {"null": None, "text": "x", "number": 1, "list": [], "empty": {}}


def _first(inner: Schema, item: Json, items: list[Json]) -> Json:
    """Of the first item, every property but those that only another item has."""
    elsewhere = {name for other in items[1:] for name in other} - item.keys()
    return {k: v for k, v in inner["properties"].items() if k not in elsewhere}


def _of_no_branch(names: Mapping[str, Schema], good: Json) -> Iterator[tuple[str, Any]]:
    """Values of no branch, or of two at once."""
    rest = {key: value for key, value in good.items() if key != "type"}
    yield "of-unknown-type", {**rest, "type": "unheard_of"}
    yield "without-type", rest
    yield "empty", {}
    yield "type-alone", {"type": next(iter(names))}
    yield "type-as-object", {**rest, "type": {"type": next(iter(names))}}
    yield "wrapped", {next(iter(names)): rest}
    yield (
        "of-response-type",
        {**rest, "type": "service_line" if "claim_by_id" in names else "unset"},
    )


def _with(base: Base, at: str, value: Any) -> Base:
    def changed() -> Json:
        body: Json = put(base(), at, deepcopy(value))
        return body

    return changed
