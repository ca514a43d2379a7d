"""Every documented error of the refunds calls, as the class that the official SDK raises."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from candid.core.api_error import ApiError
from candid.resources.commons.errors import EntityNotFoundError, UnprocessableEntityError
from candid.resources.financials import (
    AllocationEarmarkType_DateOfService,
    InvoiceUpdate_Set,
    NoteUpdate_Set,
)
from candid.resources.non_insurance_payer_refunds.resources.v_1.client import V1Client

from tests.sdk.clients import Connect
from tests.sdk.organization import FIXTURE, MISSING, NOWHERE, REFUNDS, TARGETS, refund_of
from tests.serving import Served, serving

Call = Callable[[V1Client], Any]

SOME_ID = UUID(REFUNDS[0]["non_insurance_payer_refund_id"])
TOO_LARGE = 2**31
EARMARK = AllocationEarmarkType_DateOfService(value="2024-01-31")

NOT_FOUND: dict[str, tuple[Call, str]] = {
    "get": (lambda refunds: refunds.get(NOWHERE), str(NOWHERE)),
    "update": (lambda refunds: refunds.update(NOWHERE), str(NOWHERE)),
    "delete": (lambda refunds: refunds.delete(NOWHERE), str(NOWHERE)),
    "update to an invoice": (
        lambda refunds: refunds.update(SOME_ID, invoice_id=InvoiceUpdate_Set(value=NOWHERE)),
        str(NOWHERE),
    ),
    "create for a payer": (
        lambda refunds: refunds.create(request=refund_of(non_insurance_payer_id=NOWHERE)),
        str(NOWHERE),
    ),
    "create with an invoice": (
        lambda refunds: refunds.create(request=refund_of(invoice_id=NOWHERE)),
        str(NOWHERE),
    ),
}

UNPROCESSABLE: dict[str, tuple[Call, str]] = {
    "limit of 0": (lambda refunds: refunds.get_multi(limit=0), "limit"),
    "limit of 1000": (lambda refunds: refunds.get_multi(limit=1000), "limit"),
    "page token": (lambda refunds: refunds.get_multi(page_token="made up"), "made up"),
    "page token of another sort": (
        lambda refunds: refunds.get_multi(
            page_token=refunds.get_multi(limit=1).next_page_token, check_number="1"
        ),
        "page_token",
    ),
    "amount of 0": (lambda refunds: refunds.create(request=refund_of(0)), "$.amount_cents"),
    "amount too large": (
        lambda refunds: refunds.create(request=refund_of(TOO_LARGE)),
        str(TOO_LARGE),
    ),
    "earmark on a claim": (
        lambda refunds: refunds.create(
            request=refund_of(target=TARGETS["claim_by_id"][0], earmark=EARMARK)
        ),
        "$.allocations[0].earmark",
    ),
    "earmark for no date": (
        lambda refunds: refunds.create(
            request=refund_of(earmark=AllocationEarmarkType_DateOfService(value="2023-02-29"))
        ),
        "2023-02-29",
    ),
    "update to no instant": (
        lambda refunds: refunds.update(
            SOME_ID,
            refund_note=NoteUpdate_Set(value="never kept"),
            request_options={"additional_body_parameters": {"refund_timestamp": "yesterday"}},
        ),
        "yesterday",
    ),
}


@pytest.mark.parametrize("name", NOT_FOUND)
def test_not_found_is_raised_with_the_id(refunds: V1Client, name: str) -> None:
    """A call that names what is not there raises EntityNotFoundError, whose body has the id."""
    call, named = NOT_FOUND[name]
    with pytest.raises(EntityNotFoundError) as raised:
        call(refunds)
    assert (raised.value.status_code, raised.value.body.id) == (404, named)


@pytest.mark.parametrize("kind", MISSING)
def test_missing_target_is_raised_with_its_id(refunds: V1Client, kind: str) -> None:
    """A create for a missing target of any kind raises EntityNotFoundError with its id."""
    target, named = MISSING[kind]
    with pytest.raises(EntityNotFoundError) as raised:
        refunds.create(request=refund_of(target=target))
    assert raised.value.body.id == named


@pytest.mark.parametrize("name", UNPROCESSABLE)
def test_unprocessable_is_raised_with_the_reason(refunds: V1Client, name: str) -> None:
    """A call that breaks a rule raises UnprocessableEntityError, whose body says where and why."""
    call, told = UNPROCESSABLE[name]
    with pytest.raises(UnprocessableEntityError) as raised:
        call(refunds)
    assert raised.value.status_code == 422
    assert told in (raised.value.body.message or "")


def test_refused_calls_change_nothing(refunds: V1Client) -> None:
    """After every call that is refused the list is what it was before."""
    before = refunds.get_multi(limit=999)
    for call, _ in (*NOT_FOUND.values(), *UNPROCESSABLE.values()):
        with pytest.raises(ApiError):
            call(refunds)
    assert refunds.get_multi(limit=999) == before


@pytest.fixture(scope="module")
def without_earmarks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A stand-in for an organization that has earmarking off."""
    fixture = tmp_path_factory.mktemp("fixtures") / "no-earmarks.json"
    fixture.write_text(json.dumps({**FIXTURE, "settings": {"earmarking": False}}))
    with serving("--fixture", str(fixture)) as served:
        yield served


def test_earmark_is_refused_where_earmarking_is_off(
    connect: Connect, without_earmarks: Served
) -> None:
    """An organization without earmarking gets UnprocessableEntityError for an earmark."""
    with connect(without_earmarks.url, client_id="me", client_secret="x") as sdk:
        with pytest.raises(UnprocessableEntityError, match="earmark-enabled"):
            sdk.refunds.create(request=refund_of(earmark=EARMARK))
        assert sdk.refunds.create(request=refund_of()).amount_cents == 100
