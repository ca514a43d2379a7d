"""A tiny organization as fixture data, the bodies that ask something of it, and no server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

Json = dict[str, Any]


def uuid(kind: int, number: int) -> str:
    """A readable version 4 UUID: the kind of thing in its first group, the number in its last."""
    return str(UUID(int=kind << 96 | 4 << 76 | 8 << 60 | number))


PAYER, OTHER_PAYER, DISABLED, MODEST = (uuid(0xA, number) for number in (1, 2, 3, 4))
PAID_CENTS = 5_000
"""What the payer MODEST has paid; the fixture does not tell it of the others."""

ENCOUNTER, OTHER_ENCOUNTER = uuid(0xE, 1), uuid(0xE, 2)
ENCOUNTER_EXTERNAL_ID, OTHER_EXTERNAL_ID = "encounter/1 ü", "encounter-2"
CLAIM, SECOND_CLAIM, OTHER_CLAIM = (uuid(0xC, number) for number in (1, 2, 3))
LINE, SECOND_LINE, OTHER_LINE = (uuid(0xD, number) for number in (1, 2, 3))
PROVIDER = uuid(0xF, 1)
APPOINTMENT, PATIENT = "appointment-1", "patient-1"
INVOICE, OTHER_INVOICE = uuid(0x1, 1), uuid(0x1, 2)
REFUND, BARE_REFUND = uuid(0x9, 1), uuid(0x9, 2)
UNKNOWN = uuid(0x404, 404)
NOW = "2024-01-15T09:30:00Z"

ADDRESS = {"address1": "1 Main St", "city": "Springfield", "state": "AA", "zip_code": "00000"}
TRIAL = {
    "clinical_trial_id": uuid(0xB, 1),
    "clinical_trial_number": "NCT00001",
    "is_active": True,
    "name": "Trial",
    "non_insurance_payer_id": PAYER,
    "clinical_trial_phase": "Phase 2",
}


def payer(payer_id: str, name: str, **fields: Any) -> Json:
    """A payer, enabled and without clinical trials unless told otherwise."""
    base = {"non_insurance_payer_id": payer_id, "name": name, "enabled": True}
    return {**base, "clinical_trials": [], **fields}


DOCUMENT: Json = {
    "format": 1,
    "settings": {"earmarking": True, "now": NOW},
    "credentials": [{"client_id": "listed", "client_secret": "right"}],
    "non_insurance_payers": [
        payer(PAYER, "Full", clinical_trials=[TRIAL], description="All there is", address=ADDRESS),
        payer(OTHER_PAYER, "Plain"),
        payer(DISABLED, "Disabled", enabled=False),
        payer(MODEST, "Modest", paid_cents=PAID_CENTS),
    ],
    "encounters": [
        {
            "encounter_id": ENCOUNTER,
            "encounter_external_id": ENCOUNTER_EXTERNAL_ID,
            "claims": [
                {"claim_id": CLAIM, "service_lines": [{"service_line_id": LINE}]},
                {"claim_id": SECOND_CLAIM, "service_lines": [{"service_line_id": SECOND_LINE}]},
            ],
        },
        {
            "encounter_id": OTHER_ENCOUNTER,
            "encounter_external_id": OTHER_EXTERNAL_ID,
            "claims": [
                {"claim_id": OTHER_CLAIM, "service_lines": [{"service_line_id": OTHER_LINE}]}
            ],
        },
    ],
    "billing_providers": [{"billing_provider_id": PROVIDER}],
    "appointments": [{"appointment_id": APPOINTMENT, "patient_external_id": PATIENT}],
    "invoices": [{"invoice_id": INVOICE}, {"invoice_id": OTHER_INVOICE}],
    "refunds": [
        {
            "non_insurance_payer_refund_id": REFUND,
            "non_insurance_payer_id": PAYER,
            "amount_cents": 700,
            "allocations": [
                {
                    "amount_cents": 700,
                    "target": {"type": "claim", "claim_id": CLAIM, "encounter_id": ENCOUNTER},
                }
            ],
            "refund_timestamp": "2024-01-10T12:00:00Z",
            "refund_note": "as agreed",
            "check_number": "1001",
            "refund_reason": "TRANSFER",
            "invoice_id": INVOICE,
        },
        {
            "non_insurance_payer_refund_id": BARE_REFUND,
            "non_insurance_payer_id": OTHER_PAYER,
            "amount_cents": 300,
            "allocations": [{"amount_cents": 300, "target": {"type": "unattributed"}}],
        },
    ],
}
"""Every kind of thing once or twice; two refunds, one with every optional field and one bare."""


def fixture_file(folder: Path, document: Mapping[str, Any] = DOCUMENT) -> str:
    """The path of a new fixture file with this content."""
    path = folder / f"fixture-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def unattributed(**fields: Any) -> Json:
    """The target that names nothing."""
    return {"type": "unattributed", **fields}


def target(kind: str, value: Any) -> Json:
    """A target that names one thing by one value."""
    return {"type": kind, "value": value}


def appointment(appointment_id: Any = APPOINTMENT, patient_external_id: Any = PATIENT) -> Json:
    """The target that names an appointment and its patient."""
    ids = {"appointment_id": appointment_id, "patient_external_id": patient_external_id}
    return {"type": "appointment_by_id_and_patient_external_id", **ids}


def part(amount_cents: Any = 100, aim: Any = None, **fields: Any) -> Json:
    """An allocation of a create, unattributed unless told otherwise."""
    return {"amount_cents": amount_cents, "target": aim or unattributed(), **fields}


def body(**changes: Any) -> Json:
    """The body of a create that keeps every rule, with some fields changed."""
    base = {"non_insurance_payer_id": PAYER, "amount_cents": 100, "allocations": [part()]}
    return {**base, **changes}


def without(document: Json, name: str) -> Json:
    """The object without one of its fields."""
    return {key: value for key, value in document.items() if key != name}
