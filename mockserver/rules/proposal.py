"""What a body asks for, gathered for the rules of create and update; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.state.organization import Organization, TargetKey
from mockserver.wire.requests import (
    Allocation,
    EarmarkType,
    NonInsurancePayerRefundCreate,
    NonInsurancePayerRefundUpdate,
    Remove,
)
from mockserver.wire.scalars import Instant

__all__ = ["AskedAllocation", "Proposal", "proposed_create", "proposed_update"]


class AskedAllocation(NamedTuple):
    """An allocation that is asked for: its target's type, and the key that the target is looked up
    by, None for an unattributed one.
    """

    amount_cents: int
    kind: str
    key: TargetKey | None
    earmark: EarmarkType | None


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
    allocations: Sequence[AskedAllocation] = ()
    amounts: Sequence[int] = ()
    """The refund's amount, then those of its allocations."""

    def earmarked(self) -> list[tuple[int, AskedAllocation]]:
        """The allocations with an earmark, and the places where they stand."""
        return [
            (place, asked)
            for place, asked in enumerate(self.allocations)
            if asked.earmark is not None
        ]


def proposed_create(body: NonInsurancePayerRefundCreate, organization: Organization) -> Proposal:
    """What a create asks for; vars() because each attribute of a model takes long to read."""
    fields = vars(body)
    amount_cents = fields["amount_cents"]
    allocations = [_asked(allocation) for allocation in fields["allocations"]]
    return Proposal(
        organization,
        fields["refund_timestamp"],
        fields["invoice_id"],
        "$.invoice_id",
        fields["non_insurance_payer_id"],
        amount_cents,
        allocations,
        [amount_cents, *[asked.amount_cents for asked in allocations]],
    )


def _asked(allocation: Allocation) -> AskedAllocation:
    fields = vars(allocation)
    target = vars(fields["target"])
    kind = target["type"]
    return AskedAllocation(
        fields["amount_cents"], kind, _target_key(kind, target), fields["earmark"]
    )


def _target_key(kind: str, target: Mapping[str, Any]) -> TargetKey | None:
    if kind == "unattributed":
        return None
    if kind == "appointment_by_id_and_patient_external_id":
        return target["appointment_id"], target["patient_external_id"]
    return str(target["value"])


def proposed_update(body: NonInsurancePayerRefundUpdate, organization: Organization) -> Proposal:
    """What an update asks for."""
    invoice = body.invoice_id
    invoice_id = None if invoice is None or isinstance(invoice, Remove) else invoice.value
    return Proposal(organization, body.refund_timestamp, invoice_id, "$.invoice_id.value")
