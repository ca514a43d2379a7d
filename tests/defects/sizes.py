"""Servers that cut long texts and long lists, split texts, or count in too few bits."""

from collections.abc import Callable
from typing import Any

from contracts.model import Outcome
from contracts.targets.target import Request
from tests.defects.defect import (
    Call,
    Defect,
    Json,
    Pair,
    asked,
    decided,
    heard,
    kept,
    requested,
    resent,
    sent,
)
from tests.reference_server import World

NUMBER, NOTE, PARTS, AMOUNT = "check_number", "refund_note", "allocations", "amount_cents"


def _cut(field: str, size: int, operation: str = "create") -> Defect:
    """A defect that keeps so many letters of a text."""
    what = field.replace("refund_", "").replace("_", " ")
    name = f"{what.replace(' ', '-')}-is-cut-at-{size}"

    def change(call: Call, record: Json) -> Json:
        text = record.get(field)
        return {**record, field: text[:size]} if text is not None else record

    if operation == "update":
        sentence = f"Keeps {size:,} letters of a {what} that is set."
        return kept(f"updated-{name}", sentence, "update")(change)
    return kept(name, f"Keeps {size:,} letters of a {what}.")(change)


def _cut_earmark(call: Call, record: Json) -> Json:
    return {**record, PARTS: [_with_short_earmark(part) for part in record[PARTS]]}


def _with_short_earmark(part: Json) -> Json:
    if "earmark" not in part:
        return part
    target = part["earmark"]["target"]
    short = {**target, "value": target["value"][:64]}
    return {**part, "earmark": {**part["earmark"], "target": short}}


_TEXTS = (
    _cut(NUMBER, 32),
    _cut(NUMBER, 64),
    _cut(NUMBER, 100),
    _cut(NUMBER, 255),
    _cut(NOTE, 1000),
    _cut(NOTE, 65_535),
    _cut(NOTE, 65_535, "update"),
    kept("earmark-is-cut-at-64", "Keeps 64 letters of an earmark's encounter.")(_cut_earmark),
)


def _first_parts(most: int) -> Callable[[Call, Json], Json]:
    return lambda call, record: {**record, PARTS: record[PARTS][:most]}


_LISTS = tuple(
    kept(f"allocations-beyond-{most}-are-dropped", f"Keeps {most} allocations.")(_first_parts(most))
    for most in (10, 20, 99)
)


def _numbers(change: Callable[[list[str]], list[str]]) -> Callable[[Request, World], Request]:
    """A hook that changes the check numbers of a list."""

    def heard_otherwise(request: Request, world: World) -> Request:
        pairs: list[Pair] = asked(request)
        numbers = [value for name, value in pairs if name == NUMBER]
        changed = change(numbers)
        if request.method != "GET" or changed == numbers:
            return request
        rest = [pair for pair in pairs if pair[0] != NUMBER]
        return requested(request, rest + [(NUMBER, number) for number in changed])

    return heard_otherwise


def _split(sign: str) -> Callable[[list[str]], list[str]]:
    return lambda numbers: [part for number in numbers for part in number.split(sign)]


def _limited(request: Request) -> Request:
    pairs = asked(request)
    names = dict(pairs).keys()
    due = request.method == "GET" and NUMBER in names and "limit" not in names
    return requested(request, [*pairs, ("limit", "101")]) if due else request


_FILTERS = (
    heard("check-numbers-split-at-commas", "Takes a,b for two check numbers.")(
        _numbers(_split(","))
    ),
    heard("check-numbers-split-at-semicolons", "Takes a;b for two check numbers.")(
        _numbers(_split(";"))
    ),
    heard("check-numbers-split-at-bars", "Takes a|b for two check numbers.")(_numbers(_split("|"))),
    heard("check-number-is-decoded-twice", "Decodes a check number once more.")(
        _numbers(lambda numbers: [number.replace("%2C", ",") for number in numbers])
    ),
    heard("default-limit-is-101", "Sends 101 rows of a check number where no limit is given.")(
        lambda request, _world: _limited(request)
    ),
    heard("ten-check-numbers-count", "Looks for ten check numbers at most.")(
        _numbers(lambda numbers: numbers[:10])
    ),
    heard("twenty-check-numbers-count", "Looks for twenty check numbers at most.")(
        _numbers(lambda numbers: numbers[:20])
    ),
)


@decided("hundredth-check-number-is-refused", "Refuses a list of 100 check numbers.")
def _too_many(call: Call, outcome: Outcome) -> Outcome:
    numbers = [name for name, _ in asked(call.request) if name == NUMBER]
    many = call.operation == "get_multi" and len(numbers) > 99
    return Outcome(422, "UnprocessableEntityError", "query-shape") if many else outcome


def _wrapped(bits: int) -> Callable[[Request, World], Request]:
    """Reads amounts as a machine with so many bits does."""

    def read(value: Any) -> Any:
        big = isinstance(value, int) and abs(value) >= 1 << bits
        return value % (1 << bits) if big else value

    def heard_otherwise(request: Request, world: World) -> Request:
        body = sent(request)
        parts = body.get(PARTS)
        if request.method != "POST" or not isinstance(parts, list) or AMOUNT not in body:
            return request
        new = [{**part, AMOUNT: read(part.get(AMOUNT))} for part in parts]
        changed = {**body, AMOUNT: read(body[AMOUNT]), PARTS: new}
        return request if changed == body else resent(request, changed)

    return heard_otherwise


_AMOUNTS = (
    heard("amount-wraps-at-32-bits", "Keeps the lowest 32 bits of an amount.")(_wrapped(32)),
    heard("amount-wraps-at-64-bits", "Keeps the lowest 64 bits of an amount.")(_wrapped(64)),
)


@decided("all-that-was-paid-is-too-much", "Refuses to refund exactly what was paid.", "strict")
def _edge(call: Call, outcome: Outcome) -> Outcome:
    if call.operation != "create" or outcome.status != 200:
        return outcome
    state, payer = call.world.state, call.sent["non_insurance_payer_id"]
    known = (refund.amount for refund in state.refunds.values() if refund.payer == payer)
    if call.sent[AMOUNT] + sum(known) != state.organization.paid_cents.get(payer):
        return outcome
    return Outcome(422, "UnprocessableEntityError", "refund-within-payments")


ECHO: tuple[Defect, ...] = _TEXTS
SUM: tuple[Defect, ...] = (*_LISTS, _edge)
FILTER: tuple[Defect, ...] = (*_FILTERS, _too_many)
PARSING: tuple[Defect, ...] = _AMOUNTS
