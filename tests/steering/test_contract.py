"""Conduct and coverage of a family that has nothing in common with refunds but its shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from mockserver.state.journal import Entry, Journal
from mockserver.steering.conduct import conduct
from mockserver.steering.contract import Contract, Record
from mockserver.steering.coverage import Coverage
from mockserver.steering.effects import Canned


def answers(schema: str) -> dict[str, Any]:
    """A response with a schema."""
    return {"content": {"application/json": {"schema": {"$ref": f"#/schemas/{schema}"}}}}


def error(name: str) -> dict[str, Any]:
    """The schema of an error."""
    return {"properties": {"errorName": {"const": name}}}


LINK = {"operationId": "read_visit", "parameters": {"visit": "$response.body#/key/id"}}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/visits": {
            "post": {
                "operationId": "add_visit",
                "x-rules": ["body-shape"],
                "requestBody": answers("New"),
                "responses": {
                    "200": {**answers("Visit"), "links": {"Read": LINK}},
                    "422": answers("Both"),
                },
            },
        },
        "/visits/{visit}": {
            "get": {"operationId": "read_visit", "responses": {"200": answers("Visit")}},
            "delete": {"operationId": "drop_visit", "responses": {"200": {}}},
        },
    },
    "schemas": {
        "New": {
            "properties": {
                "who": {"$ref": "#/schemas/Who"},
                "next": {"$ref": "#/schemas/New"},
            }
        },
        "Who": {
            "discriminator": {
                "propertyName": "is",
                "mapping": {"dog": "#/schemas/Dog", "cat": "#/schemas/Cat"},
            }
        },
        "Dog": {"properties": {"is": {}, "bone": {}}},
        "Cat": {"properties": {"is": {}}},
        "Visit": {"properties": {"key": {}}},
        "Both": {"oneOf": [{"$ref": "#/schemas/Bad"}, {"$ref": "#/schemas/Worse"}]},
        "Bad": error("BadError"),
        "Worse": error("WorseError"),
    },
}
PLACES = {
    "visits.create": ("POST", "/visits"),
    "visits.get": ("GET", "/visits/{visit}"),
    "visits.delete": ("DELETE", "/visits/{visit}"),
}


def entry(number: int, operation: str, **fields: Any) -> Entry:
    """A call of the family, one a second."""
    method, path = PLACES[operation]
    at = datetime(2024, 1, 15, 9, 30, number, tzinfo=UTC)
    whole: dict[str, Any] = {"path": path, "query": b"", "headers": (), "body": b""}
    whole |= {"status": 200, "answer_headers": (), "answer": b"", **fields}
    return Entry(number, at, 0.1, operation, None, method, ended=float(number), **whole)


def journal(*entries: Entry) -> Journal:
    """A journal of calls."""
    kept = Journal(100, 2**20)
    for each in entries:
        kept.add(tuple(each)[1:], 0)
    return kept


def contract() -> Contract:
    """The family's contract."""
    return Contract(lambda: DOCUMENT, PLACES)


def counted(calls: Journal) -> Coverage:
    """What the calls of a journal met."""
    coverage = Coverage(contract())
    for call in calls:
        operation, status, rules = call.operation or "", call.status, call.rules
        coverage.count(calls, operation, status, call.answer, rules)
        if call.body:
            coverage.look_into(calls, operation, call.headers, call.body)
    return coverage


def visit(name: str) -> bytes:
    """The answer with a record."""
    return json.dumps({"key": {"id": name}}).encode()


def test_the_document_says_what_an_operation_is() -> None:
    """Statuses, both errors of one status, members and the record come from the document."""
    facts = contract().operations["visits.create"]
    assert facts.outcomes == ((200, ""), (422, "BadError"), (422, "WorseError"))
    assert facts.members == (("Who", "dog"), ("Who", "cat"))
    assert facts.record == Record(("key", "id"), "/visits/{}")
    assert contract().operations["visits.get"].record is None


def test_a_record_of_another_family_that_was_made_twice_is_found() -> None:
    """A create is what answers a record that can be read; a deleted record is not left."""
    twice = (
        entry(1, "visits.create", status=0, lost=Canned(200, (), visit("a"))),
        entry(2, "visits.create", answer=visit("b")),
    )
    [found] = conduct(journal(*twice), contract())["findings"]
    assert (found["kind"], found["calls"]) == ("repeated-create", [1, 2])
    assert found["message"].endswith("left 2 records: a, b")
    gone = entry(3, "visits.delete", path="/visits/a")
    assert conduct(journal(*twice, gone), contract())["findings"] == []


def test_fields_and_members_of_another_family_are_found() -> None:
    """Unions have their own discriminator, and a schema may hold itself."""
    body = {"who": {"is": "dog", "bone": 1, "tail": 2}, "next": {"next": {"who": {"is": "cat"}}}}
    calls = journal(entry(1, "visits.create", body=json.dumps(body).encode()))
    [found] = conduct(calls, contract())["findings"]
    assert found["message"] == 'visits.create does not read "$.who.tail"'
    coverage = counted(calls)
    [row, *_] = coverage.report(coverage.met(calls))["operations"]
    assert row["members"]["met"] == ["Who.dog", "Who.cat"]


def test_errors_of_one_status_count_apart() -> None:
    """Of two errors of one status the one in the answer is met."""
    refused = b'{"errorName": "WorseError"}'
    coverage = counted(journal(entry(1, "visits.create", status=422, answer=refused)))
    [row, *_] = coverage.report(coverage.met())["operations"]
    assert row["statuses"]["met"] == ["422 WorseError"]
    assert row["statuses"]["not_met"] == ["200", "422 BadError"]
