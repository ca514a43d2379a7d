"""The published document, operation by operation: what can be answered, and what can be sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from mockserver.errors import Refusal
from mockserver.state.journal import Headers
from mockserver.steering.schemas import Member, Schema, Schemas
from mockserver.wire.codings import plain_body

__all__ = ["LIMIT", "PAGE_TOKEN", "Contract", "OperationFacts", "Record"]

PAGE_TOKEN = "page_token"
"""The query parameter of every list that leads to another page."""

LIMIT = "limit"
"""The query parameter of every list that says how much of it is asked for."""

NEXT_PAGE_TOKEN = "next_page_token"
_MOST_BODY_BYTES = 2**24
"""How much a body may hold once its content codings are undone."""


class Record(NamedTuple):
    """Where an answer names the record that it is about, and the path under which that stands."""

    pointer: tuple[str, ...]
    path: str


class OperationFacts(NamedTuple):
    """One operation of the document.

    `outcomes` are its statuses, each with the name of an error, or with "". `request` is the
    schema of its body in JSON, and `members` are the kinds of all unions in it. `largest_limit` is
    "" where there is none.
    """

    method: str
    outcomes: tuple[tuple[int, str], ...]
    rules: tuple[str, ...]
    query: frozenset[str]
    request: Schema
    members: tuple[Member, ...]
    record: Record | None
    issues_tokens: bool
    has_pages: bool
    largest_limit: str


class Contract:
    """The operations of the document by the names that faults and the journal use."""

    def __init__(
        self, load: Callable[[], dict[str, Any]], places: Mapping[str, tuple[str, str]]
    ) -> None:
        """`load` answers the OpenAPI document, `places` has each operation's method and path."""
        self._load = load
        self._places = places

    @cached_property
    def _schemas(self) -> Schemas:
        return Schemas(self._load())

    @cached_property
    def operations(self) -> Mapping[str, OperationFacts]:
        """What the document says of each operation, read when first needed."""
        return {name: self._facts(*place) for name, place in self._places.items()}

    def members(self, operation: str, headers: Headers, body: bytes) -> set[Member]:
        """The kinds of unions in the body of a call."""
        found = self._contents(operation, headers, body)
        return {each for each in found if isinstance(each, Member)}

    def unread_fields(self, operation: str, headers: Headers, body: bytes) -> set[str]:
        """The places in the body of a call that the document does not have, as `$.items[*].x`."""
        found = self._contents(operation, headers, body)
        return {each for each in found if isinstance(each, str)}

    def _contents(self, operation: str, headers: Headers, body: bytes) -> Iterator[Member | str]:
        schema = self.operations[operation].request
        if not schema:
            return iter(())
        try:
            sent = json.loads(_plain(headers, body))
        except (Refusal, ValueError, RecursionError):
            return iter(())
        return self._schemas.contents(schema, sent)

    def _facts(self, method: str, path: str) -> OperationFacts:
        item = self._schemas.document["paths"][path]
        spec: Schema = item[method.lower()]
        responses = {int(s): self._schemas.resolved(r) for s, r in spec["responses"].items()}
        success = min(responses)
        answer = self._schemas.resolved(_json_schema(responses[success])).get("properties", {})
        request = _json_schema(spec.get("requestBody", {}))
        parameters = [*item.get("parameters", ()), *spec.get("parameters", ())]
        query = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
        return OperationFacts(
            method,
            tuple(self._outcomes(responses)),
            tuple(spec.get("x-rules", ())),
            frozenset(query),
            request,
            tuple(dict.fromkeys(self._schemas.members(request))),
            self._record(responses[success]),
            "access_token" in answer,
            PAGE_TOKEN in query and NEXT_PAGE_TOKEN in answer,
            str(query.get(LIMIT, {}).get("maximum", "")),
        )

    def _outcomes(self, responses: Mapping[int, Schema]) -> Iterator[tuple[int, str]]:
        for status, response in responses.items():
            schema = self._schemas.resolved(_json_schema(response))
            for each in schema.get("oneOf", (schema,)) if status >= 400 else ({},):
                named = self._schemas.resolved(each).get("properties", {}).get("errorName", {})
                yield status, named.get("const", "")

    def _record(self, response: Schema) -> Record | None:
        """What the first link of an answer to a GET says: both id and path of its record."""
        gets = {
            item["get"]["operationId"]: path
            for path, item in self._schemas.document["paths"].items()
            if "get" in item
        }
        for link in map(self._schemas.resolved, response.get("links", {}).values()):
            for name, source in link.get("parameters", {}).items():
                _, body, pointer = source.partition("$response.body#/")
                if body and link.get("operationId") in gets:
                    path = gets[link["operationId"]].replace(f"{{{name}}}", "{}")
                    return Record(tuple(pointer.split("/")), path)
        return None


def _json_schema(holder: Schema) -> Schema:
    found: Schema = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _plain(headers: Headers, body: bytes) -> bytes:
    named = (value for name, value in headers if name == b"content-encoding")
    return plain_body(body, b",".join(named).decode("latin-1"), _MOST_BODY_BYTES)
