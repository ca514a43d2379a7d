"""Servers that write the fields of an answer otherwise."""

import re
from collections.abc import Callable

from contracts.model import ID
from contracts.targets.target import Reply, Request
from tests.defects.defect import Defect, Json, in_bytes, rewritten, said, told
from tests.defects.envelope import Change, at


def _sub(pattern: str, new: str) -> Change:
    return lambda reply: in_bytes(reply, re.sub(pattern, new, reply.body.decode()).encode())


_STAMP = r'"refund_timestamp":"([^"]*)Z"'
_WRITING = (
    at("amount-is-text", "Writes amounts as texts.", _sub(r'_cents":(\d+)', r'_cents":"\1"'), 200),
    at(
        "amount-is-a-float",
        "Writes amounts as 100.0.",
        _sub(r'_cents":(\d+)', r'_cents":\1.0'),
        200,
    ),
    at(
        "instant-has-an-offset",
        "Writes +00:00 for Z.",
        _sub(_STAMP, r'"refund_timestamp":"\1+00:00"'),
        200,
    ),
    at(
        "id-is-loud",
        "Writes ids of refunds in capitals.",
        lambda r: in_bytes(
            r, re.sub(rb'(refund_id":")([^"]*)', lambda m: m[1] + m[2].upper(), r.body)
        ),
        200,
    ),
    at(
        "payer-is-loud",
        "Writes ids of payers in capitals.",
        lambda r: in_bytes(
            r, re.sub(rb'(payer_id":")([^"]*)', lambda m: m[1] + m[2].upper(), r.body)
        ),
        200,
    ),
    at(
        "id-has-no-hyphens",
        "Writes ids of refunds without hyphens.",
        lambda r: in_bytes(
            r, re.sub(rb'(refund_id":")([^"]*)', lambda m: m[1] + m[2].replace(b"-", b""), r.body)
        ),
        200,
    ),
)


@told("absent-is-null", "Answers null for an optional field that is not there.")
def _nulls(record: Json) -> Json:
    return {"refund_note": None, **record}


@told("earmark-is-null", "Answers null for an earmark that is not there.")
def _null_earmark(record: Json) -> Json:
    parts = [{"earmark": None, **part} for part in record["allocations"]]
    return {**record, "allocations": parts}


@told("amount-is-left-out", "Leaves the amount out of an answer.")
def _no_amount(record: Json) -> Json:
    return {key: value for key, value in record.items() if key != "amount_cents"}


@told("name-in-camel-case", "Writes refundNote for refund_note.")
def _camel(record: Json) -> Json:
    return {("refundNote" if key == "refund_note" else key): v for key, v in record.items()}


def _with_point(record: Json) -> Json:
    return {**record, "amount_cents": float(record["amount_cents"])}


@told("allocation-day-has-an-offset", "Writes +00:00 for Z in allocated_on.")
def _offset(record: Json) -> Json:
    parts = record["allocations"]
    day = {"allocated_on": "2024-01-15T09:30:00+00:00"}
    return {**record, "allocations": [{**part, **day} for part in parts]}


def _with_short_payer(record: Json) -> Json:
    return {**record, "non_insurance_payer": {**record["non_insurance_payer"], "payer_id": "x"}}


_short = told("payer-id-is-short", "Shows a payer with a payer_id of one letter.")(
    _with_short_payer
)


def _with_text(record: Json) -> Json:
    return {**record, "amount_cents": str(record["amount_cents"])}


def _in_one_row(
    name: str, sentence: str, change: Callable[[Json], Json], row: int, *, shortest: int
) -> Defect:
    """A defect in one row of each page of so many rows or more."""

    def said_otherwise(request: Request, reply: Reply) -> Reply:
        items = reply.json()["items"]
        if len(items) < shortest:
            return reply
        rows = [*items]
        rows[row] = change(rows[row])
        return rewritten(reply, {**reply.json(), "items": rows})

    return said(name, sentence)(said_otherwise)


_ROWS = (
    _in_one_row(
        "last-amount-is-text",
        "Writes the amount of the last row as a text, in pages of six rows or more.",
        _with_text,
        -1,
        shortest=6,
    ),
    _in_one_row(
        "sixth-payer-id-is-short",
        "Shows a payer with a payer_id of one letter in the sixth row of a page.",
        _with_short_payer,
        5,
        shortest=6,
    ),
    _in_one_row(
        "last-amount-has-a-point",
        "Writes the amount of the last row as 100.0, in pages of 20 or more.",
        _with_point,
        -1,
        shortest=20,
    ),
)


@said("answer-is-wrapped", "Wraps an answer in data.")
def _wrapped(request: Request, reply: Reply) -> Reply:
    mine = reply.status == 200 and ID.encode() in reply.body
    return rewritten(reply, {"data": reply.json()}) if mine else reply


@said("page-is-a-list", "Answers a list with the bare rows.")
def _bare(request: Request, reply: Reply) -> Reply:
    answer = reply.json_or_none()
    if reply.status != 200 or not isinstance(answer, dict) or "items" not in answer:
        return reply
    return rewritten(reply, answer["items"])


@said("page-counts-itself", "Answers a list's rows under results.")
def _results(request: Request, reply: Reply) -> Reply:
    if reply.status != 200 or not reply.body.startswith(b'{"items"'):
        return reply
    return in_bytes(reply, reply.body.replace(b'"items"', b'"results"', 1))


@said("answer-is-cut", "Cuts long answers.")
def _cut(request: Request, reply: Reply) -> Reply:
    return in_bytes(reply, reply.body[:3000]) if len(reply.body) > 3000 else reply


DEFECTS: tuple[Defect, ...] = (
    *_WRITING,
    _nulls,
    _null_earmark,
    _no_amount,
    _camel,
    _offset,
    _short,
    *_ROWS,
    _wrapped,
    _bare,
    _results,
    _cut,
)
