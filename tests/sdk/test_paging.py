"""Lists through the official Python SDK: to the end and back in each order, and each filter."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any
from uuid import UUID

import pytest
from candid.resources.commons import SortDirection
from candid.resources.non_insurance_payer_refunds.resources.v_1 import (
    NonInsurancePayerRefundSortField,
    NonInsurancePayerRefundsPage,
)
from candid.resources.non_insurance_payer_refunds.resources.v_1.client import V1Client

from mockserver.spec.facts import SORT_DIRECTIONS, SORT_FIELDS
from tests.sdk.organization import INVOICE_ID, PAYER_ID, REFUNDS, in_order

ORDERS = list(product(SORT_FIELDS, SORT_DIRECTIONS))


def pages(refunds: V1Client, **query: Any) -> list[NonInsurancePayerRefundsPage]:
    """The first page and all that follow it."""
    walked = [refunds.get_multi(**query)]
    while (token := walked[-1].next_page_token) is not None:
        walked.append(refunds.get_multi(page_token=token, **query))
    return walked


def ids(page: NonInsurancePayerRefundsPage) -> list[str]:
    """The ids on a page, in its order."""
    return [str(refund.non_insurance_payer_refund_id) for refund in page.items]


@pytest.mark.parametrize(("sort", "direction"), ORDERS)
@pytest.mark.parametrize("limit", [7, 47, 48, 999])
def test_pages_are_walked_to_the_end_and_back(
    refunds: V1Client, sort: str, direction: str, limit: int
) -> None:
    """The next tokens show each refund once, in order; the previous tokens show the same pages."""
    query: dict[str, Any] = {
        "limit": limit,
        "sort": NonInsurancePayerRefundSortField(sort),
        "sort_direction": SortDirection(direction),
    }
    walked = pages(refunds, **query)
    assert [refund_id for page in walked for refund_id in ids(page)] == in_order(sort, direction)
    assert [len(page.items) for page in walked[:-1]] == [limit] * (len(walked) - 1)
    assert walked[0].prev_page_token is None
    for before, page in pairwise(walked):
        back = refunds.get_multi(page_token=page.prev_page_token, **query)
        assert ids(back) == ids(before)


def test_list_without_a_query_is_newest_first(refunds: V1Client) -> None:
    """The default order is by time, descending, and one page holds up to a hundred refunds."""
    page = refunds.get_multi()
    assert ids(page) == in_order("refund_timestamp", "desc")
    assert (page.next_page_token, page.prev_page_token) == (None, None)


FILTERS: dict[str, tuple[dict[str, Any], dict[str, set[str]]]] = {
    "payer": (
        {"non_insurance_payer_id": PAYER_ID},
        {"non_insurance_payer_id": {str(PAYER_ID)}},
    ),
    "invoice": ({"invoice_id": INVOICE_ID}, {"invoice_id": {str(INVOICE_ID)}}),
    "check": ({"check_number": "0001"}, {"check_number": {"0001"}}),
    "checks": (
        {"check_number": ["1", "70441", "no such check"]},
        {"check_number": {"1", "70441", "no such check"}},
    ),
    "payer and invoice": (
        {"non_insurance_payer_id": PAYER_ID, "invoice_id": INVOICE_ID},
        {"non_insurance_payer_id": {str(PAYER_ID)}, "invoice_id": {str(INVOICE_ID)}},
    ),
    "payer and checks": (
        {"non_insurance_payer_id": PAYER_ID, "check_number": ["1", "0001"]},
        {"non_insurance_payer_id": {str(PAYER_ID)}, "check_number": {"1", "0001"}},
    ),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("limit", [1, 100])
def test_filters_admit_what_agrees_in_all_of_them(refunds: V1Client, name: str, limit: int) -> None:
    """Each filter, alone and with others, leaves the refunds that agree, and there are some."""
    query, wanted = FILTERS[name]
    agreeing = {
        refund["non_insurance_payer_refund_id"]
        for refund in REFUNDS
        if all(refund.get(field) in values for field, values in wanted.items())
    }
    assert agreeing
    found = [refund_id for page in pages(refunds, limit=limit, **query) for refund_id in ids(page)]
    ordered = in_order("refund_timestamp", "desc")
    assert found == [refund_id for refund_id in ordered if refund_id in agreeing]


def test_filter_that_nothing_agrees_with_answers_an_empty_page(refunds: V1Client) -> None:
    """A list of nothing is a page without items and without tokens."""
    page = refunds.get_multi(invoice_id=UUID(int=0))
    assert (page.items, page.next_page_token, page.prev_page_token) == ([], None, None)
