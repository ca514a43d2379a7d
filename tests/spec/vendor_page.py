"""The request and the answer that the vendor's page of the create call shows, value for value."""

from __future__ import annotations

from typing import Any

ID = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"

REQUEST: dict[str, Any] = {
    "non_insurance_payer_id": ID,
    "amount_cents": 1,
    "allocations": [
        {"amount_cents": 1, "target": {"type": "service_line_by_id", "value": ID}},
        {"amount_cents": 1, "target": {"type": "service_line_by_id", "value": ID}},
    ],
}

_TRIAL: dict[str, Any] = {
    "clinical_trial_id": ID,
    "clinical_trial_number": "clinical_trial_number",
    "is_active": True,
    "name": "name",
    "non_insurance_payer_id": ID,
    "clinical_trial_phase": "Phase 1",
}

_ALLOCATION: dict[str, Any] = {
    "amount_cents": 1,
    "target": {
        "type": "service_line",
        "claim_id": ID,
        "encounter_id": ID,
        "service_line_id": ID,
    },
    "allocation_id": ID,
    "earmark": {
        "id": ID,
        "target": {"type": "date_of_service", "value": "target"},
        "amount_earmarked_cents": 1,
        "created_by_allocation_id": ID,
    },
    "allocated_on": "2024-01-15T09:30:00Z",
}

ANSWER: dict[str, Any] = {
    "non_insurance_payer_refund_id": ID,
    "non_insurance_payer": {
        "non_insurance_payer_id": ID,
        "name": "name",
        "enabled": True,
        "clinical_trials": [_TRIAL, _TRIAL],
        "description": "description",
        "category": "category",
        "address": {
            "address1": "address1",
            "city": "city",
            "state": "AA",
            "zip_code": "zip_code",
            "address2": "address2",
            "zip_plus_four_code": "zip_plus_four_code",
        },
    },
    "amount_cents": 1,
    "allocations": [_ALLOCATION, _ALLOCATION],
    "refund_timestamp": "2024-01-15T09:30:00Z",
    "refund_note": "refund_note",
    "check_number": "check_number",
    "refund_reason": "OVERCHARGED",
    "invoice_id": ID,
}

PLACEHOLDERS = {
    "$.non_insurance_payer.clinical_trials[0].clinical_trial_number",
    "$.non_insurance_payer.clinical_trials[1].clinical_trial_number",
    "$.non_insurance_payer.address.zip_code",
    "$.non_insurance_payer.address.zip_plus_four_code",
    "$.allocations[0].earmark.target",
    "$.allocations[1].earmark.target",
}
"""Where the answer shows a text that does not keep the documented form: a trial's number, the ZIP
codes, and the date of a target."""
