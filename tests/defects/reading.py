"""Servers that read the bytes of a request otherwise: its body, its path and its query."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

from contracts.model import REFUNDS, Outcome
from contracts.targets.target import Request
from tests.defects.defect import (
    Call,
    Defect,
    by_rules,
    decided,
    heard,
    requested,
    sent,
)
from tests.reference_server import World

PAYER = "non_insurance_payer_id"
Heard = Callable[[Request, World], Request]


def _body(change: Callable[[bytes], bytes], *methods: str) -> Heard:
    def heard_otherwise(request: Request, world: World) -> Request:
        body = request.body or b""
        if not body or (methods and request.method not in methods):
            return request
        return replace(request, body=change(body))

    return heard_otherwise


def _utf16(body: bytes) -> bytes:
    return body.decode("utf-16").encode() if body.startswith((b"\xff\xfe{", b"{\x00")) else body


def _unless(test: Callable[[bytes], object]) -> Callable[[bytes], bytes]:
    """Refuses a body that passes a test."""
    return lambda body: b"?" if test(body) else body


def _loosely(body: bytes) -> bytes:
    return body if _is_json(body) else re.sub(rb",\s*([}\]])", rb"\1", body)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _shuffled(body: bytes) -> object:
    keys = list(json.loads(body)) if _is_json(body) and body.strip().startswith(b"{") else []
    return keys and keys[0] != PAYER and PAYER in keys


def _target_backwards(body: bytes) -> object:
    return re.search(rb'"target":\{[^{}]*\},"amount_cents"', body)


_BODIES = (
    heard("mark-is-skipped", "Skips a byte order mark.")(
        _body(lambda b: b.removeprefix(b"\xef\xbb\xbf"))
    ),
    heard("utf-16-is-read", "Reads UTF-16.")(_body(_utf16)),
    heard("nan-is-null", "Reads NaN.")(_body(lambda b: b.replace(b"NaN", b"null"))),
    heard("last-comma-is-skipped", "Skips a comma behind the last member.")(_body(_loosely)),
    heard("rest-is-skipped", "Skips what comes behind the object.")(
        _body(lambda b: b.removesuffix(b" trailing"))
    ),
    heard("list-is-nothing", "Takes a list for an empty object.")(
        _body(lambda b: b"{}" if b == b"[]" else b, "PATCH")
    ),
    heard("bad-bytes-are-nothing", "Skips bytes that are no UTF-8.")(
        _body(lambda b: b"{}" if b.endswith(b"\xff}") else b, "PATCH")
    ),
    heard("keys-come-in-order", "Wants the payer to come first.")(
        _body(_unless(_shuffled), "POST")
    ),
    heard("target-comes-last", "Wants an amount to stand before its target.")(
        _body(_unless(_target_backwards), "POST")
    ),
    heard("no-tabs", "Does not know a tab as white space.")(
        _body(_unless(lambda b: b"\n\t" in b), "POST")
    ),
    heard("escaped-slash-is-unknown", "Does not know an escaped slash.")(
        _body(_unless(lambda b: b"\\/" in b), "POST")
    ),
    heard("pairs-are-unknown", "Does not know a surrogate pair.")(
        _body(_unless(lambda b: b"\\ud83d\\udcb8" in b), "POST")
    ),
    heard("100.0-is-no-integer", "Does not read 100.0.")(
        _body(_unless(lambda b: b":100.0" in b), "POST")
    ),
    heard("body-ends-at-16-kib", "Refuses a body of more than 16 KiB.")(
        _body(_unless(lambda b: len(b) > 16_384), "POST")
    ),
)


@decided("capitals-in-a-payer-are-unknown", "Does not find a payer by its id in capitals.")
def _loud_payer(call: Call, outcome: Outcome) -> Outcome:
    payer = str(call.sent.get(PAYER))
    if call.operation != "create" or outcome.status != 200 or payer == payer.lower():
        return outcome
    return Outcome(404, "EntityNotFoundError", "payer-exists", payer)


@decided("capitals-in-a-path-are-unknown", "Does not find a refund by its id in capitals.")
def _loud_path(call: Call, outcome: Outcome) -> Outcome:
    target = call.prediction.target or ""
    if call.operation != "get" or outcome.status != 200 or target == target.lower():
        return outcome
    return Outcome(404, "EntityNotFoundError", "refund-exists", target)


@decided("escapes-in-a-path-are-unknown", "Does not decode the path.")
def _raw_path(call: Call, outcome: Outcome) -> Outcome:
    if outcome.status != 200 or "%" not in call.request.path:
        return outcome
    return Outcome(404, "EntityNotFoundError", "refund-exists", call.prediction.target)


def _query(change: Callable[[str], str]) -> Heard:
    def heard_otherwise(request: Request, world: World) -> Request:
        text = request.query_text
        new = change(text)
        return request if new == text else replace(request, query=new)

    return heard_otherwise


def _once(request: Request, world: World) -> Request:
    from tests.defects.defect import asked

    pairs = asked(request)
    rest = dict(pairs)
    once = [pair for pair in pairs if pair[0] == "check_number"]
    once += [pair for pair in rest.items() if pair[0] != "check_number"]
    return request if len(once) == len(pairs) else requested(request, once)


def _limit_last(text: str) -> str:
    names = [pair.partition("=")[0] for pair in text.split("&")]
    late = "limit" in names and "check_number" in names[names.index("limit") :]
    return re.sub(r"limit=\d+&?", "", text) + "&limit=0" if late else text


_QUERIES = (
    heard("plus-is-a-plus", "Does not read a plus in a query as a blank.")(
        _query(lambda t: t.replace("+", "%2B"))
    ),
    heard("blank-is-a-plus", "Reads %20 as a plus.")(_query(lambda t: t.replace("%20", "%2B"))),
    heard("ampersand-always-parts", "Parts a query at an encoded ampersand.")(
        _query(lambda t: t.replace("%26", "&"))
    ),
    heard("check-number-comes-last", "Refuses a check number behind a limit.")(_query(_limit_last)),
    heard("last-limit-counts", "Takes the last of two limits.")(_once),
    heard("said-default-is-unknown", "Refuses a default that is said.")(
        _query(lambda t: t.replace("limit=100&sort=refund_timestamp", "limit=0"))
    ),
)


@heard("null-is-no-value", "Refuses a null for an optional field.")
def _no_null(request: Request, world: World) -> Request:
    body = sent(request)
    optional = ("refund_timestamp", "refund_note", "check_number", "refund_reason", "invoice_id")
    nulls = request.method == "POST" and any(body.get(name, 1) is None for name in optional)
    return replace(request, body=b"{}") if nulls and REFUNDS in request.path else request


_RULES = (
    by_rules("amount-is-unbounded", "Lets amounts beyond 32 bits in.", amount_int32="off"),
    by_rules(
        "local-time-is-refused",
        "Refuses a timestamp without an offset.",
        timestamp_offset="enforce",
    ),
)


DEFECTS: tuple[Defect, ...] = (
    *_BODIES,
    _loud_payer,
    _loud_path,
    _raw_path,
    *_QUERIES,
    _no_null,
    *_RULES,
)
