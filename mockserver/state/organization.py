"""What an organization has before any refund is made: payers, targets and invoices, never changed
by a request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "APPOINTMENT",
    "BILLING_PROVIDER",
    "CLAIM",
    "ENCOUNTER",
    "SERVICE_LINE",
    "Organization",
    "Payer",
    "TargetKey",
    "encoded_target",
]

SERVICE_LINE, CLAIM = "service_line_by_id", "claim_by_id"
ENCOUNTER, BILLING_PROVIDER = "claim_by_encounter_external_id", "billing_provider_by_id"
APPOINTMENT = "appointment_by_id_and_patient_external_id"
"""The create kinds of targets."""

TargetKey = str | tuple[str, str]
"""What a request names a target by: one id, or the appointment id with the patient's external id.
"""


@dataclass(frozen=True, slots=True)
class Payer:
    """A non-insurance payer: its answer as encoded JSON, shared by all its refunds, and what rules
    ask of it.
    """

    id: str
    json: bytes
    enabled: bool = True
    paid_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """The reference data of one fixture.

    `payers` by id; `targets` by the create kind (`claim_by_id` ...) and then by key: of a service
    line and of an encounter's external id the id of the claim, of a claim that of the encounter,
    and else an empty text; `invoices` by id, each the very text that refunds share;
    `credentials` maps the client ids whose secret is checked to that secret. `source` is what it
    was made from: state keeps it for the export and does not look inside.
    """

    payers: Mapping[str, Payer] = field(default_factory=dict)
    targets: Mapping[str, Mapping[TargetKey, str]] = field(default_factory=dict)
    invoices: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    earmarking: bool = True
    source: Any = None

    def target(self, kind: str, key: TargetKey) -> bytes | None:
        """The encoded AllocationTarget that a create names so; None for one that is not here."""
        owner = self.targets.get(kind, {}).get(key)
        if owner is None:
            return None
        claim_id = key if kind == CLAIM else owner
        return encoded_target(kind, key, claim_id, self.targets[CLAIM].get(claim_id, ""))


def encoded_target(kind: str, key: TargetKey, claim_id: TargetKey, encounter_id: str) -> bytes:
    """The AllocationTarget of an answer for a create kind and key, whose claim and encounter are
    these if it has them.
    """
    if isinstance(key, tuple):
        appointment_id, patient_external_id = key
        names = {"appointment_id": appointment_id, "patient_external_id": patient_external_id}
        document = {"type": "appointment", **names}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    if kind == BILLING_PROVIDER:
        return f'{{"type":"billing_provider_id","billing_provider_id":"{key}"}}'.encode()
    ids = f'"claim_id":"{claim_id}","encounter_id":"{encounter_id}"'
    if kind == SERVICE_LINE:
        return f'{{"type":"service_line",{ids},"service_line_id":"{key}"}}'.encode()
    return f'{{"type":"claim",{ids}}}'.encode()
