"""What an organization holds that refunds refer to, read from a world file; no refund logic."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from contracts.errors import WorldFileError

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Organization:
    """The facts a prediction needs; ids are lower-case uuid text unless said otherwise.

    Attributes:
        payers: payer id to the payer object as the API returns it.
        paid_cents: payer id to what the payer has paid, where known.
        service_lines: service line id to (claim id, encounter id).
        claims: claim id to encounter id.
        encounters: external id (free text) to (first claim id, encounter id). Encounters whose
            external id a world file does not tell are left out: no answer of the API names it.
        billing_providers: their ids.
        appointments: pairs (appointment id, patient external id), free text.
        invoices: their ids.
        refunds: refund objects as the API returns them, in order of creation.
        earmarking: whether allocations may carry an earmark.
    """

    payers: Mapping[str, Json] = field(default_factory=dict)
    paid_cents: Mapping[str, int] = field(default_factory=dict)
    service_lines: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    encounters: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    billing_providers: frozenset[str] = frozenset()
    appointments: frozenset[tuple[str, str]] = frozenset()
    invoices: frozenset[str] = frozenset()
    refunds: tuple[Json, ...] = ()
    earmarking: bool = False
    _made: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, make: Callable[["Organization"], T]) -> T:
        """What a function makes of this organization, for which it is called once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def enabled_payers(self) -> list[str]:
        """Ids of the payers that are enabled, in the file's order."""
        return [key for key, payer in self.payers.items() if payer.get("enabled", True)]

    def disabled_payers(self) -> list[str]:
        """Ids of the payers that are disabled, in the file's order."""
        return [key for key, payer in self.payers.items() if not payer.get("enabled", True)]


def load_organization(path: str | Path) -> Organization:
    """The organization of a world file, which is JSON.

    Raises:
        WorldFileError: no such file, not of the format, or a reference that leads nowhere.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldFileError(f"{path}: cannot be read ({error})") from error
    try:
        return organization_from(json.loads(text))
    except ValueError as error:
        raise WorldFileError(f"{path}: no JSON ({error})") from error
    except WorldFileError as error:
        raise WorldFileError(f"{path}: {error}") from error


def organization_from(document: object) -> Organization:
    """The organization of a parsed world file.

    Raises:
        WorldFileError: the path in the document and what is wrong there.
    """
    if not isinstance(document, dict) or document.get("format") != 1:
        raise WorldFileError('$: expected an object with "format": 1')
    if PAYERS not in document:
        raise WorldFileError(f"$.{PAYERS} is missing, so this is no world file")
    try:
        return _organization(document)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WorldFileError(f"$: an entry is not of the format: {error!r}") from error


def _organization(document: Json) -> Organization:
    payers = {_id(row, "non_insurance_payer_id"): row for row in _rows(document, PAYERS)}
    encounters = _rows(document, "encounters")
    claims = [(_id(e, "encounter_id"), claim) for e in encounters for claim in e.get("claims", ())]
    public = {key: _without(row, "paid_cents") for key, row in payers.items()}
    return Organization(
        payers=public,
        paid_cents={k: int(row["paid_cents"]) for k, row in payers.items() if "paid_cents" in row},
        service_lines={
            _id(line, "service_line_id"): (_id(claim, "claim_id"), encounter)
            for encounter, claim in claims
            for line in claim.get("service_lines", ())
        },
        claims={_id(claim, "claim_id"): encounter for encounter, claim in claims},
        encounters={
            row["encounter_external_id"]: (
                _id(row["claims"][0], "claim_id"),
                _id(row, "encounter_id"),
            )
            for row in encounters
            if row.get("claims") and row.get("encounter_external_id") is not None
        },
        billing_providers=_ids(_rows(document, "billing_providers"), "billing_provider_id"),
        appointments=frozenset(
            (row["appointment_id"], row["patient_external_id"])
            for row in _rows(document, "appointments")
        ),
        invoices=_ids(_rows(document, "invoices"), "invoice_id"),
        refunds=tuple(_refund(row, public) for row in _rows(document, "refunds")),
        earmarking=bool(document.get("settings", {}).get("earmarking", False)),
    )


PAYERS = "non_insurance_payers"


def _refund(row: Json, payers: Mapping[str, Json]) -> Json:
    payer = payers.get(_id(row, "non_insurance_payer_id"))
    if payer is None:
        raise WorldFileError(
            f"refunds: no payer {row['non_insurance_payer_id']!r} in {PAYERS}; add it there"
        )
    return _without(row, "non_insurance_payer_id") | {"non_insurance_payer": payer}


def _rows(document: Json, key: str) -> list[Json]:
    rows = document.get(key) or []
    if not isinstance(rows, list):
        raise WorldFileError(f"{key}: expected a list, found {type(rows).__name__}")
    return rows


def _id(row: Mapping[str, Any], key: str) -> str:
    return str(row[key]).lower()


def _ids(rows: Iterable[Json], key: str) -> frozenset[str]:
    return frozenset(_id(row, key) for row in rows)


def _without(row: Json, key: str) -> Json:
    return {name: value for name, value in row.items() if name != key}


def allocation_targets(organization: Organization, kind: str | None = None) -> list[Json]:
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
