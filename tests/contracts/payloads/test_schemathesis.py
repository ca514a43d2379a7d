"""The deterministic coverage cases of Schemathesis are exceeded, keyword by keyword."""

import re
from collections import Counter
from typing import Any

from schemathesis import openapi
from schemathesis.generation import GenerationMode

from contracts.payloads.coverage import starred
from contracts.payloads.record import Site
from mockserver.spec import openapi as document
from tests.contracts.payloads.settings import all_records

Place = tuple[str, str, str]
"""Operation, place, and family of keywords."""

_NAMES = {"get_token": "token"}
_BRANCH = re.compile(r"/(?:anyOf|oneOf|allOf)/\d+")
_FAMILIES = {"const": "enum", "type": "type", "oneOf": "type", "items": "type"}
_ANY_TEXT = ("get_multi", "?check_number", "any")
"""Theirs are negative by type, but any text in a query is a string: ours are all accepted."""


def theirs() -> Counter[Place]:
    """How many distinct negative cases there are of each place."""
    schema = openapi.from_dict(document())
    found = set()
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        config = schema.config.generation_for(operation=operation)
        name = operation.definition.raw["operationId"]
        for case in schema.iter_coverage_cases(
            operation, generation_modes=list(GenerationMode), generation_config=config
        ):
            if case.meta is not None and case.meta.generation.mode == GenerationMode.NEGATIVE:
                data = case.meta.phase.data
                sent = (case.method, case.body, case.query, case.path_parameters, case.headers)
                found.add((_place(_NAMES.get(name, name), data), repr(sent)))
    return Counter(place for place, _ in found)


def _place(name: str, data: Any) -> Place:
    where = str(data.parameter_location).rpartition(".")[2]
    if where == "BODY":
        return _body_place(name, data.location or "/missing")
    if where == "QUERY":
        return name, f"?{data.parameter or ''}", "any"
    if where == "PATH":
        return name, f"{{{data.parameter}}}", "any"
    return name, data.parameter or "method", "any"


def _body_place(name: str, location: str) -> Place:
    way, _, keyword = _BRANCH.sub("", location).rpartition("/")
    at = re.sub(r"/items(?=/|$)", "/*", way.replace("/properties/", "/"))
    if keyword == "missing":
        return name, "", "type"
    family = _FAMILIES.get(keyword, keyword)
    # A wrong discriminator is one of no branch, be it by its type or by its value.
    return name, at, "enum" if at.endswith("/type") and family != "required" else family


def ours() -> Counter[Place]:
    """How many distinct records bend each place."""
    found = set()
    for record in all_records():
        for site in record.bends:
            for place in _places(record.operation, site):
                found.add((place, record.id))
    return Counter(place for place, _ in found)


def _places(name: str, site: Site) -> list[Place]:
    at, keyword = starred(site.pointer), site.keyword or ""
    if site.law == "other-method-is-405":
        return [(name, "method", "any")]
    if not at.startswith("/"):
        body = at == "" and site.rule == "body-json"
        return [(name, at, "type" if body else "any")]
    if site.side != "out":
        return []
    if keyword == "required":
        return [(name, at.rpartition("/")[0], "required")]
    family = _FAMILIES.get(keyword, keyword)
    return [(name, at, "enum" if at.endswith("/type") else family)]


def test_each_place_has_more_records_than_cases() -> None:
    """Wherever Schemathesis has negative cases, there are more payloads that bend the place."""
    cases, records = theirs(), ours()
    assert len(cases) > 60
    short = {place: (n, records[place]) for place, n in cases.items() if records[place] <= n}
    assert not short


def test_some_text_is_asked_for() -> None:
    """The filter that takes any text has payloads too."""
    assert ours()[_ANY_TEXT] > 20
