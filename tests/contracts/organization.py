"""The small organization of the suite's own tests, as a world file's content; no server."""

from typing import Any
from uuid import UUID

from contracts.model.organization import Organization, organization_from


def uuid(kind: int, number: int) -> str:
    """A readable uuid: kind in the first group, number in the last."""
    return str(UUID(int=(kind << 96) | (4 << 76) | (8 << 60) | number))


def payer(number: int, **fields: Any) -> dict[str, Any]:
    """A payer, enabled and without clinical trials unless said otherwise."""
    base = {
        "non_insurance_payer_id": uuid(0xA, number),
        "name": f"Payer {number}",
        "enabled": True,
        "clinical_trials": [],
        "paid_cents": 2**31,
    }
    return {**base, **fields}


TRIAL = {
    "clinical_trial_id": uuid(0xB, 1),
    "non_insurance_payer_id": uuid(0xA, 2),
    "name": "Trial",
    "clinical_trial_number": "NCT00001",
    "is_active": True,
    "clinical_trial_phase": "Phase 2",
}
DOCUMENT: dict[str, Any] = {
    "format": 1,
    "settings": {"earmarking": True},
    "non_insurance_payers": [
        payer(1),
        payer(2, clinical_trials=[TRIAL], description="With a trial", category="Research"),
        payer(3, enabled=False),
    ],
    "encounters": [
        {
            "encounter_id": uuid(0xE, number),
            "encounter_external_id": f"enc-{number}",
            "claims": [
                {
                    "claim_id": uuid(0xC, 10 * number + part),
                    "service_lines": [{"service_line_id": uuid(0xD, 10 * number + part)}],
                }
                for part in (1, 2)
            ],
        }
        for number in (1, 2)
    ],
    "billing_providers": [{"billing_provider_id": uuid(0xF, number)} for number in (1, 2)],
    "appointments": [
        {"appointment_id": f"apt-{number}", "patient_external_id": f"pat-{number}"}
        for number in (1, 2)
    ],
    "invoices": [{"invoice_id": uuid(0x1F, number)} for number in (1, 2, 3)],
}


def refund(number: int) -> dict[str, Any]:
    """A refund in a world file: its number decides which fields it has, and its payer."""
    part: dict[str, Any] = {
        "allocation_id": uuid(0xAA, number),
        "amount_cents": 50 + number % 5,
        "target": {"type": "unattributed"},
        "allocated_on": "2024-01-15T09:30:00Z",
    }
    row: dict[str, Any] = {
        "non_insurance_payer_refund_id": uuid(0xFF, number),
        "non_insurance_payer_id": uuid(0xA, 1 + number % 3),
        "amount_cents": part["amount_cents"],
        "allocations": [part],
    }
    day = f"2025-01-{1 + number % 28:02}T00:00:00Z"
    times = ("2024-01-15T09:30:00Z", "2023-11-05T10:15:30.25Z", day)
    if number % 4:
        row["refund_timestamp"] = times[number % 3]
    if number % 3:
        row["check_number"] = ("1", "0001", "A-7", f"check {number}")[number % 4]
    if number % 5 == 0:
        row |= {"refund_note": "note", "refund_reason": "TRANSFER", "invoice_id": uuid(0x1F, 1)}
    return row


def organization(**changes: Any) -> Organization:
    """The organization, some keys of its document changed."""
    return organization_from({**DOCUMENT, **changes})
