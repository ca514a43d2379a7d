"""The allocation targets that an organization makes possible; which is drawn lies elsewhere."""

from typing import Any

from contracts.world import Organization

Json = dict[str, Any]


def targets_of(organization: Organization, kind: str | None = None) -> list[Json]:
    """Every valid target of one kind, or of all kinds, in a fixed order."""
    by_kind: dict[str, list[Json]] = {
        "service_line_by_id": _by_id(organization.service_lines),
        "claim_by_id": _by_id(organization.claims),
        "claim_by_encounter_external_id": _by_id(organization.encounters),
        "billing_provider_by_id": _by_id(organization.billing_providers),
        "appointment_by_id_and_patient_external_id": [
            {"appointment_id": appointment, "patient_external_id": patient}
            for appointment, patient in sorted(organization.appointments)
        ],
        "unattributed": [{}],
    }
    chosen = by_kind if kind is None else {kind: by_kind[kind]}
    return [{"type": name, **fields} for name, rows in chosen.items() for fields in rows]


def _by_id(ids: Any) -> list[Json]:
    return [{"value": value} for value in sorted(ids)]
