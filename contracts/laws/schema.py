"""What every answer's form must be, whatever was asked; none of these sends a request."""

import re
from collections.abc import Iterator
from zlib import crc32

from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Complaint, Law
from contracts.laws.define import documented, implied, watcher
from contracts.model.openapi import complaint_about, documents, is_documented

REFERENCE = documented("vendor reference: response of each operation")


@watcher("answer-is-json", "Every answer with a body is JSON and says so.", REFERENCE)
def answer_is_json(exchange: Exchange) -> Complaint | None:
    """Watch the content type and that the body parses."""
    if not exchange.reply.body or exchange.request.method == "HEAD":
        return None
    kind = (exchange.reply.header("content-type") or "").split(";")[0].strip().lower()
    if kind == "application/json" and not isinstance(exchange.answer, bytes):
        return None
    return Complaint("an application/json body", f"{kind or 'no type'}: {exchange.summary()}")


@watcher(
    "answer-fits-schema",
    "Every answer validates against the published document.",
    documented("vendor reference and OpenAPI schemas"),
)
def answer_fits_schema(exchange: Exchange) -> Complaint | None:
    """Watch every body for which the document has a schema."""
    operation, seed = exchange.prediction.operation, crc32(exchange.reply.body)
    found = complaint_about(operation, exchange.status, exchange.answer, seed)
    return Complaint(*found) if found else None


@watcher(
    "status-is-documented",
    "Every status is one that the document lists for the operation.",
    documented("vendor reference: Errors of each operation; 401 by the vendor's auth guide"),
)
def status_is_documented(exchange: Exchange) -> Complaint | None:
    """Watch the status of every answer of an operation."""
    operation = exchange.prediction.operation
    if not documents(operation) or is_documented(operation, exchange.status):
        return None
    return Complaint(f"a status documented for {operation}", exchange.summary())


@watcher(
    "answer-holds-no-null",
    "No answer holds null: an optional field with nothing to say is absent.",
    implied("the response schemas of the vendor's reference admit no null"),
)
def answer_holds_no_null(exchange: Exchange) -> Complaint | None:
    """Watch every member of every answer."""
    return _without(_NULL, exchange, "absent, as there is nothing to say")


@watcher(
    "amount-is-integer",
    "Amounts in answers are written as integers of cents.",
    documented("vendor reference: amount_cents is an integer"),
)
def amount_is_integer(exchange: Exchange) -> Complaint | None:
    """Watch every member whose name ends in _cents."""
    return _without(_NO_INTEGER, exchange, "an integer")


@watcher(
    "instant-is-utc",
    "Instants in answers are date-times in UTC, written with Z.",
    implied("every date-time in the vendor's examples is written so"),
)
def instant_is_utc(exchange: Exchange) -> Complaint | None:
    """Watch the two members that are date-times."""
    return _without(_NO_UTC, exchange, "a date-time in UTC with Z")


@watcher(
    "uuid-is-lower-case",
    "Ids in answers are uuids in lower case.",
    implied("every id in the vendor's examples is written so"),
)
def uuid_is_lower_case(exchange: Exchange) -> Complaint | None:
    """Watch every member that is a uuid by its name."""
    return _without(_CAPITAL, exchange, "a uuid in lower case")


# A quoted name before a colon is a member's name wherever it stands in JSON, and the bytes of a
# page are searched in a hundredth of the time that a walk of its values takes. Spaces before a
# value are taken for good (`*+`), or what must not follow would be looked for among them.
_NULL = re.compile(rb'"(\w+)"\s*:\s*(null\b)')
_NO_INTEGER = re.compile(rb'"(\w+_cents)"\s*:\s*+(?!-?\d+\s*[,}\]])([^,}\]]*)')
_UTC = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
_NO_UTC = re.compile(rb'"(refund_timestamp|allocated_on)"\s*:\s*+(?!"' + _UTC + rb'")("?[^",]*)')
_UUIDS = b"|".join(
    (
        rb"non_insurance_payer_(?:refund_)?id",
        rb"(?:allocation|invoice|claim|encounter|service_line|billing_provider)_id",
        rb"created_by_allocation_id",
    )
)
_CAPITAL = re.compile(rb'"(' + _UUIDS + rb')"\s*:\s*("[^"]*[A-Z][^"]*)')


_PART = 6_000
"""Bytes of a long page that are searched at its start, at its end, and at a place in between."""


def _parts(body: bytes) -> Iterator[bytes]:
    """The whole of a short body; of a long one three parts, each up to the end of an object.

    The place of the part in between depends on the body, so that many pages show all places.
    """
    if len(body) <= 3 * _PART:
        yield body
        return
    for start in (0, crc32(body) % (len(body) - _PART), len(body) - _PART):
        yield body[start : body.rfind(b"}", start, start + _PART) + 1]


def _without(wrong: re.Pattern[bytes], exchange: Exchange, expected: str) -> Complaint | None:
    if exchange.status != 200:
        return None
    for part in _parts(exchange.reply.body):
        found = wrong.search(part)
        if found is not None:
            name, value = (group.decode("utf-8", "replace") for group in found.groups())
            return Complaint(f"{name} {expected}", value)
    return None


@watcher(
    "delete-answers-empty",
    "A delete that succeeds has no body.",
    documented("vendor reference: delete returns nothing"),
)
def delete_answers_empty(exchange: Exchange) -> Complaint | None:
    """Watch every successful delete."""
    if exchange.prediction.operation != "delete" or exchange.status != 200:
        return None
    return Complaint("an empty body", exchange.summary()) if exchange.reply.body else None


LAWS: tuple[Law, ...] = (
    answer_is_json,
    answer_fits_schema,
    status_is_documented,
    answer_holds_no_null,
    amount_is_integer,
    instant_is_utc,
    uuid_is_lower_case,
    delete_answers_empty,
)
