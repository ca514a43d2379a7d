"""Cases of the rules about a body as it was sent; the shape of each field has its own table."""

from __future__ import annotations

import json

from tests.client import Answer, Client
from tests.organization import BARE_REFUND, LINE, REFUND, body, part, target, unattributed
from tests.rules.case import (
    Case,
    created,
    created_with,
    creating,
    listed,
    listing,
    patching,
    posting,
    unchanged,
    updating,
)

__all__ = ["BODY_CASES"]

BODY = json.dumps(body()).encode()
JSON = "application/json"


def _note(value: bytes) -> bytes:
    return b'{"refund_note":{"type":"set","value":"%b"}}' % value


def _without_extra(client: Client, answer: Answer) -> None:
    created(client, answer)
    assert b"extra" not in answer.body


CONTENT_TYPE = {"status": 415, "error": "InvalidContentTypeError"}

BODY_CASES: dict[str, tuple[Case, ...]] = {
    "content-type": (
        Case(
            "another type",
            posting(BODY, content_type="application/json"),
            posting(BODY, content_type="application/json5"),
            'header Content-Type is "application/json5"',
            JSON,
            created,
            status=415,
            error="InvalidContentTypeError",
        ),
        Case(
            "no type",
            posting(BODY, content_type="Application/JSON ; charset=utf-8"),
            posting(BODY, content_type=None),
            "header Content-Type is missing",
            JSON,
            created,
            status=415,
            error="InvalidContentTypeError",
        ),
    ),
    "body-json": (
        Case(
            "text that ends too soon",
            patching(b"{}"),
            patching(b"{"),
            '$ (at line 1 column 2) is "{"',
            "one JSON object in UTF-8",
            unchanged,
        ),
        Case("no object", patching(b"{}"), patching(b"[]"), "$ is []", "a JSON object", unchanged),
        Case(
            "no UTF-8",
            patching(_note(b"as agreed")),
            patching(_note("as agreed ü".encode("latin-1"))),
            "$ (at byte 48) is",
            "valid UTF-8",
            unchanged,
        ),
        Case(
            "a lone surrogate",
            patching(_note(rb"\ud83d\ude00")),
            patching(_note(rb"\ud83d")),
            "$ (at its content) is",
            "without lone surrogates",
            unchanged,
        ),
        Case(
            "no number",
            patching(b'{"extra": 1e308}'),
            patching(b'{"extra": NaN}'),
            r'$ (at its content) is "{\"extra\": NaN}"',
            "NaN is not a JSON number",
            unchanged,
        ),
        Case(
            "too large a number",
            patching(b'{"extra": 0}'),
            patching(b'{"extra": -Infinity}'),
            r'$ (at its content) is "{\"extra\": -Infinity}"',
            "-Infinity is not a JSON number",
            unchanged,
        ),
    ),
    "body-shape": (
        Case(
            "an optional field of create",
            creating(refund_note="5"),
            creating(refund_note=5),
            "$.refund_note is 5",
            "a string",
            created_with(refund_note=None, amount_cents=100),
        ),
        Case(
            "an earmark",
            creating(
                allocations=[part(earmark={"type": "date_of_service", "value": "2024-02-29"})]
            ),
            creating(
                allocations=[part(earmark={"type": "date_of_service", "value": "2023-02-29"})]
            ),
            '$.allocations[0].earmark.value is "2023-02-29"',
            "a calendar date",
            lambda _client, answer: _no_earmark(answer),
        ),
        Case(
            "a field of update",
            updating(refund_note={"type": "set", "value": "as agreed"}),
            updating(refund_note="as agreed"),
            '$.refund_note is "as agreed"',
            "an object",
            unchanged,
        ),
    ),
    "unknown-field": (
        Case(
            "of the body",
            creating(),
            creating(extra=1),
            "$.extra is 1",
            "no such field",
            _without_extra,
        ),
        Case(
            "of an allocation",
            creating(),
            creating(allocations=[part(extra=[1])]),
            "$.allocations[0].extra is [1]",
            "no such field",
            _without_extra,
        ),
        Case(
            "of a target",
            creating(allocations=[part(aim=target("service_line_by_id", LINE))]),
            creating(allocations=[part(aim=unattributed(value=LINE, extra=True))]),
            f'$.allocations[0].target.value is "{LINE}"',
            "no such field",
            _without_extra,
        ),
        Case(
            "of an update",
            updating(refund_note={"type": "set", "value": "as agreed"}),
            updating(refund_note={"type": "set", "value": "as agreed", "extra": "x"}),
            '$.refund_note.extra is "x"',
            "no such field",
            unchanged,
        ),
        Case(
            "of the query",
            listing(b"limit=100"),
            listing(b"limits=1"),
            'query "limits" is "1"',
            "no such parameter",
            listed(REFUND, BARE_REFUND),
        ),
    ),
}


def _no_earmark(answer: Answer) -> None:
    assert "earmark" not in answer.json["allocations"][0]
