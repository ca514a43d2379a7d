"""The same refunds in FastAPI, as a user would write them himself: dicts, pydantic and a sort.

Not a dependency of this project: the bench starts it only where FastAPI is importable.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import FastAPI, HTTPException, Query  # type: ignore[import-not-found, unused-ignore]

from tests.benchmarks.peers.fastapi_models import (
    Allocation,
    AllocationCreate,
    Page,
    Payer,
    Refund,
    RefundCreate,
    ServiceLineById,
    Target,
)

ROOT = "/api/non-insurance-payer-refunds/v1"
EXAMPLE_ID = UUID("d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32")
EARLIEST = datetime.min.replace(tzinfo=UTC)

app = FastAPI()
payers = {
    EXAMPLE_ID: Payer(
        non_insurance_payer_id=EXAMPLE_ID, name="Example Payer", enabled=True, clinical_trials=[]
    )
}
refunds: dict[UUID, Refund] = {}


def allocation(body: AllocationCreate) -> Allocation:
    """Store what was asked for, with an id and a date."""
    if isinstance(body.target, ServiceLineById):
        line = body.target.value
        target = Target(type="service_line", service_line_id=line, claim_id=line, encounter_id=line)
    else:
        target = Target(type=body.target.type)
    return Allocation(
        allocation_id=uuid4(),
        amount_cents=body.amount_cents,
        target=target,
        allocated_on=datetime.now(UTC),
    )


async def create(body: RefundCreate) -> Refund:
    """Store a refund of a payer that is known."""
    payer = payers.get(body.non_insurance_payer_id)
    if payer is None:
        raise HTTPException(404, "no such payer")
    refund = Refund(
        non_insurance_payer_refund_id=uuid4(),
        non_insurance_payer=payer,
        amount_cents=body.amount_cents,
        allocations=[allocation(one) for one in body.allocations],
        refund_timestamp=body.refund_timestamp,
        refund_note=body.refund_note,
        check_number=body.check_number,
        refund_reason=body.refund_reason,
        invoice_id=body.invoice_id,
    )
    refunds[refund.non_insurance_payer_refund_id] = refund
    return refund


async def get(refund_id: UUID) -> Refund:
    """One refund by its id."""
    refund = refunds.get(refund_id)
    if refund is None:
        raise HTTPException(404, "no such refund")
    return refund


async def get_multi(
    limit: Annotated[int, Query(gt=0, lt=1000)] = 100,
    page_token: int = 0,
    non_insurance_payer_id: UUID | None = None,
) -> Page:
    """Filter, sort and slice, each time anew."""
    found = [
        refund
        for refund in refunds.values()
        if non_insurance_payer_id in (None, refund.non_insurance_payer.non_insurance_payer_id)
    ]
    found.sort(key=lambda refund: refund.refund_timestamp or EARLIEST, reverse=True)
    end = page_token + limit
    return Page(items=found[page_token:end], next_page_token=str(end) if end < len(found) else None)


plain = {"response_model_exclude_none": True}
app.add_api_route(ROOT, create, methods=["POST"], **plain)
app.add_api_route(ROOT, get_multi, methods=["GET"], **plain)
app.add_api_route(ROOT + "/{refund_id}", get, methods=["GET"], **plain)
