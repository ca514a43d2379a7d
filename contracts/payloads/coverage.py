"""What records cover of the published document and of the rules, as tables; no records are made."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.model.openapi import Schema, body_schema, branches, nullable, operations, resolved
from contracts.model.rules import RULES
from contracts.payloads.draft import got
from contracts.payloads.record import Record

Site = tuple[str, str, str, str]
"""Operation, place (an index is `*`), keyword, and side."""

_BOTH = ("type", "format", "minimum", "maximum", "enum", "const", "pattern", "minLength")
PROVOKED_BY_NO_REQUEST = {
    ("*", 429): "needs many requests",
    ("*", 500): "no request should get it",
    ("*", 503): "needs a server that is full",
    ("delete", 422): "the vendor lists it, and nothing is known that gets it",
}
"""Documented statuses that no single payload can get, each with the reason."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is to be hit, and how many records hit it; zero is a gap."""

    keywords: dict[Site, int]
    branches: dict[tuple[str, str, str], int]
    rules: dict[str, int]
    refusals: dict[str, int]
    statuses: dict[tuple[str, int], int]
    error_names: dict[str, int]

    def gaps(self) -> list[str]:
        """What nothing hits."""
        tables = (self.keywords, self.branches, self.rules, self.refusals, self.statuses)
        return [
            str(key) for found in (*tables, self.error_names) for key, n in found.items() if not n
        ]


def coverage(records: Sequence[Record]) -> Coverage:
    """What the records cover; of refusals by rule, those under their own profile."""
    found = Coverage(
        dict.fromkeys(sites(), 0),
        dict.fromkeys(union_branches(), 0),
        {rule.id: 0 for rule in RULES},
        {rule.id: 0 for rule in RULES},
        dict.fromkeys(_statuses(), 0),
        dict.fromkeys(_error_names(), 0),
    )
    for record in records:
        _count(record, found)
    return found


def _count(record: Record, found: Coverage) -> None:
    for site in record.bends:
        place = _starred(site.pointer)
        _add(found.keywords, (record.operation, place, site.keyword or "", site.side or ""))
        _add(found.rules, site.rule or "")
        if site.keyword == "oneOf" and site.side == "in":
            value = got(json.loads(record.request.body or b"{}"), site.pointer)
            kind = value.get("type") if isinstance(value, dict) else None
            _add(found.branches, (record.operation, place, kind))
    for answer in record.answers:
        _add(found.refusals, answer.rule or "")
        _add(found.error_names, answer.error_name or "")
        _add(found.statuses, (record.operation, answer.status))


def _add(table: dict[Any, int], key: Any) -> None:
    if key in table:
        table[key] += 1


def _starred(pointer: str) -> str:
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))


def sites() -> Iterator[Site]:
    """Every keyword of every request schema and parameter, on the sides it has."""
    for name, operation in operations().items():
        schema = body_schema(name)
        if schema is not None:
            yield from dict.fromkeys(_sites(schema, name, ""))
        for parameter in operation["parameters"]:
            place = (
                f"?{parameter['name']}"
                if parameter["in"] == "query"
                else f"{{{parameter['name']}}}"
            )
            yield from _parameter(resolved(parameter["schema"]), name, place)


def _parameter(schema: Schema, name: str, place: str) -> Iterator[Site]:
    for keyword in _BOTH[1:]:
        if keyword in schema:
            yield from ((name, place, keyword, side) for side in ("in", "out"))
    yield from ((name, place, "default", "in") for _ in ("default",) if schema.get("minimum"))
    if not {"format", "enum"} & schema.keys():
        yield (name, place, "type", "in")
    if schema.get("type") == "integer":
        yield (name, place, "type", "out")


def _sites(schema: Schema, name: str, at: str) -> Iterator[Site]:
    may_be_null = nullable(schema)
    schema = resolved(schema)
    if at and "const" not in schema:
        yield from ((name, at, "type", side) for side in ("in", "out"))
    if may_be_null:
        yield (name, at, "type", "in")
    for keyword in _BOTH[1:]:
        if keyword in schema:
            yield from ((name, at, keyword, side) for side in ("in", "out"))
    if "oneOf" in schema:
        yield from ((name, at, "oneOf", side) for side in ("in", "out"))
        for branch in branches(schema).values():
            yield from _members(branch, name, at)
    if schema.get("type") == "array":
        yield from ((name, at, "items", side) for side in ("in", "out"))
        yield from _sites(schema["items"], name, f"{at}/*")
    yield from _members(schema, name, at)


def _members(schema: Schema, name: str, at: str) -> Iterator[Site]:
    for member, inner in schema.get("properties", {}).items():
        place = f"{at}/{member}"
        if member in schema.get("required", ()):
            yield from ((name, place, "required", side) for side in ("in", "out"))
        else:
            yield (name, place, "properties", "in")
        yield from _sites(inner, name, place)


def union_branches() -> Iterator[tuple[str, str, str]]:
    """Every branch of every union in a request: operation, place and type."""
    for name in operations():
        schema = body_schema(name)
        if schema is not None:
            yield from _unions(schema, name, "")


def _unions(schema: Schema, name: str, at: str) -> Iterator[tuple[str, str, str]]:
    schema = resolved(schema)
    if "oneOf" in schema:
        yield from ((name, at, branch) for branch in branches(schema))
    if schema.get("type") == "array":
        yield from _unions(schema["items"], name, f"{at}/*")
    for member, inner in schema.get("properties", {}).items():
        yield from _unions(inner, name, f"{at}/{member}")


def _statuses() -> Iterator[tuple[str, int]]:
    for name, operation in operations().items():
        for status in map(int, operation["responses"]):
            if {("*", status), (name, status)}.isdisjoint(PROVOKED_BY_NO_REQUEST):
                yield name, status


def _error_names() -> Iterable[str]:
    from mockserver.spec.facts import ERRORS

    return [error.name for error in ERRORS if ("*", error.status) not in PROVOKED_BY_NO_REQUEST]


def table(records: Sequence[Record]) -> str:
    """The coverage as text: a line for what is hit, with the number of records."""
    found = coverage(records)
    lines = [f"{len(records):,} payloads", "", "keyword by side"]
    lines += [f"{n:6,}  {' '.join(site)}" for site, n in found.keywords.items()]
    lines += ["", "union branch"]
    lines += [f"{n:6,}  {' '.join(branch)}" for branch, n in found.branches.items()]
    lines += ["", "rule: payloads that probe it, and that it refuses under this profile"]
    lines += [f"{n:6,} {found.refusals[rule]:6,}  {rule}" for rule, n in found.rules.items()]
    lines += ["", "documented status"]
    lines += [f"{n:6,}  {name} {status}" for (name, status), n in found.statuses.items()]
    lines += [f"     -  {name} {status}: {why}" for (name, status), why in _UNPROVOKED]
    lines += ["", "errorName"]
    return "\n".join(lines + [f"{n:6,}  {name}" for name, n in found.error_names.items()])


_UNPROVOKED = PROVOKED_BY_NO_REQUEST.items()
