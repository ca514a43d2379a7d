"""What the tests of the SDKs name from the default fixture, read from it, not copied."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from candid.resources.financials import (
    AllocationCreate,
    AllocationTargetCreate,
    AllocationTargetCreate_AppointmentByIdAndPatientExternalId,
    AllocationTargetCreate_BillingProviderById,
    AllocationTargetCreate_ClaimByEncounterExternalId,
    AllocationTargetCreate_ClaimById,
    AllocationTargetCreate_ServiceLineById,
    AllocationTargetCreate_Unattributed,
)
from candid.resources.non_insurance_payer_refunds.resources.v_1 import (
    NonInsurancePayerRefund,
    NonInsurancePayerRefundCreate,
)

from mockserver.fixtures.catalog import locate

FIXTURE: dict[str, Any] = json.loads(locate("default").read_bytes())
REFUNDS: list[dict[str, Any]] = FIXTURE["refunds"]

_PAYERS = {payer["non_insurance_payer_id"]: payer for payer in FIXTURE["non_insurance_payers"]}
PAYER_ID = UUID(list(_PAYERS)[1])
INVOICE_ID = UUID(FIXTURE["invoices"][1]["invoice_id"])
NOWHERE = UUID("0badc0de-0000-4000-8000-000000000000")
"""An id that nothing has."""

_ENCOUNTER = FIXTURE["encounters"][2]
_CLAIM = _ENCOUNTER["claims"][0]
_SERVICE_LINE_ID = _CLAIM["service_lines"][0]["service_line_id"]
_PROVIDER_ID = FIXTURE["billing_providers"][0]["billing_provider_id"]
_APPOINTMENT = FIXTURE["appointments"][-1]
_CLAIM_IDS = {"claim_id": _CLAIM["claim_id"], "encounter_id": _ENCOUNTER["encounter_id"]}

Target = tuple[AllocationTargetCreate, dict[str, str]]

TARGETS: dict[str, Target] = {
    target.type: (target, answered)
    for target, answered in (
        (
            AllocationTargetCreate_ServiceLineById(value=UUID(_SERVICE_LINE_ID)),
            {"type": "service_line", "service_line_id": _SERVICE_LINE_ID, **_CLAIM_IDS},
        ),
        (
            AllocationTargetCreate_ClaimById(value=UUID(_CLAIM["claim_id"])),
            {"type": "claim", **_CLAIM_IDS},
        ),
        (
            AllocationTargetCreate_ClaimByEncounterExternalId(
                value=_ENCOUNTER["encounter_external_id"]
            ),
            {"type": "claim", **_CLAIM_IDS},
        ),
        (
            AllocationTargetCreate_BillingProviderById(value=UUID(_PROVIDER_ID)),
            {"type": "billing_provider_id", "billing_provider_id": _PROVIDER_ID},
        ),
        (
            AllocationTargetCreate_AppointmentByIdAndPatientExternalId(**_APPOINTMENT),
            {"type": "appointment", **_APPOINTMENT},
        ),
        (AllocationTargetCreate_Unattributed(), {"type": "unattributed"}),
    )
}
"""A target of each kind as the SDK sends it, and as the answer shows it."""

MISSING: dict[str, tuple[AllocationTargetCreate, str]] = {
    target.type: (target, named)
    for target, named in (
        (AllocationTargetCreate_ServiceLineById(value=NOWHERE), str(NOWHERE)),
        (AllocationTargetCreate_ClaimById(value=NOWHERE), str(NOWHERE)),
        (AllocationTargetCreate_ClaimByEncounterExternalId(value="no visit"), "no visit"),
        (AllocationTargetCreate_BillingProviderById(value=NOWHERE), str(NOWHERE)),
        (
            AllocationTargetCreate_AppointmentByIdAndPatientExternalId(
                appointment_id="no appointment", patient_external_id="PT-2001"
            ),
            "no appointment",
        ),
    )
}
"""A target of each kind that is not there, and the id that a 404 names."""


def refund_of(amount_cents: int = 100, **fields: Any) -> NonInsurancePayerRefundCreate:
    """A refund to create: for PAYER_ID and all of it unattributed, if no field says otherwise."""
    target = fields.pop("target", AllocationTargetCreate_Unattributed())
    earmark = fields.pop("earmark", None)
    allocation = AllocationCreate(amount_cents=amount_cents, target=target, earmark=earmark)
    whole = {"non_insurance_payer_id": PAYER_ID, "allocations": [allocation], **fields}
    return NonInsurancePayerRefundCreate(amount_cents=amount_cents, **whole)


def parsed(refund: dict[str, Any]) -> NonInsurancePayerRefund:
    """A refund of the fixture file as the SDK should show it, with its payer."""
    payer = _PAYERS[refund["non_insurance_payer_id"]]
    payer = {name: value for name, value in payer.items() if name != "paid_cents"}
    fields = {name: value for name, value in refund.items() if name != "non_insurance_payer_id"}
    return NonInsurancePayerRefund.model_validate({**fields, "non_insurance_payer": payer})


def wire(refund: NonInsurancePayerRefund) -> dict[str, Any]:
    """A refund that the SDK parsed, written as the wire has it."""
    document: dict[str, Any] = json.loads(refund.json())
    return document


def in_order(sort: str, direction: str) -> list[str]:
    """The ids of the default fixture's refunds as a list has them, worked out anew from the file.

    Ties are in order of creation, and what has no timestamp comes last, in both directions.
    """
    there = [refund for refund in REFUNDS if sort in refund]
    there.sort(key=lambda refund: _value(refund[sort]), reverse=direction == "desc")
    missing = [refund for refund in REFUNDS if sort not in refund]
    return [refund["non_insurance_payer_refund_id"] for refund in (*there, *missing)]


def _value(sent: int | str) -> int | datetime:
    return datetime.fromisoformat(sent).astimezone(UTC) if isinstance(sent, str) else sent
