"""What a body asks for, gathered for the rules of create and update; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mockserver.state.organization import Organization, TargetKey
from mockserver.wire.requests import (
    Allocation,
    NonInsurancePayerRefundCreate,
    NonInsurancePayerRefundUpdate,
    Remove,
    TargetCreate,
)
from mockserver.wire.scalars import Instant

__all__ = ["Proposal", "proposed_create", "proposed_update", "target_key"]


class Proposal(NamedTuple):
    """What is asked for beside the organization it must fit; an update proposes no payer and no
    money.
    """

    organization: Organization
    timestamp: Instant | None
    invoice_id: str | None
    invoice_place: str
    payer_id: str = ""
    amount_cents: int = 0
    allocations: Sequence[Allocation] = ()


def proposed_create(body: NonInsurancePayerRefundCreate, organization: Organization) -> Proposal:
    """What a create asks for."""
    return Proposal(
        organization,
        body.refund_timestamp,
        body.invoice_id,
        "$.invoice_id",
        body.non_insurance_payer_id,
        body.amount_cents,
        body.allocations,
    )


def proposed_update(body: NonInsurancePayerRefundUpdate, organization: Organization) -> Proposal:
    """What an update asks for."""
    invoice = body.invoice_id
    invoice_id = None if invoice is None or isinstance(invoice, Remove) else invoice.value
    return Proposal(organization, body.refund_timestamp, invoice_id, "$.invoice_id.value")


def target_key(target: TargetCreate) -> TargetKey | None:
    """What the target is looked up by; None for an unattributed one."""
    if target.type == "unattributed":
        return None
    if target.type == "appointment_by_id_and_patient_external_id":
        return target.appointment_id, target.patient_external_id
    return target.value
