"""Servers whose lists take in too many refunds, or too few."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from contracts.model import ID, Outcome, Refund
from contracts.model.page import Page
from contracts.model.query import ListQuery
from contracts.targets.target import Request
from tests.defects.defect import (
    Call,
    Defect,
    asked,
    decided,
    each_parameter,
    heard,
    paged,
    requested,
    shown,
)
from tests.reference_server import World


class Bent(ListQuery):
    """A query that is equal to the right one, and has something else in it."""

    __slots__ = ()
    __hash__ = ListQuery.__hash__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ListQuery):
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(ListQuery))


def bent(query: type[Bent]) -> Callable[[Page], Page]:
    """A hook `paged` that serves from another kind of query."""

    def change(page: Page) -> Page:
        values = {f.name: getattr(page.query, f.name) for f in fields(ListQuery)}
        return replace(page, query=query(**values))

    return change


PAYER = "non_insurance_payer_id"
Test = Callable[[str, frozenset[str]], object]


def _numbers(name: str, sentence: str, found: Test) -> Defect:
    """A defect in how check numbers are compared; others of the filters stay right."""

    class Query(Bent):
        __slots__ = ()

        def matches(self, refund: Refund) -> bool:
            rest = ListQuery(self.payer, self.invoice).matches(refund)
            number = refund.check_number
            numbers = self.check_numbers
            return rest and (not numbers or (number is not None and bool(found(number, numbers))))

    return paged(name, sentence)(bent(Query))


def _as_number(text: str) -> str:
    return text.strip().lstrip("0")


_NUMBERS = (
    _numbers(
        "check-number-by-its-beginning",
        "Finds check numbers that begin with the one asked for.",
        lambda number, asked_for: any(number.startswith(text) for text in asked_for),
    ),
    _numbers(
        "check-number-by-a-part",
        "Finds check numbers that hold the one asked for.",
        lambda number, asked_for: any(text in number for text in asked_for),
    ),
    _numbers(
        "check-number-in-any-case",
        "Finds check numbers whatever their case.",
        lambda number, asked_for: number.lower() in {text.lower() for text in asked_for},
    ),
    _numbers(
        "check-number-by-its-value",
        "Compares check numbers as numbers.",
        lambda number, asked_for: _as_number(number) in {_as_number(text) for text in asked_for},
    ),
    _numbers(
        "check-number-by-255-letters",
        "Compares 255 letters of check numbers.",
        lambda number, asked_for: number[:255] in {text[:255] for text in asked_for},
    ),
    _numbers(
        "first-check-number-counts",
        "Looks for the least of several check numbers.",
        lambda number, asked_for: number == min(asked_for),
    ),
)


def _query(name: str, sentence: str, matches: Callable[[ListQuery, Refund], bool]) -> Defect:
    class Query(Bent):
        __slots__ = ()

        def matches(self, refund: Refund) -> bool:
            return matches(self, refund)

    return paged(name, sentence)(bent(Query))


def _any(query: ListQuery, refund: Refund) -> bool:
    tests = (
        (query.payer, refund.payer == query.payer),
        (query.invoice, refund.invoice == query.invoice),
        (query.check_numbers, refund.check_number in query.check_numbers),
    )
    given = [held for wanted, held in tests if wanted]
    return not given or any(given)


def _absent_too(query: ListQuery, refund: Refund) -> bool:
    return ListQuery.matches(query, refund) or (
        query.invoice is not None
        and refund.invoice is None
        and replace(ListQuery(query.payer, None, query.check_numbers)).matches(refund)
    )


_QUERIES = (
    _query("any-filter-will-do", "Finds what one of several filters finds.", _any),
    _query("no-invoice-is-any", "Finds refunds without an invoice under each.", _absent_too),
)


def _ignored(name: str) -> Callable[[str, str], tuple[str, str] | None]:
    return lambda key, value: None if key == name else (key, value)


_IGNORED = (
    heard("filter-by-payer-is-ignored", "Ignores the filter by payer.")(
        each_parameter(_ignored(PAYER))
    ),
    heard("filter-by-invoice-is-ignored", "Ignores the filter by invoice.")(
        each_parameter(_ignored("invoice_id"))
    ),
    heard("empty-check-number-is-none", "Takes an empty check number for no filter.")(
        each_parameter(lambda k, v: None if (k, v) == ("check_number", "") else (k, v))
    ),
    heard("payer-word-is-ignored", "Ignores a filter by payer that is no uuid.")(
        each_parameter(lambda k, v: None if (k, v) == (PAYER, "me") else (k, v))
    ),
    heard("capitals-in-an-invoice-find-nothing", "Finds nothing by an invoice in capitals.")(
        each_parameter(
            lambda k, v: (k, f"{v[:-1]}f") if k == "invoice_id" and v != v.lower() else (k, v)
        )
    ),
    heard("capitals-in-a-payer-find-nothing", "Finds nothing by a payer in capitals.")(
        each_parameter(lambda k, v: (k, f"{v[:-1]}f") if k == PAYER and v != v.lower() else (k, v))
    ),
    heard("invoice-number-is-ignored", "Ignores a filter by invoice that is a number.")(
        each_parameter(lambda k, v: None if k == "invoice_id" and v.isdecimal() else (k, v))
    ),
)


@heard("last-check-number-counts", "Takes the last of several check numbers.")
def _last(request: Request, world: World) -> Request:
    pairs = asked(request)
    numbers = [pair for pair in pairs if pair[0] == "check_number"]
    if len(numbers) < 2:
        return request
    return requested(request, [p for p in pairs if p[0] != "check_number"] + numbers[-1:])


@decided("unknown-payer-in-filter-is-404", "Answers a filter by an unknown payer with 404.")
def _unknown_payer(call: Call, outcome: Outcome) -> Outcome:
    payer = call.query.get(PAYER)
    known = call.world.state.organization.payers
    if call.operation != "get_multi" or outcome.status != 200 or payer is None or payer in known:
        return outcome
    return Outcome(404, "EntityNotFoundError", "payer-exists", payer)


@shown("filter-comes-after-the-page", "Cuts the page before it filters by check number.")
def _late(call: Call, body: Any) -> Any:
    number = call.query.get("check_number")
    if call.operation != "get_multi" or number is None or "page_token" in call.query:
        return body
    query = replace(call.prediction.expected.query, check_numbers=frozenset())  # type: ignore[attr-defined]
    rows = query.rows(call.world.state)[: int(call.query.get("limit", 100))]
    return {**body, "items": [row.body for row in rows if row.check_number == number]}


@shown("filter-by-invoice-is-stale", "Filters by the invoice that a refund was created with.")
def _stale(call: Call, body: Any) -> Any:
    if call.operation == "create":
        call.memory[body[ID]] = body.get("invoice_id")
    invoice = call.query.get("invoice_id") if call.operation == "get_multi" else None
    if invoice is None:
        return body
    rows = [row for row in body["items"] if call.memory.get(row[ID], invoice) == invoice]
    return {**body, "items": rows}


DEFECTS: tuple[Defect, ...] = (
    *_NUMBERS,
    *_QUERIES,
    *_IGNORED,
    _last,
    _unknown_payer,
    _late,
    _stale,
)
