"""PATCH through the official Python SDK: fields set, removed, left out, and nothing at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from candid.resources.financials import (
    InvoiceUpdate_Remove,
    InvoiceUpdate_Set,
    NoteUpdate_Remove,
    NoteUpdate_Set,
    RefundReason,
    RefundReasonUpdate_Remove,
    RefundReasonUpdate_Set,
)
from candid.resources.non_insurance_payer_refunds.resources.v_1 import NonInsurancePayerRefund
from candid.resources.non_insurance_payer_refunds.resources.v_1.client import V1Client

from tests.sdk.clients import Sdk
from tests.sdk.organization import INVOICE_ID, refund_of

BEFORE = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
AFTER = datetime(2022, 2, 2, tzinfo=UTC)
TRANSFER = RefundReason("TRANSFER")
OPTIONAL = {
    "refund_timestamp": BEFORE,
    "refund_note": "before",
    "refund_reason": RefundReason.OVERCHARGED,
    "invoice_id": INVOICE_ID,
    "check_number": "17",
}


class Change(NamedTuple):
    """What an update sends for one field, and what the field then is."""

    field: str
    sent: Any
    left: Any


SETS = [
    Change("refund_timestamp", AFTER, AFTER),
    Change("refund_note", NoteUpdate_Set(value="after"), "after"),
    Change("refund_note", NoteUpdate_Set(value=""), ""),
    Change("refund_reason", RefundReasonUpdate_Set(value=TRANSFER), TRANSFER),
    Change("invoice_id", InvoiceUpdate_Set(value=INVOICE_ID), INVOICE_ID),
]
REMOVES = [
    Change("refund_note", NoteUpdate_Remove(), None),
    Change("refund_reason", RefundReasonUpdate_Remove(), None),
    Change("invoice_id", InvoiceUpdate_Remove(), None),
]


@pytest.fixture(params=[OPTIONAL, {}], ids=["full", "bare"])
def standing(request: pytest.FixtureRequest, refunds: V1Client) -> NonInsurancePayerRefund:
    """A refund with every optional field, or with none."""
    return refunds.create(request=refund_of(**request.param))


@pytest.mark.parametrize(
    "change", [*SETS, *REMOVES], ids=lambda change: f"{change.field}-{change.left}"
)
def test_update_changes_its_field_alone(
    refunds: V1Client, standing: NonInsurancePayerRefund, change: Change
) -> None:
    """A field is set or removed, whether it was there or not, and no other field changes."""
    updated = refunds.update(standing.non_insurance_payer_refund_id, **{change.field: change.sent})
    assert updated == standing.model_copy(update={change.field: change.left})
    assert refunds.get(standing.non_insurance_payer_refund_id) == updated


def test_update_changes_all_its_fields_at_once(
    refunds: V1Client, standing: NonInsurancePayerRefund
) -> None:
    """One update may set some fields and remove others."""
    updated = refunds.update(
        standing.non_insurance_payer_refund_id,
        refund_timestamp=AFTER,
        refund_note=NoteUpdate_Set(value="after"),
        refund_reason=RefundReasonUpdate_Remove(),
        invoice_id=InvoiceUpdate_Set(value=INVOICE_ID),
    )
    assert updated.refund_timestamp == AFTER
    assert updated.refund_note == "after"
    assert updated.refund_reason is None
    assert updated.invoice_id == INVOICE_ID
    assert updated.check_number == standing.check_number


def test_update_of_nothing_changes_nothing(sdk: Sdk, standing: NonInsurancePayerRefund) -> None:
    """An update without a change is sent with no body at all, and answers the refund as it is."""
    assert sdk.refunds.update(standing.non_insurance_payer_refund_id) == standing
    sent = sdk.sent[-1]
    assert (sent.method, sent.content) == ("PATCH", b"")
    assert "content-type" not in sent.headers
    assert sdk.refunds.get(standing.non_insurance_payer_refund_id) == standing


def test_updated_timestamp_moves_the_refund_in_the_list(refunds: V1Client) -> None:
    """A list by time has an updated refund in its new place."""
    early, late = (
        refunds.create(request=refund_of(check_number="moved", refund_timestamp=stamp))
        for stamp in (AFTER, BEFORE)
    )
    assert refunds.get_multi(check_number="moved").items == [late, early]
    moved = refunds.update(
        early.non_insurance_payer_refund_id, refund_timestamp=datetime(2025, 1, 1, tzinfo=UTC)
    )
    assert refunds.get_multi(check_number="moved").items == [moved, late]
