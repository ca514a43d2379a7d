"""Cases of the rules about what a create or an update refers to, and of its timestamp."""

from __future__ import annotations

from typing import Any

from tests.client import Answer, Client
from tests.organization import (
    APPOINTMENT,
    CLAIM,
    DISABLED,
    ENCOUNTER_EXTERNAL_ID,
    INVOICE,
    LINE,
    MODEST,
    NOW,
    OTHER_INVOICE,
    PAID_CENTS,
    PATIENT,
    PAYER,
    PROVIDER,
    UNKNOWN,
    Json,
    appointment,
    part,
    target,
)
from tests.rules.case import Case, Then, created, created_with, creating, updating

__all__ = ["REFERENCE_CASES"]

NOT_FOUND: dict[str, Any] = {"status": 404, "error": "EntityNotFoundError"}


def aimed(aim: Json) -> dict[str, Any]:
    """The changes of a create for one target."""
    return {"allocations": [part(aim=aim)]}


def answered_target(**fields: str) -> Then:
    """A refund was answered whose target has these fields, and always the same others."""

    def then(client: Client, answer: Answer) -> None:
        created(client, answer)
        found = answer.json["allocations"][0]["target"]
        assert {name: found.get(name) for name in fields} == fields
        again = client.create(**aimed(SENT[fields["type"], UNKNOWN]))
        assert again.json["allocations"][0]["target"] == found

    return then


SENT: dict[tuple[str, str], Json] = {
    ("service_line", UNKNOWN): target("service_line_by_id", UNKNOWN),
    ("claim", UNKNOWN): target("claim_by_id", UNKNOWN),
    ("billing_provider_id", UNKNOWN): target("billing_provider_by_id", UNKNOWN),
    ("appointment", UNKNOWN): appointment(patient_external_id="another"),
}


def placeholder(client: Client, answer: Answer) -> None:
    """A refund of a payer that is no more than its id was answered."""
    created(client, answer)
    payer = answer.json["non_insurance_payer"]
    assert payer["non_insurance_payer_id"] == UNKNOWN
    assert payer.keys() == {"non_insurance_payer_id", "name", "enabled", "clinical_trials"}


def told(kind: str, known: str, unknown: Json, found: str, entity_id: str, then: Then) -> Case:
    """The case of a kind of target."""
    sent = appointment() if kind.startswith("appointment") else target(kind, known)
    return Case(
        kind,
        creating(**aimed(sent)),
        creating(**aimed(unknown)),
        f"$.allocations[0].target is {found}",
        f"a target of type {kind} that this organization has",
        then,
        entity_id=entity_id,
        **NOT_FOUND,
    )


def unknown_id(kind: str, known: str, then: Then) -> Case:
    """The case of a kind of target that is named by a UUID."""
    return told(kind, known, target(kind, UNKNOWN), f'"{UNKNOWN}"', UNKNOWN, then)


def instant(text: str) -> Then:
    """The refund was answered with this timestamp."""

    def then(_client: Client, answer: Answer) -> None:
        assert answer.json["refund_timestamp"] == text

    return then


def set_invoice(invoice_id: str) -> Any:
    """Update the invoice of the full refund."""
    return updating(invoice_id={"type": "set", "value": invoice_id})


REFERENCE_CASES: dict[str, tuple[Case, ...]] = {
    "timestamp-offset": (
        Case(
            "of create",
            creating(refund_timestamp=NOW),
            creating(refund_timestamp=NOW[:-1]),
            f'$.refund_timestamp is "{NOW[:-1]}"',
            f"an offset, such as {NOW}",
            created_with(refund_timestamp=NOW),
        ),
        Case(
            "of update",
            updating(refund_timestamp="2024-01-15T09:30:00+00:00"),
            updating(refund_timestamp="2024-01-15T09:30:00.5"),
            '$.refund_timestamp is "2024-01-15T09:30:00.5"',
            "an offset, such as 2024-01-15T09:30:00.5Z",
            instant("2024-01-15T09:30:00.5Z"),
        ),
    ),
    "payer-exists": (
        Case(
            "unknown",
            creating(non_insurance_payer_id=PAYER),
            creating(non_insurance_payer_id=UNKNOWN),
            f'$.non_insurance_payer_id is "{UNKNOWN}"',
            "the id of a payer of this organization",
            placeholder,
            entity_id=UNKNOWN,
            **NOT_FOUND,
        ),
    ),
    "invoice-exists": (
        Case(
            "of create",
            creating(invoice_id=INVOICE),
            creating(invoice_id=UNKNOWN),
            f'$.invoice_id is "{UNKNOWN}"',
            "the id of an invoice of this organization",
            created_with(invoice_id=UNKNOWN),
            entity_id=UNKNOWN,
            **NOT_FOUND,
        ),
        Case(
            "of update",
            set_invoice(OTHER_INVOICE),
            set_invoice(UNKNOWN),
            f'$.invoice_id.value is "{UNKNOWN}"',
            "the id of an invoice of this organization",
            created_with(invoice_id=UNKNOWN),
            entity_id=UNKNOWN,
            **NOT_FOUND,
        ),
    ),
    "target-exists": (
        unknown_id(
            "service_line_by_id",
            LINE,
            answered_target(type="service_line", service_line_id=UNKNOWN),
        ),
        unknown_id("claim_by_id", CLAIM, answered_target(type="claim", claim_id=UNKNOWN)),
        unknown_id(
            "billing_provider_by_id",
            PROVIDER,
            answered_target(type="billing_provider_id", billing_provider_id=UNKNOWN),
        ),
        told(
            "claim_by_encounter_external_id",
            ENCOUNTER_EXTERNAL_ID,
            target("claim_by_encounter_external_id", ENCOUNTER_EXTERNAL_ID + " "),
            '"encounter/1 \\u00fc "',
            ENCOUNTER_EXTERNAL_ID + " ",
            created,
        ),
        told(
            "appointment_by_id_and_patient_external_id",
            APPOINTMENT,
            appointment(patient_external_id="another"),
            f'["{APPOINTMENT}", "another"]',
            APPOINTMENT,
            answered_target(
                type="appointment", appointment_id=APPOINTMENT, patient_external_id="another"
            ),
        ),
        told(
            "appointment_by_id_and_patient_external_id",
            APPOINTMENT,
            appointment(appointment_id="another"),
            f'["another", "{PATIENT}"]',
            "another",
            created,
        ),
    ),
    "payer-enabled": (
        Case(
            "disabled",
            creating(non_insurance_payer_id=PAYER),
            creating(non_insurance_payer_id=DISABLED),
            f'$.non_insurance_payer_id is "{DISABLED}"',
            "a payer that is enabled",
            lambda _client, answer: _disabled(answer),
        ),
    ),
    "refund-within-payments": (
        Case(
            "more than was paid",
            creating(non_insurance_payer_id=MODEST, amount_cents=PAID_CENTS),
            creating(non_insurance_payer_id=MODEST, amount_cents=PAID_CENTS + 1),
            f"$.amount_cents is {PAID_CENTS + 1}",
            f"at most {PAID_CENTS}",
            created_with(amount_cents=PAID_CENTS + 1),
        ),
        Case(
            "the fixture does not tell what was paid",
            creating(amount_cents=2**31 - 1),
            creating(non_insurance_payer_id=MODEST, amount_cents=2**31 - 1),
            f"$.amount_cents is {2**31 - 1}",
            f"at most {PAID_CENTS}",
            created_with(amount_cents=2**31 - 1),
        ),
    ),
}


def _disabled(answer: Answer) -> None:
    assert answer.json["non_insurance_payer"]["enabled"] is False
