"""Bends of request bodies from the published document: each keyword, on each side of its bound."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from contracts.generate import values as edge_values
from contracts.model.openapi import Schema, branches, nullable, resolved
from contracts.payloads.draft import REMOVE, Mutation, got, put
from contracts.payloads.record import Kind, Site

Json = dict[str, Any]
Base = Callable[[], Json]
Examples = Callable[[str, str], tuple[Base, Any] | None]
"""From a union's pointer and a branch to a body with room for it and a good value, if any."""

Changes = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a good body: its pointer, the name of its payloads, and the body."""

    base: Base
    at: str = ""
    slug: str = ""

    def good(self) -> Any:
        """The value that the good body has there."""
        return got(self.base(), self.at)

    def member(self, key: str | int, slug: str = "") -> "Place":
        """The place of a member or an item."""
        return Place(self.base, f"{self.at}/{key}", f"{self.slug}.{slug or key}".lstrip("."))

    def bend(
        self, name: str, kind: Kind, site: Site, value: Any, why: str, also: Changes = ()
    ) -> Mutation:
        """A mutation that puts a value here."""
        return Mutation(f"{self.slug}.{name}", kind, site, value, why, self.base, also)

    def admits(self, keyword: str, word: str, value: Any, kind: Kind = "valid") -> Mutation:
        """A mutation whose value the keyword admits; the word begins with the keyword's name."""
        why = f"`{keyword}` of {self.at} admits {_shown(value)}."
        return self.bend(word, kind, Site(self.at, keyword, "in"), value, why)

    def refuses(self, keyword: str, word: str, value: Any) -> Mutation:
        """A mutation whose value the keyword does not admit."""
        why = f"`{keyword}` of {self.at} does not admit {_shown(value)}."
        site = Site(self.at, keyword, "out", "body-shape")
        return self.bend(word, "invalid-schema", site, value, why)


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


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
            yield from _types(kind, place, may_be_null=may_be_null)
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
        for name, branch in names.items():
            found = self.examples(place.at, name)
            if found is None:
                continue
            room, example = found
            yield replace(place, base=room).admits("oneOf", f"oneof.{name}", example)
            inner = Place(_with(room, place.at, example), place.at, f"{place.slug}.{name}")
            yield from self._object(branch, inner)
        for word, value in _of_no_branch(names, place.good()):
            yield place.refuses("oneOf", f"oneof.{word}", value)

    def _object(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        required = schema.get("required", ())
        value = place.good()
        for name, inner in schema.get("properties", {}).items():
            member = place.member(name)
            yield from _presence(name, member, needed=name in required)
            if name not in value:
                continue
            if "const" in inner:
                yield from _constant(inner["const"], member)
            else:
                yield from self.bends(inner, member)
        for word, extra in _EXTRAS.items():
            member = place.member(extra, "extra")
            site = Site(member.at, "additionalProperties", "out", "unknown-field")
            why = f"The schema of this object has no field {extra!r}."
            yield member.bend(word, "invalid-schema", site, 1, why)

    def _array(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        items = place.good()
        yield place.admits("items", "items.good", items)
        for word, value in _NO_ITEMS.items():
            yield place.refuses("items", f"items.{word}", [*items[1:], value])
        yield from _types("object", place.member(len(items) - 1, "last"), may_be_null=False)
        seen: set[str] = set()
        inner = resolved(schema["items"])
        for index, item in enumerate(items):
            fresh = {k: v for k, v in inner["properties"].items() if k in item and k not in seen}
            seen |= fresh.keys()
            some = {**inner, "properties": fresh if index else _first(inner, item, items)}
            yield from self._object(some, place.member(index))

    def _scalar(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        if "enum" in schema:
            yield from _enum(schema["enum"], place)
        elif "minimum" in schema:
            yield from self._amount(schema, place)
        elif "format" in schema:
            yield from _format(schema["format"], place)
        elif place.at in _TEXTS or place.at.endswith("/earmark/value"):
            why = "The schema sets no bound to this text, so it comes back as it was sent."
            site = Site(place.at, "type", "in")
            for word, text in edge_values.TEXTS.items():
                yield place.bend(f"text.{word}", "boundary", site, text, why)

    def _amount(self, schema: Schema, place: Place) -> Iterator[Mutation]:
        for word, cents in edge_values.AMOUNTS_IN.items():
            why = f"{cents} lies within {schema['minimum']} to {schema['maximum']}."
            for keyword in ("minimum" if cents < 3 else "maximum", "format"):
                site, also = Site(place.at, keyword, "in"), self.amounts(place.at, cents)
                yield place.bend(f"{keyword}.{word}", "boundary", site, cents, why, also)
        for word, cents in edge_values.AMOUNTS_BELOW.items():
            site = Site(place.at, "minimum", "out", "amount-positive")
            why = f"{cents} is less than 1 cent."
            yield place.bend(f"minimum.{word}", "invalid-semantic", site, cents, why)
        for word, cents in edge_values.AMOUNTS_ABOVE.items():
            why = f"{cents} does not fit a signed 32-bit integer."
            for keyword in ("maximum", "format") if word == "int32" else ("maximum",):
                site = Site(place.at, keyword, "out", "amount-int32")
                yield place.bend(f"{keyword}.{word}", "invalid-schema", site, cents, why)


_TEXTS = {"/refund_note", "/check_number", "/refund_note/value"}
"""Free texts, which may be anything, as the value of an earmark may."""

_EXTRAS = {"unknown": "surprise", "nested-path": "a~1b", "empty-name": ""}
_NO_ITEMS: Mapping[str, Any] = {"null": None, "text": "x", "integer": 1, "array": [], "object": {}}


def _first(inner: Schema, item: Json, items: list[Json]) -> Json:
    """Of the first item, every property but those that only another item has."""
    elsewhere = {name for other in items[1:] for name in other} - item.keys()
    return {k: v for k, v in inner["properties"].items() if k not in elsewhere}


def _types(kind: str, place: Place, *, may_be_null: bool) -> Iterator[Mutation]:
    yield place.admits("type", f"type.{kind}", place.good())
    for word, value in edge_values.WRONG_TYPES[kind].items():
        yield place.refuses("type", f"type.{word}", value)
    if may_be_null:
        yield place.admits("type", "type.null", None, "boundary")
    else:
        yield place.refuses("type", "type.null", None)


def _presence(name: str, place: Place, *, needed: bool) -> Iterator[Mutation]:
    value, there = place.good(), f"{name} is there."
    if needed:
        site, why = Site(place.at, "required", "out", "body-shape"), f"{name} must be there."
        yield place.bend("required.missing", "invalid-schema", site, REMOVE, why)
        site = Site(place.at, "required", "in")
        yield place.bend("required.present", "valid", site, value, there)
    elif value is not None:
        site = Site(place.at, "properties", "in")
        why = f"{name} is optional, and may be left out."
        yield place.bend("properties.absent", "boundary", site, REMOVE, why)
        yield place.bend("properties.present", "valid", site, value, there)


def _constant(const: str, place: Place) -> Iterator[Mutation]:
    yield place.admits("const", "const.same", const)
    for word, value in (
        ("capitals", const.upper()),
        ("blank", f"{const} "),
        ("camel", const.replace("_", "")[:-1]),
        ("empty", ""),
        ("null", None),
        ("number", 1),
        ("list", [const]),
        ("object", {const: const}),
        ("true", True),
    ):
        yield place.refuses("const", f"const.{word}", value)


def _enum(members: list[str], place: Place) -> Iterator[Mutation]:
    for member in members:
        word = member.lower().replace("_", "-")
        yield place.admits("enum", f"enum.is-{word}", member)
        yield place.refuses("enum", f"enum.{word}", member.lower())
    for word, value in (
        ("unknown", "OTHER"),
        ("empty", ""),
        ("blank-after", f"{members[0]} "),
        ("two", f"{members[0]},{members[-1]}"),
        ("part", members[0][:-1]),
        ("title", members[0].title()),
    ):
        yield place.refuses("enum", f"enum.{word}", value)


def _format(name: str, place: Place) -> Iterator[Mutation]:
    good, bad = _FORMATS[name]
    if name == "uuid":
        own = place.good()
        good = {"lower": own, "upper": own.upper(), "title": own.title()}
    for word, value in good.items():
        yield place.admits("format", f"{name}.{word}", value, "boundary")
    for word, value in bad.items():
        yield place.refuses("format", f"{name}.not-{word}", value)


_FORMATS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "uuid": ({}, edge_values.UUID_OUT),
    "date-time": (edge_values.DATE_TIME_IN, edge_values.DATE_TIME_OUT),
    "date": (edge_values.DATE_IN, edge_values.DATE_OUT),
}


def _of_no_branch(names: Mapping[str, Schema], good: Json) -> Iterator[tuple[str, Any]]:
    """Values of no branch, or of two at once."""
    rest = {key: value for key, value in good.items() if key != "type"}
    yield "unknown-type", {**rest, "type": "unheard_of"}
    yield "no-type", rest
    yield "empty", {}
    yield "type-alone", {"type": next(iter(names))}
    yield "type-object", {**rest, "type": {"type": next(iter(names))}}
    yield "wrapped", {next(iter(names)): rest}
    yield "response-type", {**rest, "type": "service_line" if "claim_by_id" in names else "unset"}


def _with(base: Base, at: str, value: Any) -> Base:
    def changed() -> Json:
        body: Json = put(base(), at, deepcopy(value))
        return body

    return changed
