"""Bends of request bodies from the published document: each keyword, on each side of its bound."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from contracts.generate import values as edge_values
from contracts.model.openapi import Schema, branches, nullable, resolved
from contracts.payloads.draft import REMOVE, Mutation, got, put
from contracts.payloads.record import Kind, Site

Json = dict[str, Any]
Base = Callable[[], Json]
Examples = Callable[[str, str], tuple[Base, Any] | None]
"""From a union's pointer and a branch to a body with room for it and a good value, if any."""


class Keywords:
    """Walks one body schema.

    Args:
        examples: see Examples.
        amounts: from a pointer and cents to the changes that keep a body's sums in order.
        texts: pointers of free texts, which may be anything.
    """

    def __init__(
        self,
        examples: Examples,
        amounts: Callable[[str, int], tuple[tuple[str, Any], ...]],
        texts: Callable[[str], bool],
    ) -> None:
        self.examples = examples
        self.amounts = amounts
        self.texts = texts

    def bends(self, schema: Schema, base: Base, at: str = "", slug: str = "") -> Iterator[Mutation]:
        """The bends of the value at a pointer and of all that it holds."""
        may_be_null = nullable(schema)
        schema = resolved(schema)
        kind = schema.get("type", "object")
        if at:
            yield from self._types(kind, base, at, slug, may_be_null=may_be_null)
        if "oneOf" in schema:
            yield from self._union(schema, at, slug, base)
        elif kind == "object":
            yield from self._object(schema, base, at, slug)
        elif kind == "array":
            yield from self._array(schema, base, at, slug)
        else:
            yield from self._scalar(schema, base, at, slug)

    def _types(
        self, kind: str, base: Base, at: str, slug: str, *, may_be_null: bool
    ) -> Iterator[Mutation]:
        good = got(base(), at)
        yield _bend(f"{slug}.type.{kind}", "valid", at, "type", "in", good, base)
        for word, value in edge_values.WRONG_TYPES[kind].items():
            yield _bend(f"{slug}.type.{word}", "invalid-schema", at, "type", "out", value, base)
        side, klass = ("in", "boundary") if may_be_null else ("out", "invalid-schema")
        yield _bend(f"{slug}.type.null", klass, at, "type", side, None, base)  # type: ignore[arg-type]

    def _union(self, schema: Schema, at: str, slug: str, base: Base) -> Iterator[Mutation]:
        names = branches(schema)
        for name, branch in names.items():
            found = self.examples(at, name)
            if found is None:
                continue
            room, example = found
            inner = _with(room, at, example)
            yield _bend(f"{slug}.oneof.{name}", "valid", at, "oneOf", "in", example, room)
            yield from self._object(branch, inner, at, f"{slug}.{name}", name)
        first = got(base(), at)
        for word, value in _strangers(names, first):
            yield _bend(f"{slug}.oneof.{word}", "invalid-schema", at, "oneOf", "out", value, base)

    def _object(
        self, schema: Schema, base: Base, at: str, slug: str, branch: str = ""
    ) -> Iterator[Mutation]:
        required = schema.get("required", ())
        value = got(base(), at)
        for name, inner in schema.get("properties", {}).items():
            place, word = f"{at}/{name}", f"{slug}.{name}".lstrip(".")
            yield from _presence(name, place, word, base, needed=name in required)
            if name not in value:
                continue
            if "const" in inner:
                yield from _constant(inner["const"], place, word, base)
            else:
                yield from self.bends(inner, base, place, word)
        for word, extra in _EXTRAS.items():
            place = f"{at}/{extra}"
            site = Site(place, "additionalProperties", "out", "unknown-field")
            why = f"The schema of this object has no field {extra!r}."
            yield Mutation(f"{slug}.extra.{word}".lstrip("."), "invalid-schema", site, 1, why, base)

    def _array(self, schema: Schema, base: Base, at: str, slug: str) -> Iterator[Mutation]:
        items = got(base(), at)
        yield _bend(f"{slug}.items.good", "valid", at, "items", "in", items, base)
        for word, value in _NO_ITEMS.items():
            changed = [*items[1:], value]
            yield _bend(f"{slug}.items.{word}", "invalid-schema", at, "items", "out", changed, base)
        last = f"{at}/{len(items) - 1}"
        yield from self._types("object", base, last, f"{slug}.last", may_be_null=False)
        seen: set[str] = set()
        inner = resolved(schema["items"])
        for index, item in enumerate(items):
            fresh = {k: v for k, v in inner["properties"].items() if k in item and k not in seen}
            seen |= fresh.keys()
            some = {**inner, "properties": fresh if index else _first(inner, item, items)}
            yield from self._object(some, base, f"{at}/{index}", f"{slug}.{index}")

    def _scalar(self, schema: Schema, base: Base, at: str, slug: str) -> Iterator[Mutation]:
        if "enum" in schema:
            yield from _enum(schema["enum"], at, slug, base)
        elif "minimum" in schema:
            yield from self._amount(schema, at, slug, base)
        elif "format" in schema:
            yield from _format(schema["format"], at, slug, base)
        elif self.texts(at):
            for word, text in edge_values.TEXTS.items():
                why = "The schema sets no bound to this text, so it comes back as it was sent."
                site = Site(at, "type", "in")
                yield Mutation(f"{slug}.text.{word}", "boundary", site, text, why, base)

    def _amount(self, schema: Schema, at: str, slug: str, base: Base) -> Iterator[Mutation]:
        for word, cents in edge_values.AMOUNTS_IN.items():
            for keyword in ("minimum", "maximum", "format"):
                site = Site(at, keyword, "in")
                why = f"{cents} lies within {schema['minimum']} to {schema['maximum']}."
                changes = self.amounts(at, cents)
                name = f"{slug}.{keyword.lower()}.{word}"
                if (keyword == "minimum") == (cents < 3) or keyword == "format":
                    yield Mutation(name, "boundary", site, cents, why, base, changes)
        for word, cents in edge_values.AMOUNTS_BELOW.items():
            site = Site(at, "minimum", "out", "amount-positive")
            why = f"{cents} is less than 1 cent."
            yield Mutation(f"{slug}.minimum.{word}", "invalid-semantic", site, cents, why, base)
        for word, cents in edge_values.AMOUNTS_ABOVE.items():
            for keyword in ("maximum", "format"):
                site = Site(at, keyword, "out", "amount-int32")
                why = f"{cents} does not fit a signed 32-bit integer."
                name = f"{slug}.{keyword}.{word}"
                if keyword == "maximum" or word == "int32":
                    yield Mutation(name, "invalid-schema", site, cents, why, base)


def _first(inner: Schema, item: Json, items: list[Json]) -> Json:
    """Of the first item, every property but those that only another item has."""
    elsewhere = {name for other in items[1:] for name in other} - item.keys()
    return {k: v for k, v in inner["properties"].items() if k not in elsewhere}


def _presence(name: str, at: str, slug: str, base: Base, *, needed: bool) -> Iterator[Mutation]:
    value = got(base(), at)
    if needed:
        site = Site(at, "required", "out", "body-shape")
        why = f"{name} must be there."
        yield Mutation(f"{slug}.required.missing", "invalid-schema", site, REMOVE, why, base)
        site = Site(at, "required", "in")
        yield Mutation(f"{slug}.required.present", "valid", site, value, f"{name} is there.", base)
    elif value is not None:
        site = Site(at, "properties", "in")
        why = f"{name} is optional, and may be left out."
        yield Mutation(f"{slug}.properties.absent", "boundary", site, REMOVE, why, base)
        yield Mutation(
            f"{slug}.properties.present", "valid", site, value, f"{name} is there.", base
        )


def _constant(const: str, at: str, slug: str, base: Base) -> Iterator[Mutation]:
    yield _bend(f"{slug}.const.same", "valid", at, "const", "in", const, base)
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
        yield _bend(f"{slug}.const.{word}", "invalid-schema", at, "const", "out", value, base)


def _enum(members: list[str], at: str, slug: str, base: Base) -> Iterator[Mutation]:
    for member in members:
        word = member.lower().replace("_", "-")
        yield _bend(f"{slug}.enum.is-{word}", "valid", at, "enum", "in", member, base)
        yield _bend(
            f"{slug}.enum.{word}", "invalid-schema", at, "enum", "out", member.lower(), base
        )
    for word, value in (
        ("unknown", "OTHER"),
        ("empty", ""),
        ("blank-after", f"{members[0]} "),
        ("two", f"{members[0]},{members[-1]}"),
        ("part", members[0][:-1]),
        ("title", members[0].title()),
    ):
        yield _bend(f"{slug}.enum.{word}", "invalid-schema", at, "enum", "out", value, base)


def _format(name: str, at: str, slug: str, base: Base) -> Iterator[Mutation]:
    if name == "uuid":
        good = got(base(), at)
        for word, value in (("lower", good), ("upper", good.upper()), ("title", good.title())):
            yield _bend(f"{slug}.uuid.{word}", "boundary", at, "format", "in", value, base)
    for word, value in _FORMATS[name][0].items():
        yield _bend(f"{slug}.{name}.{word}", "boundary", at, "format", "in", value, base)
    for word, value in _FORMATS[name][1].items():
        slug_ = f"{slug}.{name}.not-{word}"
        yield _bend(slug_, "invalid-schema", at, "format", "out", value, base)


_FORMATS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "uuid": ({}, edge_values.UUID_OUT),
    "date-time": (edge_values.DATE_TIME_IN, edge_values.DATE_TIME_OUT),
    "date": (edge_values.DATE_IN, edge_values.DATE_OUT),
}
_EXTRAS = {"unknown": "surprise", "nested-path": "a/b".replace("/", "~1"), "empty-name": ""}
_NO_ITEMS: Mapping[str, Any] = {"null": None, "text": "x", "integer": 1, "array": [], "object": {}}


def _strangers(names: Mapping[str, Schema], good: Json) -> Iterator[tuple[str, Any]]:
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


def _bend(
    slug: str, kind: Kind, at: str, keyword: str, side: str, value: Any, base: Base
) -> Mutation:
    site = Site(at, keyword, side, None if side == "in" else "body-shape")
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    verb = "admits" if side == "in" else "does not admit"
    return Mutation(slug, kind, site, value, f"`{keyword}` of {at} {verb} {shown}.", base)
