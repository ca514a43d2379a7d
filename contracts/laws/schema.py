"""What every answer's form must be, whatever was asked; none of these sends a request."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from zlib import crc32

from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Complaint
from contracts.laws.define import assumed, documented, implied, watcher
from contracts.model.openapi import (
    complaint_about,
    documents,
    fits,
    is_documented,
    member_names,
)
from contracts.targets.json_body import Part

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
    operation = exchange.prediction.operation
    if fits(operation, exchange.status, judged_parts(exchange)):
        return None
    rows = judged_rows(exchange)
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
    return _without(exchange, "absent, as there is nothing to say", _NULL)


@watcher(
    "Amounts in answers are written as integers of cents.",
    documented("vendor reference: amount_cents is an integer"),
)
def amount_is_integer(exchange: Exchange) -> Complaint | None:
    """Watch every member whose name ends in _cents."""
    return _without(exchange, "an integer", _NO_INTEGER)


@watcher(
    "Instants in answers are date-times in UTC, written with Z.",
    assumed("every date-time in the vendor's examples is written so; the type admits any offset"),
)
def instant_is_utc(exchange: Exchange) -> Complaint | None:
    """Watch the two members that are date-times."""
    return _without(exchange, "a date-time in UTC with Z", *_NO_UTC)


@watcher(
    "Ids in answers are uuids in lower case.",
    assumed("every id in the vendor's examples is written so; the type admits any case"),
)
def uuid_is_lower_case(exchange: Exchange) -> Complaint | None:
    """Watch every member that is a uuid by its name."""
    return _without(exchange, "a uuid in lower case", _CAPITAL)


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """Members with a value that they must not have, found by a pattern.

    `names` holds the members that count; None for all that the document has.
    """

    pattern: re.Pattern[bytes]
    names: Collection[str] | None = None

    def first(self, part: Part) -> tuple[str, str] | None:
        """The first such member of a part, with its value."""
        body = part.body
        for found in self.pattern.finditer(body):
            start = body.rindex(b'"', 0, found.start()) + 1
            name = body[start : body.index(b'"', start)].decode("utf-8", "replace")
            if name in (self.names or member_names()):
                return name, found[1].decode("utf-8", "replace")
        return None


# A quoted name before a colon is a member's name wherever it stands in JSON, and bytes are
# searched in a hundredth of the time that a walk of its values takes. Each pattern begins with the
# end of a name, as letters are searched for faster than alternatives. Spaces before a value are
# taken for good (`*+`), or what must not follow would be looked for among them.
_UUIDS = frozenset(
    (
        "allocation_id",
        "billing_provider_id",
        "claim_id",
        "created_by_allocation_id",
        "encounter_id",
        "invoice_id",
        "non_insurance_payer_id",
        "non_insurance_payer_refund_id",
        "service_line_id",
    )
)


def _wrong(pattern: bytes, names: Collection[str] | None = None) -> Wrong:
    return Wrong(re.compile(pattern), names)


_NULL = _wrong(rb'"\s*:\s*(null\b)')
_NO_INTEGER = _wrong(rb'_cents"\s*:\s*+(?!-?\d+\s*[,}\]])([^,}\]]*)')
_NOT_UTC = rb'"\s*:\s*+(?!"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")("?[^",]*)'
_NO_UTC = tuple(_wrong(name + _NOT_UTC) for name in (b"refund_timestamp", b"allocated_on"))
_CAPITAL = _wrong(rb'_id"\s*:\s*("[^"A-Z]*+[A-Z][^"]*)', _UUIDS)


def _without(exchange: Exchange, expected: str, *wrong: Wrong) -> Complaint | None:
    """Complain of the first wrong member of an answer."""
    if exchange.status != 200:
        return None
    parts = judged_parts(exchange)
    for one in wrong:
        for part in parts:
            found = part.once(one, one.first)
            if found is not None:
                return Complaint(f"{found[0]} {expected}", found[1])
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


def judged_parts(exchange: Exchange) -> Sequence[Part]:
    """The parts of an answer that the laws here judge: all of its bytes where they are no JSON."""
    if not exchange.reply.body:
        return ()
    try:
        parts = exchange.reply.parts()
    except ValueError:
        return (Part(exchange.reply.body, None),)
    rows = judged_rows(exchange) if len(parts) > MOST_ROWS else None
    return parts if rows is None else (parts[0], *(parts[row + 1] for row in rows))


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
