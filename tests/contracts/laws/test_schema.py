"""The laws on an answer's form judge the ends of a long page, and rows drawn between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Complaint
from contracts.laws import schema
from contracts.laws.schema import MOST_ROWS, judged_rows
from contracts.model import REFUNDS, State, predict
from contracts.model.organization import Organization
from contracts.targets.target import Reply, Request
from mockserver.spec import openapi
from tests.defects import BY_ID
from tests.defects.judge import CHEAP, run_directed

ROW: Mapping[str, Any] = openapi()["components"]["examples"]["Refund"]["value"]
WRONG: Mapping[str, Mapping[str, Any]] = {
    "answer_fits_schema": {"amount_cents": "100"},
    "amount_is_integer": {"amount_cents": 100.0},
    "answer_holds_no_null": {"refund_note": None},
    "instant_is_utc": {"refund_timestamp": "2024-01-15T09:30:00+00:00"},
    "uuid_is_lower_case": {"invoice_id": "AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA"},
}
"""By law, the fields of a row that break it."""
LONG = 999


def page(rows: int, wrong: Mapping[int, Mapping[str, Any]] | None = None) -> Exchange:
    """A list that was answered with so many rows, some of them wrong."""
    items = [{**ROW, **(wrong or {}).get(number, {})} for number in range(rows)]
    request = Request("GET", REFUNDS, query="limit=999")
    state = State(Organization())
    reply = Reply(
        200, (("content-type", "application/json"),), json.dumps({"items": items}).encode()
    )
    return Exchange.of(request, reply, predict(request, state), state)


def complaint(law: str, exchange: Exchange) -> Complaint | None:
    """What a law says about an exchange."""
    watch = getattr(schema, law).watch
    found: Complaint | None = watch(exchange)
    return found


@pytest.mark.parametrize("rows", [1, MOST_ROWS, LONG])
@pytest.mark.parametrize("law", WRONG)
def test_a_right_page_raises_no_alarm(law: str, rows: int) -> None:
    """However long it is."""
    assert complaint(law, page(rows)) is None


@pytest.mark.parametrize("row", [0, 5, 50, MOST_ROWS - 1])
@pytest.mark.parametrize("law", WRONG)
def test_a_page_of_the_default_limit_is_judged_whole(law: str, row: int) -> None:
    """One wrong row is found wherever it is."""
    assert complaint(law, page(MOST_ROWS, {row: WRONG[law]}))


@pytest.mark.parametrize("row", [0, 5, 9, LONG - 10, LONG - 1])
@pytest.mark.parametrize("law", WRONG)
def test_the_ends_of_a_long_page_are_judged(law: str, row: int) -> None:
    """The first ten rows and the last ten always are."""
    assert complaint(law, page(LONG, {row: WRONG[law]}))


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_stretch_within_a_long_page_is_found(law: str) -> None:
    """The rows drawn between the ends reach into a third of the page."""
    assert complaint(law, page(LONG, dict.fromkeys(range(400, 700), WRONG[law])))


def test_as_many_rows_are_judged_of_any_long_page() -> None:
    """None of them twice, in their order, and other rows where the page is another."""
    drawn = []
    for count in (MOST_ROWS + 1, LONG, LONG + 1):
        rows = judged_rows(page(count))
        assert rows is not None
        assert len(rows) == MOST_ROWS
        assert list(rows) == sorted(set(rows))
        assert (rows[0], rows[-1]) == (0, count - 1)
        drawn.append(rows[:-10])
    assert drawn[1] != drawn[2]


def test_each_row_is_judged_in_some_page() -> None:
    """No place of a long page is out of reach."""
    pages = [page(300, {0: {"amount_cents": number}}) for number in range(40)]
    assert set().union(*(judged_rows(one) or () for one in pages)) == set(range(300))


def test_the_same_page_is_judged_by_the_same_rows() -> None:
    """So a replay finds what the run found."""
    assert judged_rows(page(LONG)) == judged_rows(page(LONG))


@pytest.mark.parametrize("row", [3, LONG - 1])
def test_the_place_is_the_row_of_the_page(row: int) -> None:
    """And not its place among the rows that were judged."""
    found = complaint("answer_fits_schema", page(LONG, {row: WRONG["answer_fits_schema"]}))
    assert found is not None
    assert found.received == f"at /items/{row}/amount_cents"


@pytest.mark.parametrize(
    ("defect", "law"),
    [
        ("last-amount-is-text", "answer-fits-schema"),
        ("last-amount-is-text", "amount-is-integer"),
        ("sixth-payer-id-is-short", "answer-fits-schema"),
        ("last-amount-has-a-point", "amount-is-integer"),
    ],
)
def test_a_defect_in_a_later_row_breaks_the_law(defect: str, law: str) -> None:
    """On a server that writes the rows before it right."""
    assert law in run_directed(BY_ID[defect], CHEAP).laws()
