"""The list: how many, which and in what order; page tokens have tests of their own."""

from __future__ import annotations

from itertools import product

import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.api.conftest import Make
from tests.api.listing import ORDERS, ids, many, ordered, selected
from tests.client import Client, stand_in
from tests.organization import INVOICE, MODEST, OTHER_INVOICE, OTHER_PAYER, PAYER, UNKNOWN, Json

COUNT = 211
"""Enough that a filter's view of them is kept, and not only made."""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A stand-in with 1,001 refunds, which these tests only read."""
    return stand_in(tmp_path_factory.mktemp("crowd"), many(1_001))


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A stand-in with fewer refunds, which these tests only read."""
    return stand_in(tmp_path_factory.mktemp("group"), many(COUNT))


@pytest.fixture(scope="module")
def refunds(group: Client) -> list[Json]:
    """All of the group's in the order of their creation, got one by one."""
    return [group.get(refund_id).json for refund_id in ids(many(COUNT)["refunds"])]


@pytest.mark.parametrize("limit", [1, 2, 99, 100, 101, 998, 999])
def test_a_limit_in_range_is_the_length_of_the_page(crowd: Client, limit: int) -> None:
    """A page has as many refunds as its limit asks for, 1 to 999."""
    answer = crowd.list(limit=limit)
    assert (answer.status, answer.one("content-type")) == (200, "application/json")
    assert len(answer.json["items"]) == limit
    assert answer.json.keys() == {"items", "next_page_token"}


def test_the_default_limit_is_100(crowd: Client) -> None:
    """A page without a limit has a hundred refunds, the same as with limit=100."""
    assert len(crowd.list().json["items"]) == 100
    assert crowd.list().body == crowd.list(limit=100).body


@pytest.mark.parametrize("limit", ["0", "1000", "-1", "-0", "1001", "9" * 50, "9" * 900])
def test_a_limit_out_of_range_is_refused(crowd: Client, limit: str) -> None:
    """A limit below 1 or above 999 is answered 422 by rule limit-range."""
    answer = crowd.list(limit=limit)
    assert (answer.status, answer.error) == (422, "UnprocessableEntityError")
    assert answer.json["content"]["message"].startswith("limit-range: query limit is ")


@pytest.mark.parametrize(
    "limit",
    ["", " ", "ten", "+1", "1_0", "１０", "٣", "1.0", "1e1", "0x1", " 1", "1 ", "1\n", "--1", "1,0",
     "null", "²", "9" * 5_000, "-" + "9" * 5_000],
)  # fmt: skip
def test_a_limit_that_is_no_integer_is_refused(crowd: Client, limit: str) -> None:
    """Anything but decimal digits, perhaps behind a minus, is answered 422 by rule query-shape."""
    answer = crowd.list(limit=limit)
    assert (answer.status, answer.error) == (422, "UnprocessableEntityError")
    assert answer.json["content"]["message"].startswith("query-shape: query limit is ")


@pytest.mark.parametrize(("sort", "direction"), ORDERS)
def test_the_four_orders(group: Client, refunds: list[Json], sort: str, direction: str) -> None:
    """Each order is by its field, ties by creation, refunds without a timestamp last."""
    answer = group.list(limit=999, sort=sort, sort_direction=direction)
    assert answer.json == {"items": ordered(refunds, sort, direction)}


def test_the_default_order_is_the_latest_first(crowd: Client) -> None:
    """Without sort and direction a list is by refund_timestamp, descending."""
    explicit = crowd.list(sort="refund_timestamp", sort_direction="desc")
    assert crowd.list().body == explicit.body
    assert crowd.list(sort="refund_timestamp").body == explicit.body
    assert crowd.list(sort_direction="desc").body == explicit.body
    assert (
        crowd.list(sort="amount_cents").body
        == crowd.list(sort="amount_cents", sort_direction="desc").body
    )


PAYERS = (None, PAYER, OTHER_PAYER, UNKNOWN)
CHECKS = (None, ["1001"], ["1001", "1002"], ["1002", "1001", "1002"], [""], ["1003 ü&="], ["none"])
INVOICES = (None, INVOICE, OTHER_INVOICE, UNKNOWN)


@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.parametrize("invoice", INVOICES)
def test_filters_alone_and_together(
    group: Client, refunds: list[Json], payer: str | None, invoice: str | None
) -> None:
    """A list has the refunds that agree with all filters, whichever check number of several."""
    for check, (sort, direction) in product(CHECKS, ORDERS):
        filters = {"non_insurance_payer_id": payer, "check_number": check, "invoice_id": invoice}
        query = {name: value for name, value in filters.items() if value is not None}
        expected = ordered(selected(refunds, **query), sort, direction)
        answer = group.list(**query, limit=999, sort=sort, sort_direction=direction)
        assert answer.json == {"items": expected}, query


@pytest.mark.parametrize(
    "query",
    [b"limit=1&limit=1", b"sort=amount_cents&sort=amount_cents", b"page_token=a&page_token=b",
     b"sort_direction=asc&sort_direction=desc", b"&".join([f"invoice_id={INVOICE}".encode()] * 2)],
)  # fmt: skip
def test_only_check_numbers_are_repeated(crowd: Client, query: bytes) -> None:
    """Any other parameter that comes twice is answered 422 by rule query-shape."""
    answer = crowd.send("GET", REFUNDS_PATH, query=query)
    assert answer.status == 422
    assert "; expected one value" in answer.json["content"]["message"]


def test_all_that_is_wrong_with_a_query_is_told_at_once(crowd: Client) -> None:
    """Every parameter that does not fit is told in one refusal."""
    answer = crowd.send("GET", REFUNDS_PATH, query=b"limit=x&sort=y&sort_direction=z&invoice_id=1")
    message = answer.json["content"]["message"]
    assert answer.status == 422
    for name in ("limit", "sort", "sort_direction", "invoice_id"):
        assert f"query-shape: query {name} is " in message


def test_an_unknown_parameter_is_told_and_ignored(crowd: Client) -> None:
    """A parameter that the list does not have answers the same page, with a warning."""
    answer = crowd.list(offset=5, checkNumber="1001")
    assert answer.body == crowd.list().body
    assert len(answer.all("mock-warning")) == 2


def test_lists_follow_creates_and_deletes(make: Make) -> None:
    """A list that was asked for before has what was created since, and not what was deleted."""
    client = make(many(150))
    queries: list[Json] = [
        {"sort": sort, "sort_direction": direction, **more}
        for sort, direction in ORDERS
        for more in ({}, {"non_insurance_payer_id": MODEST}, {"check_number": ["1001", "new"]})
    ]
    for query in queries:
        client.list(**query)
    standing = [client.get(refund_id).json for refund_id in ids(many(150)["refunds"])]
    for gone in ids(standing[10:90:3]):
        client.delete(gone)
    del standing[10:90:3]
    standing += [
        client.create(
            non_insurance_payer_id=MODEST,
            amount_cents=number % 3 + 1,
            check_number="new",
            refund_timestamp=f"2024-01-0{number % 4 + 1}T00:00:00Z",
        ).json
        for number in range(20)
    ]
    for query in queries:
        filters = {name: query[name] for name in query if not name.startswith("sort")}
        expected = ordered(selected(standing, **filters), query["sort"], query["sort_direction"])
        assert ids(client.list(**query, limit=999).json["items"]) == ids(expected)
