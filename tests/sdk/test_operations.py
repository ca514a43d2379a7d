"""The five operations through the official Python SDK, whose own models parse each answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from candid.resources.commons.errors import EntityNotFoundError
from candid.resources.financials import (
    AllocationEarmarkType,
    AllocationEarmarkType_DateOfService,
    AllocationEarmarkType_ExternalEncounterId,
    AllocationTarget_Unattributed,
    AllocationTargetCreate_Unattributed,
    RefundReason,
)
from candid.resources.non_insurance_payer_refunds.resources.v_1 import NonInsurancePayerRefund
from candid.resources.non_insurance_payer_refunds.resources.v_1.client import V1Client

from mockserver.spec.facts import TARGET_KINDS
from tests.sdk.clients import open_async
from tests.sdk.organization import (
    INVOICE_ID,
    PAYER_ID,
    REFUNDS,
    TARGETS,
    parsed,
    refund_of,
    wire,
)

EARMARKS: list[AllocationEarmarkType] = [
    AllocationEarmarkType_DateOfService(value="2024-02-29"),
    AllocationEarmarkType_ExternalEncounterId(value="a visit to come"),
]


def test_every_refund_of_the_default_fixture_is_parsed(refunds: V1Client) -> None:
    """The SDK parses each refund of the default fixture, and finds in it what the file holds."""
    answered = refunds.get_multi(limit=999)
    assert answered.next_page_token is None
    found = {str(refund.non_insurance_payer_refund_id): refund for refund in answered.items}
    assert found == {refund["non_insurance_payer_refund_id"]: parsed(refund) for refund in REFUNDS}


@pytest.mark.parametrize("kind", TARGET_KINDS)
def test_each_target_kind_is_created(refunds: V1Client, kind: str) -> None:
    """A refund aimed at a target of each kind is answered with the kind that stands for it."""
    target, answered = TARGETS[kind]
    created = refunds.create(request=refund_of(target=target))
    [allocation] = wire(created)["allocations"]
    assert allocation["target"] == answered
    assert refunds.get(created.non_insurance_payer_refund_id) == created


def test_one_refund_takes_every_target_kind(refunds: V1Client) -> None:
    """A refund may be allocated to one target of each kind; the answer keeps their order."""
    allocations = [
        refund_of(cents, target=target).allocations[0]
        for cents, (target, _) in enumerate(TARGETS.values(), start=1)
    ]
    total = sum(allocation.amount_cents for allocation in allocations)
    created = refunds.create(request=refund_of(total, allocations=allocations))
    answered = [allocation["target"] for allocation in wire(created)["allocations"]]
    assert answered == [target for _, target in TARGETS.values()]
    assert [allocation.amount_cents for allocation in created.allocations] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("earmark", EARMARKS, ids=lambda earmark: earmark.type)
def test_each_earmark_is_created(refunds: V1Client, earmark: AllocationEarmarkType) -> None:
    """An earmark of each kind is answered with its target, its amount and its allocation."""
    target = AllocationTargetCreate_Unattributed()
    created = refunds.create(request=refund_of(500, target=target, earmark=earmark))
    [allocation] = created.allocations
    assert allocation.target == AllocationTarget_Unattributed()
    assert allocation.earmark is not None
    assert allocation.earmark.target == earmark
    assert allocation.earmark.amount_earmarked_cents == 500
    assert allocation.earmark.created_by_allocation_id == allocation.allocation_id


def test_every_field_of_a_create_is_answered(refunds: V1Client) -> None:
    """Each field that a create may carry comes back; the instant is the same one, in UTC."""
    sent = datetime(2024, 3, 1, 1, 30, 0, 250_000, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    created = refunds.create(
        request=refund_of(
            12_345,
            invoice_id=INVOICE_ID,
            refund_timestamp=sent,
            refund_note='Ünïcode, "quotes" and\nlines',
            check_number="000 7",
            refund_reason=RefundReason.TRANSFER,
        )
    )
    assert isinstance(created.non_insurance_payer_refund_id, UUID)
    assert created.non_insurance_payer.non_insurance_payer_id == PAYER_ID
    assert created.amount_cents == 12_345
    assert created.invoice_id == INVOICE_ID
    assert created.refund_timestamp == sent
    assert wire(created)["refund_timestamp"] == "2024-02-29T20:00:00.250000Z"
    assert created.refund_note == 'Ünïcode, "quotes" and\nlines'
    assert created.check_number == "000 7"
    assert created.refund_reason is RefundReason.TRANSFER


def test_optional_fields_not_sent_stay_absent(refunds: V1Client) -> None:
    """A refund created with the three required fields alone has no other but its id and payer."""
    created = refunds.create(request=refund_of())
    assert wire(created).keys() == {
        "non_insurance_payer_refund_id",
        "non_insurance_payer",
        "amount_cents",
        "allocations",
    }


def test_deleted_refund_is_gone(refunds: V1Client) -> None:
    """A deleted refund is in no list, and is not found by a second delete."""
    created = refunds.create(request=refund_of(check_number="to be deleted"))
    refund_id = created.non_insurance_payer_refund_id
    assert refunds.get_multi(check_number="to be deleted").items == [created]
    refunds.delete(refund_id)
    assert refunds.get_multi(check_number="to be deleted").items == []
    with pytest.raises(EntityNotFoundError):
        refunds.delete(refund_id)


def test_refunds_of_the_fixture_can_be_changed_and_deleted(refunds: V1Client) -> None:
    """What the fixture brought is updated and deleted as what was created is."""
    refund_id = UUID(REFUNDS[0]["non_insurance_payer_refund_id"])
    stamp = datetime(2020, 1, 1, tzinfo=UTC)
    assert refunds.update(refund_id, refund_timestamp=stamp).refund_timestamp == stamp
    refunds.delete(refund_id)
    assert refund_id not in {
        refund.non_insurance_payer_refund_id for refund in refunds.get_multi(limit=999).items
    }


def test_async_client_creates_at_once(served_url: str, world: str) -> None:
    """Fifty creates in flight together through the async client succeed, each with its own id."""
    created = asyncio.run(_created_together(served_url, world))
    assert len({refund.non_insurance_payer_refund_id for refund in created}) == 50
    assert [refund.amount_cents for refund in created] == list(range(1, 51))


async def _created_together(url: str, client_id: str) -> list[NonInsurancePayerRefund]:
    async with open_async(url, client_id=client_id, client_secret="x") as sdk:
        create = sdk.non_insurance_payer_refunds.v_1.create
        created: list[NonInsurancePayerRefund] = await asyncio.gather(
            *(create(request=refund_of(cents)) for cents in range(1, 51))
        )
        return created
