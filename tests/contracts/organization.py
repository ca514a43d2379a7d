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


def organization(**changes: Any) -> Organization:
    """The organization, some keys of its document changed."""
    return organization_from({**DOCUMENT, **changes})
