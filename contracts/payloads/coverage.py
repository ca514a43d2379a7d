"""How many payloads reach each point of the published document and each rule; makes no payloads."""

import json
from collections.abc import Iterable, Iterator, Sequence

from contracts.model.openapi import operations
from contracts.model.rules import RULES
from contracts.payloads.draft import got
from contracts.payloads.record import Record
from contracts.reports.coverage import group_lines
from contracts.reports.coverage.document import UNREACHABLE, Place, places, statuses
from contracts.reports.coverage.points import Counts, Group, Mark
from mockserver.spec.facts import ERRORS

_SIDES = "keyword by side"
_PROBED, _REFUSED = "rule that payloads probe", "rule that refuses payloads under this profile"
_STATUSES, _NAMES = "documented status", "errorName"
_BOTH = ("format", "minimum", "maximum", "enum", "const", "minLength", "maxLength")


def coverage(records: Iterable[Record]) -> tuple[Group, ...]:
    """How many records reach each point; one that none reaches is a gap.

    A point is counted by the status that should come; no answer at all counts as failed.
    """
    counts = Counts()
    for record in records:
        counts.add(record.statuses[0], _sent(record))
        for answer in record.answers:
            marks = (_REFUSED, answer.rule), (_NAMES, answer.error_name)
            named = [(group, name) for group, name in marks if name]
            counts.add(answer.status, [*named, (_STATUSES, f"{record.operation} {answer.status}")])
    rules = [rule.id for rule in RULES]
    return counts.groups(
        {
            _SIDES: [*dict.fromkeys(sites())],
            _PROBED: rules,
            _REFUSED: rules,
            _STATUSES: [f"{name} {status}" for name in operations() for status in statuses(name)],
            _NAMES: [e.name for e in ERRORS if ("*", e.status) not in UNREACHABLE],
        }
    )


def gaps(groups: Iterable[Group]) -> list[str]:
    """The points that no record reaches."""
    return [point.name for group in groups for point in group.points if not point.outcomes]


def _sent(record: Record) -> Iterator[Mark]:
    for site in record.bends:
        place = f"{record.operation} {starred(site.pointer)}"
        yield _SIDES, f"{place} {site.keyword} {site.side}"
        if site.rule:
            yield _PROBED, site.rule
        if site.keyword == "oneOf" and site.side == "in":
            kind = got(json.loads(record.request.body or b"{}"), f"{site.pointer}/type")
            yield _SIDES, f"{place} oneOf {kind}"


def starred(pointer: str) -> str:
    """A pointer with `*` for each index."""
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))


def sites() -> Iterator[str]:
    """Every keyword of every request on the sides it has, and every branch of every union."""
    for operation in operations():
        for place in places(operation):
            in_body = not place.pointer or place.pointer.startswith("/")
            for keyword, sides in _body(place) if in_body else _parameter(place):
                yield from (f"{operation} {place.pointer} {keyword} {side}" for side in sides)


_Sides = tuple[str, Sequence[str]]
_IN, _IN_OUT = ("in",), ("in", "out")


def _parameter(place: Place) -> Iterator[_Sides]:
    schema = place.schema
    yield from ((keyword, _IN_OUT) for keyword in _BOTH if keyword in schema)
    if "minimum" in schema:
        yield "default", _IN
    if not {"format", "enum"} & schema.keys():
        yield "type", _IN_OUT if schema.get("type") == "integer" else _IN


def _body(place: Place) -> Iterator[_Sides]:
    schema = place.schema
    if place.required is not None:
        yield ("required", _IN_OUT) if place.required else ("properties", _IN)
    if place.pointer and "const" not in schema:
        yield "type", _IN_OUT
    yield from ((keyword, _IN_OUT) for keyword in (*_BOTH, "items") if keyword in schema)
    if place.is_union:
        yield "oneOf", (*_IN_OUT, *place.points)


def table(records: Sequence[Record]) -> str:
    """The coverage as text, with what no single payload can reach."""
    lines = [f"{len(records):,} payloads"]
    for group in coverage(records):
        lines += group_lines(group)
        if group.name == _STATUSES:
            lines += [f"  {name} {status}: {why}" for (name, status), why in UNREACHABLE.items()]
    return "\n".join(lines)
