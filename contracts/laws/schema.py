"""What every answer's form must be, whatever was asked; none of these sends a request."""

import json
import re
from collections.abc import Sequence
from random import Random
from zlib import crc32

from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Complaint
from contracts.laws.define import assumed, documented, implied, watcher
from contracts.model.openapi import (
    complaint_about,
    documents,
    is_documented,
    member_names,
    with_rows,
)

REFERENCE = documented("vendor reference: response of each operation")


@watcher("Every answer with a body is JSON and says so.", REFERENCE)
def answer_is_json(exchange: Exchange) -> Complaint | None:
    """Watch the content type and that the body parses."""
    if not exchange.reply.body or exchange.request.method == "HEAD":
        return None
    kind = (exchange.reply.header("content-type") or "").split(";")[0].strip().lower()
    if kind == "application/json" and not isinstance(exchange.answer, bytes):
        return None
    return Complaint("an application/json body", f"{kind or 'no type'}: {exchange.summary()}")


@watcher(
    "Every answer validates against the published document.",
    documented("vendor reference and OpenAPI schemas"),
)
def answer_fits_schema(exchange: Exchange) -> Complaint | None:
    """Watch every body for which the document has a schema."""
    operation, rows = exchange.prediction.operation, judged_rows(exchange)
    found = complaint_about(operation, exchange.status, exchange.received, rows)
    return Complaint(f"{found[0]}", found[1]) if found else None


@watcher(
    "Every status is one that the document lists for the operation.",
    documented("vendor reference: Errors of each operation; 401 by the vendor's auth guide"),
)
def status_is_documented(exchange: Exchange) -> Complaint | None:
    """Watch the status of every answer of an operation."""
    operation = exchange.prediction.operation
    if not documents(operation) or is_documented(operation, exchange.reply.status):
        return None
    return Complaint(f"a status documented for {operation}", exchange.summary())


@watcher(
    "No answer holds null: an optional field with nothing to say is absent.",
    implied("the response schemas of the vendor's reference admit no null"),
)
def answer_holds_no_null(exchange: Exchange) -> Complaint | None:
    """Watch every member of every answer."""
    return _without(_NULL, exchange, "absent, as there is nothing to say")


@watcher(
    "Amounts in answers are written as integers of cents.",
    documented("vendor reference: amount_cents is an integer"),
)
def amount_is_integer(exchange: Exchange) -> Complaint | None:
    """Watch every member whose name ends in _cents."""
    return _without(_NO_INTEGER, exchange, "an integer")


@watcher(
    "Instants in answers are date-times in UTC, written with Z.",
    assumed("every date-time in the vendor's examples is written so; the type admits any offset"),
)
def instant_is_utc(exchange: Exchange) -> Complaint | None:
    """Watch the two members that are date-times."""
    return _without(_NO_UTC, exchange, "a date-time in UTC with Z")


@watcher(
    "Ids in answers are uuids in lower case.",
    assumed("every id in the vendor's examples is written so; the type admits any case"),
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


def _without(wrong: re.Pattern[bytes], exchange: Exchange, expected: str) -> Complaint | None:
    if exchange.status != 200:
        return None
    body, rows = exchange.reply.body, judged_rows(exchange)
    if rows is not None:
        body = json.dumps(with_rows(exchange.received, rows)).encode()
    for found in wrong.finditer(body):
        name, value = (group.decode("utf-8", "replace") for group in found.groups())
        if name in member_names():
            return Complaint(f"{name} {expected}", value)
    return None


MOST_ROWS = 100
"""A page of more rows is judged by so many of them; it is also the default limit of a page."""
_ENDS = 10


def judged_rows(exchange: Exchange) -> Sequence[int] | None:
    """Choose the rows of a long page that the laws here judge; None where they judge the whole.

    These are the first ten, the last ten and eighty between them. The bytes of the page seed the
    draw, so that the same page is judged by the same rows again.
    """
    count = len(exchange.items)
    if count <= MOST_ROWS:
        return None
    between = range(_ENDS, count - _ENDS)
    drawn = Random(crc32(exchange.reply.body)).sample(between, MOST_ROWS - 2 * _ENDS)
    return (*range(_ENDS), *sorted(drawn), *range(count - _ENDS, count))


@watcher(
    "A delete that succeeds has no body.", documented("vendor reference: delete returns nothing")
)
def delete_answers_empty(exchange: Exchange) -> Complaint | None:
    """Watch every successful delete."""
    if exchange.prediction.operation != "delete" or exchange.status != 200:
        return None
    return Complaint("an empty body", exchange.summary()) if exchange.reply.body else None


LAWS = (
    answer_is_json,
    answer_fits_schema,
    status_is_documented,
    answer_holds_no_null,
    amount_is_integer,
    instant_is_utc,
    uuid_is_lower_case,
    delete_answers_empty,
)
