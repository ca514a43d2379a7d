"""A place in a good body, and its bends by keywords that look at one value alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.generate import values as edge_values
from contracts.payloads.draft import REMOVE, Mutation, got, shown
from contracts.payloads.record import Kind, Site

Json = dict[str, Any]
Base = Callable[[], Json]
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


def types_of(kind: str, place: Place, *, may_be_null: bool) -> Iterator[Mutation]:
    """The place with its own type, with each other one, and with null."""
    word, wanted = _KINDS[kind]
    yield place.admits("type", f"as-{word}", place.good(), wanted)
    for wrong, value in edge_values.WRONG_TYPES[kind].items():
        yield place.refuses("type", f"as-{_TYPE_WORDS.get(wrong, wrong)}", value, wanted)
    if may_be_null:
        yield place.admits("type", "as-null", None, "the same as leaving it out", "boundary")
    else:
        yield place.refuses("type", "as-null", None, wanted)


def presence_of(name: str, place: Place, *, needed: bool) -> Iterator[Mutation]:
    """The place with and without its value."""
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


def constant_of(const: str, place: Place) -> Iterator[Mutation]:
    """The place with the word that it must hold, and with others."""
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


def enum_of(members: list[str], place: Place) -> Iterator[Mutation]:
    """The place with each word allowed, and with others."""
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


def format_of(name: str, place: Place) -> Iterator[Mutation]:
    """The place with texts of a format, and with texts that are nearly that."""
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
