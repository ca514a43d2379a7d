"""Bends of request bodies from the published document: each keyword, on each side of its bound."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from contracts.generate import values as edge_values
from contracts.model.openapi import Schema, branches, nullable, resolved
from contracts.payloads.draft import REMOVE, Mutation, got, put, shown
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
        slug = f"{self.slug}-{name}".lstrip("-")
        return Mutation(slug, kind, site, value, why, self.base, also)

    def admits(
        self, keyword: str, word: str, value: Any, wanted: str, kind: Kind = "valid"
    ) -> Mutation:
        """A mutation whose value the keyword admits, as it is what is wanted."""
        why = f"{self.name} is {shown(value)}, which is {wanted}."
        return self.bend(word, kind, Site(self.at, keyword, "in"), value, why)

    def refuses(self, keyword: str, word: str, value: Any, wanted: str) -> Mutation:
        """A mutation whose value the keyword does not admit, as it is not what is wanted."""
        why = f"{self.name} is {shown(value)}; it must be {wanted}."
        site = Site(self.at, keyword, "out", "body-shape")
        return self.bend(word, "invalid-schema", site, value, why)

    @property
    def name(self) -> str:
        """The pointer as a sentence has it, such as allocations/0/target."""
        return self.at[1:]


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
            yield from _presence(name, member, needed=name in required)
            if name not in value:
                continue
            if "const" in inner:
                yield from _constant(inner["const"], member)
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


_KINDS: Mapping[str, tuple[str, str]] = {
    "integer": ("number", "a whole number"),
    "string": ("text", "a text"),
    "array": ("list", "a list"),
    "object": ("object", "an object"),
}
"""What names a type in an id and in a sentence."""

_TYPE_WORDS = {
    "digits": "text",
    "integer": "number",
    "array": "list",
    "empty-array": "empty-list",
    "thousands": "text-with-comma",
    "currency": "text-with-dollar",
    "index-object": "object-of-numbers",
    "pair-list": "list-of-pairs",
}
"""What names a wrong type in an id, where its word in `WRONG_TYPES` will not do."""


def _types(kind: str, place: Place, *, may_be_null: bool) -> Iterator[Mutation]:
    word, wanted = _KINDS[kind]
    yield place.admits("type", f"as-{word}", place.good(), wanted)
    for wrong, value in edge_values.WRONG_TYPES[kind].items():
        yield place.refuses("type", f"as-{_TYPE_WORDS.get(wrong, wrong)}", value, wanted)
    if may_be_null:
        yield place.admits("type", "as-null", None, "the same as leaving it out", "boundary")
    else:
        yield place.refuses("type", "as-null", None, wanted)


def _presence(name: str, place: Place, *, needed: bool) -> Iterator[Mutation]:
    value, there = place.good(), f"{place.name} is there."
    if needed:
        site, why = Site(place.at, "required", "out", "body-shape"), f"{place.name} is missing."
        yield place.bend("missing", "invalid-schema", site, REMOVE, why)
        site = Site(place.at, "required", "in")
        yield place.bend("present", "valid", site, value, there)
    elif value is not None:
        site = Site(place.at, "properties", "in")
        why = f"{place.name} is left out; it is optional."
        yield place.bend("left-out", "boundary", site, REMOVE, why)
        yield place.bend("present", "valid", site, value, there)


def _constant(const: str, place: Place) -> Iterator[Mutation]:
    wanted = shown(const)
    yield place.admits("const", "right", const, wanted)
    for word, value in (
        ("in-capitals", const.upper()),
        ("with-blank-after", f"{const} "),
        ("without-underscores", const.replace("_", "")[:-1]),
        ("empty", ""),
        ("as-null", None),
        ("as-number", 1),
        ("as-list", [const]),
        ("as-object", {const: const}),
        ("as-true", True),
    ):
        yield place.refuses("const", word, value, wanted)


def _enum(members: list[str], place: Place) -> Iterator[Mutation]:
    wanted = f"{', '.join(members[:-1])} or {members[-1]}"
    for member in members:
        word = member.lower().replace("_", "-")
        yield place.admits("enum", f"is-{word}", member, "one of the words allowed")
        yield place.refuses("enum", f"is-{word}-in-small-letters", member.lower(), wanted)
    for word, value in (
        ("is-unknown-word", "OTHER"),
        ("is-empty", ""),
        ("with-blank-after", f"{members[0]} "),
        ("is-two-words", f"{members[0]},{members[-1]}"),
        ("is-cut", members[0][:-1]),
        ("is-in-title-case", members[0].title()),
    ):
        yield place.refuses("enum", word, value, wanted)


def _format(name: str, place: Place) -> Iterator[Mutation]:
    wanted, good, bad = _FORMATS[name]
    if name == "uuid":
        own = place.good()
        good = {"lower": own, "upper": own.upper(), "title": own.title()}
    for word, value in good.items():
        yield place.admits("format", f"{name}-{word}", value, wanted, "boundary")
    for word, value in bad.items():
        yield place.refuses("format", f"no-{name}-{word}", value, wanted)


_FORMATS: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]] = {
    "uuid": ("a uuid", {}, edge_values.UUID_OUT),
    "date-time": (
        "a date with a time and an offset, as RFC 3339 has it",
        edge_values.DATE_TIME_IN,
        edge_values.DATE_TIME_OUT,
    ),
    "date": ("a date such as 2024-01-15", edge_values.DATE_IN, edge_values.DATE_OUT),
}


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
