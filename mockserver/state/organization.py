"""What an organization has before any refund is made: payers, targets and invoices, never changed
by a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SERVICE_LINE", "Organization", "Payer", "TargetKey"]

SERVICE_LINE = "service_line_by_id"
_CLAIM = b'{"type":"claim",'

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

    `payers` by id; `targets` by the create kind (`claim_by_id` ...) and then by key, each the
    encoded AllocationTarget of an answer (of a service line: that of its claim, which takes no
    memory of its own); `invoices` by id, each the very text that refunds share;
    `credentials` maps the client ids whose secret is checked to that secret. `source` is what it
    was made from: state keeps it for the export and does not look inside.
    """

    payers: Mapping[str, Payer] = field(default_factory=dict)
    targets: Mapping[str, Mapping[TargetKey, bytes]] = field(default_factory=dict)
    invoices: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    earmarking: bool = True
    source: Any = None

    def target(self, kind: str, key: TargetKey) -> bytes | None:
        """The encoded AllocationTarget that a create names so; None for one that is not here."""
        found = self.targets.get(kind, {}).get(key)
        if found is None or not isinstance(key, str) or kind != SERVICE_LINE:
            return found
        ids = found[len(_CLAIM) : -1]
        return b'{"type":"service_line",%b,"service_line_id":"%b"}' % (ids, key.encode())
