"""Writes a world file from read-only calls: what existing refunds tell of payers and targets."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.errors import TargetError
from contracts.model import REFUNDS
from contracts.targets.target import Pairs, Request, Send

Json = dict[str, Any]
_MOST_PAGES = 1_000


def discover(send: Send, most: int = 1_000) -> Json:
    """A world file's content; refunds themselves are never written into it.

    Args:
        send: the target, behind the read-only tier.
        most: how many refunds to read.

    Raises:
        TargetError: the list cannot be read.
    """
    found = _Found()
    for row in _rows(send, most):
        found.refund(row)
    return found.document()


def _rows(send: Send, most: int) -> Iterator[Json]:
    token, seen = None, 0
    for _ in range(_MOST_PAGES):
        query: Pairs = (("limit", str(min(999, most - seen))),)
        reply = send(Request("GET", REFUNDS, (*query, ("page_token", token)) if token else query))
        page = reply.json_or_none()
        if reply.status != 200 or not isinstance(page, dict) or "items" not in page:
            why = "check the credentials" if reply.status == 401 else "is this the refunds API?"
            raise TargetError(f"GET {REFUNDS} answered {reply.status}; {why}")
        rows = [row for row in page["items"] if isinstance(row, dict)]
        yield from rows
        seen += len(rows)
        token = page.get("next_page_token")
        if not isinstance(token, str) or seen >= most:
            return


class _Found:
    def __init__(self) -> None:
        self.payers: dict[str, Json] = {}
        self.encounters: dict[str, dict[str, set[str]]] = {}
        self.providers: set[str] = set()
        self.appointments: set[tuple[str, str]] = set()
        self.invoices: set[str] = set()
        self.earmarks = False

    def refund(self, row: Json) -> None:
        """Note what one refund refers to."""
        payer = row.get("non_insurance_payer")
        if isinstance(payer, dict) and isinstance(payer.get("non_insurance_payer_id"), str):
            self.payers[payer["non_insurance_payer_id"]] = payer
        if isinstance(row.get("invoice_id"), str):
            self.invoices.add(row["invoice_id"])
        for part in row.get("allocations") or ():
            target = part.get("target") or {}
            self.earmarks |= "earmark" in part
            note = _TARGETS.get(target.get("type"))
            if note is not None:
                note(self, target)

    def service_line(self, target: Json) -> None:
        """Note a service line with its claim and encounter."""
        self._claim(target).add(target["service_line_id"])

    def claim(self, target: Json) -> None:
        """Note a claim with its encounter."""
        self._claim(target)

    def provider(self, target: Json) -> None:
        """Note a billing provider."""
        self.providers.add(target["billing_provider_id"])

    def appointment(self, target: Json) -> None:
        """Note an appointment."""
        self.appointments.add((target["appointment_id"], target["patient_external_id"]))

    def _claim(self, target: Json) -> set[str]:
        claims = self.encounters.setdefault(target["encounter_id"], {})
        return claims.setdefault(target["claim_id"], set())

    def document(self) -> Json:
        """The world file; external ids of encounters are not in any answer, so they are missing."""
        return {
            "format": 1,
            "description": "Written by `contracts discover` from existing refunds.",
            "settings": {"earmarking": self.earmarks},
            "non_insurance_payers": list(self.payers.values()),
            "encounters": [_encounter(key, claims) for key, claims in self.encounters.items()],
            "billing_providers": [{"billing_provider_id": key} for key in sorted(self.providers)],
            "appointments": [
                {"appointment_id": appointment, "patient_external_id": patient}
                for appointment, patient in sorted(self.appointments)
            ],
            "invoices": [{"invoice_id": key} for key in sorted(self.invoices)],
        }


_TARGETS: Mapping[Any, Callable[[_Found, Json], None]] = {
    "service_line": _Found.service_line,
    "claim": _Found.claim,
    "billing_provider_id": _Found.provider,
    "appointment": _Found.appointment,
}


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
