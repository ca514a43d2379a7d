"""Writes a world file from read-only calls: the payers, targets and invoices of refunds."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.errors import TargetError
from contracts.model import REFUNDS
from contracts.targets.target import Pairs, Request, Send

Json = dict[str, Any]
_MOST_PAGES = 1_000
_PAYER_ID = "non_insurance_payer_id"
_PROVIDER = "billing_provider_id"


def discover(send: Send, most: int = 1_000) -> Json:
    """A world file's content, without the refunds themselves and without what no answer contains:
    external ids of encounters.

    Args:
        send: the target, behind the read-only tier.
        most: how many refunds to read.

    Raises:
        TargetError: the list cannot be read.
    """
    rows = list(_rows(send, most))
    parts = [part for row in rows for part in row.get("allocations") or ()]
    targets = [part.get("target") or {} for part in parts]
    payers = [row["non_insurance_payer"] for row in rows if _has_payer(row)]
    invoices = {row["invoice_id"] for row in rows if isinstance(row.get("invoice_id"), str)}
    providers = {t["billing_provider_id"] for t in targets if t.get("type") == _PROVIDER}
    appointments = {
        (target["appointment_id"], target["patient_external_id"])
        for target in targets
        if target.get("type") == "appointment"
    }
    return {
        "format": 1,
        "description": "Written by `contracts discover` from existing refunds.",
        "settings": {"earmarking": any("earmark" in part for part in parts)},
        "non_insurance_payers": list({p[_PAYER_ID]: p for p in payers}.values()),
        "encounters": [_encounter(key, claims) for key, claims in _encounters(targets).items()],
        "billing_providers": [{"billing_provider_id": key} for key in sorted(providers)],
        "appointments": [
            {"appointment_id": appointment, "patient_external_id": patient}
            for appointment, patient in sorted(appointments)
        ],
        "invoices": [{"invoice_id": key} for key in sorted(invoices)],
    }


def _rows(send: Send, most: int) -> Iterator[Json]:
    token, seen = None, 0
    for _ in range(_MOST_PAGES):
        query: Pairs = (("limit", str(min(999, most - seen))),)
        reply = send(Request("GET", REFUNDS, (*query, ("page_token", token)) if token else query))
        page = reply.json_or_none()
        items = page.get("items") if isinstance(page, dict) else None
        if reply.status != 200 or not isinstance(page, dict) or not isinstance(items, list):
            why = "check the credentials" if reply.status == 401 else "is this the refunds API?"
            raise TargetError(f"GET {REFUNDS} answered {reply.status}; {why}")
        rows = [row for row in items if isinstance(row, dict)]
        yield from rows
        seen += len(rows)
        token = page.get("next_page_token")
        if not isinstance(token, str) or seen >= most:
            return


def _has_payer(row: Json) -> bool:
    payer = row.get("non_insurance_payer")
    return isinstance(payer, dict) and isinstance(payer.get(_PAYER_ID), str)


def _encounters(targets: Iterable[Json]) -> dict[str, dict[str, set[str]]]:
    """The ids of service lines by encounter and claim, in the order in which they are met."""
    encounters: dict[str, dict[str, set[str]]] = {}
    for target in targets:
        if target.get("type") in {"claim", "service_line"}:
            claims = encounters.setdefault(target["encounter_id"], {})
            lines = claims.setdefault(target["claim_id"], set())
            if target["type"] == "service_line":
                lines.add(target["service_line_id"])
    return encounters


def _encounter(encounter_id: str, claims: Mapping[str, set[str]]) -> Json:
    return {
        "encounter_id": encounter_id,
        "claims": [
            {
                "claim_id": claim,
                "service_lines": [{"service_line_id": line} for line in sorted(lines)],
            }
            for claim, lines in claims.items()
        ],
    }
