"""Servers that read too much into a request, or fail to read what is right."""

import re
from collections.abc import Callable
from typing import Any

from contracts.targets.target import Request
from tests.defects.defect import (
    Defect,
    each_field,
    heard,
    resent,
    sent,
)
from tests.reference_server import World

AMOUNT, PAYER, STAMP, REASON = (
    "amount_cents",
    "non_insurance_payer_id",
    "refund_timestamp",
    "refund_reason",
)
Heard = Callable[[Request, World], Request]


def _reads(name: str, sentence: str, field: str, change: Callable[[Any], Any]) -> Defect:
    """A defect in how one field of a create is read; where the amount changes, the parts do not."""
    hook = each_field(field, change)
    return heard(name, sentence)(hook)


def _when(value: Any, new: Any) -> Callable[[Any], Any]:
    return lambda given: new if given == value and type(given) is type(value) else given


def _any_uuid(form: str) -> Heard:
    """Takes a payer id written in one wrong form for the first payer."""

    def heard_otherwise(request: Request, world: World) -> Request:
        body = sent(request)
        payer = body.get(PAYER)
        wrong = isinstance(payer, str) and re.fullmatch(form, payer)
        if request.method != "POST" or not wrong:
            return request
        return resent(request, {**body, PAYER: next(iter(world.state.organization.payers))})

    return heard_otherwise


_NOON = "2024-01-15T12:00:00Z"
_FIELDS = (
    _reads("amount-may-be-text", "Reads an amount from a text.", AMOUNT, _when("1", 100)),
    _reads("amount-may-be-empty", "Reads an empty text as an amount.", AMOUNT, _when("", 100)),
    _reads("amount-is-rounded", "Rounds an amount.", AMOUNT, _when(1.5, 100)),
    _reads("true-is-an-amount", "Reads true as an amount.", AMOUNT, _when(True, 100)),
    _reads(
        "reason-in-any-case",
        "Reads a reason in small letters.",
        REASON,
        _when("overcharged", "OVERCHARGED"),
    ),
    _reads("empty-reason-is-none", "Takes an empty reason for none.", REASON, _when("", None)),
    _reads("note-may-be-a-number", "Writes a number as a note.", "refund_note", _when(5, "5")),
    _reads(
        "check-number-may-be-a-number",
        "Writes a number as a check number.",
        "check_number",
        _when(1, "1"),
    ),
    _reads(
        "timestamp-may-be-a-number",
        "Reads seconds as a timestamp.",
        STAMP,
        _when(1_700_000_000, _NOON),
    ),
    _reads(
        "timestamp-may-be-digits", "Reads digits as a timestamp.", STAMP, _when("1705311000", _NOON)
    ),
    _reads(
        "timestamp-may-be-a-day", "Reads a day as a timestamp.", STAMP, _when("2024-01-15", _NOON)
    ),
    _reads(
        "timestamp-on-an-impossible-day",
        "Reads the 30th of February.",
        STAMP,
        _when("2024-02-30T00:00:00Z", _NOON),
    ),
    _reads("timestamp-at-24", "Reads 24:00.", STAMP, _when("2024-01-15T24:00:00Z", _NOON)),
    _reads(
        "timestamp-in-a-leap-second",
        "Reads second 60.",
        STAMP,
        _when("2024-01-15T23:59:60Z", _NOON),
    ),
    _reads(
        "timestamp-without-seconds",
        "Reads a time without seconds.",
        STAMP,
        _when("2024-01-15T09:30Z", _NOON),
    ),
    _reads(
        "small-t-is-unknown",
        "Refuses a date-time in small letters.",
        STAMP,
        _when("2024-01-15t09:30:00z", "?"),
    ),
    _reads(
        "half-hours-are-too-fine",
        "Refuses an offset of half an hour.",
        STAMP,
        lambda t: "?" if isinstance(t, str) and t.endswith("+05:30") else t,
    ),
    heard("uuid-needs-no-hyphens", "Reads a uuid without hyphens.")(_any_uuid(r"[0-9a-f]{32}")),
    heard("uuid-may-have-braces", "Reads a uuid in braces.")(_any_uuid(r"\{.*\}")),
    heard("uuid-may-be-a-urn", "Reads a uuid as a URN.")(_any_uuid(r"urn:.*")),
)


def _defaults(field: str, value: Any) -> Heard:
    def heard_otherwise(request: Request, world: World) -> Request:
        body = sent(request)
        if request.method != "POST" or not body or field in body:
            return request
        first = next(iter(world.state.organization.payers))
        return resent(request, {**body, field: first if field == PAYER else value})

    return heard_otherwise


_MISSING = (
    heard("payer-is-not-needed", "Takes the first payer for none.")(_defaults(PAYER, None)),
    heard("amount-is-not-needed", "Takes 1 cent for no amount.")(_defaults(AMOUNT, 1)),
)


DEFECTS: tuple[Defect, ...] = (
    *_FIELDS,
    *_MISSING,
)
