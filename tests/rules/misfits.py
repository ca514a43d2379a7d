"""Values that do not fit each place of a body, with what is told to fit there; no test."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.organization import (
    INVOICE,
    NOW,
    OTHER_INVOICE,
    PAYER,
    Json,
    appointment,
    body,
    part,
    target,
    uuid,
)

__all__ = ["CREATE", "CREATE_MISFITS", "MISSING", "UPDATE", "UPDATE_MISFITS", "Misfits", "placed"]

MISSING: Any = object()
"""Stands for a field that is left out."""

Values = tuple[Any, ...]

NO_UUIDS: Values = (
    5, True, [], {}, "", "x", PAYER[:-1], PAYER + "0", PAYER.replace("-", ""), f"{{{PAYER}}}",
    f"urn:uuid:{PAYER}", f" {PAYER}", PAYER + "\n", PAYER.replace("0", "g"),
    PAYER.replace("0", "٠"), PAYER.replace("-", "_"),
)  # fmt: skip
NO_TEXTS: Values = (5, 5.5, False, [], ["x"], {}, {"value": "x"})
NO_INTEGERS: Values = ("1", "", True, False, 1.5, -0.1, [], [1], {}, "0x10", "١")
NO_OBJECTS: Values = (5, "x", True, [], [{}])
NO_DATES: Values = (
    5, "", "today", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-5",
    "20240105", "24-01-05", NOW, "2024-01-05 ", "２０２４-01-05", "2024-W01-1", "0000-01-01",
)  # fmt: skip
NO_INSTANTS: Values = (
    5, True, [], {}, "", "now", "2024-01-15", "09:30:00Z", "2024-01-15T09:30Z",
    "2024-02-30T09:30:00Z",
    "2024-01-15T24:00:00Z", "2024-06-30T23:59:60Z", "2024-01-15T09:60:00Z", "2024-01-15T09:30:00.Z",
    "2024-01-15T09:30:00,5Z", "2024-01-15T09:30:00+0100", "2024-01-15T09:30:00+01",
    "2024-01-15T09:30:00+24:00", "2024-01-15T09:30:00+01:60", "2024-01-15T09:30:00 Z",
    "2024-01-15  09:30:00Z", "2024-01-15_09:30:00Z", "20240115T093000Z", "2024-W03-1T09:30:00Z",
    "0000-01-15T09:30:00Z", "10000-01-15T09:30:00Z", "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01", "２０２４-01-15T09:30:00Z", f" {NOW}", f"{NOW}\n", "1705311000",
)  # fmt: skip
REASON = "one of 'OVERCHARGED', 'ENTERED_IN_ERROR' or 'TRANSFER'"
NO_REASONS: Values = (5, "", "overcharged", "OTHER", [], {}, True)

CREATE: Json = body(
    amount_cents=200,
    allocations=[
        part(aim=target("billing_provider_by_id", uuid(0xF, 1))),
        part(20, earmark={"type": "date_of_service", "value": "2024-01-15"}),
        part(30, appointment()),
        part(50, target("claim_by_encounter_external_id", "encounter-2")),
    ],
    invoice_id=INVOICE,
    refund_timestamp=NOW,
    refund_note="note",
    check_number="1001",
    refund_reason="TRANSFER",
)
"""A body of create with something at every place below."""

UPDATE: Json = {
    "refund_timestamp": NOW,
    "refund_note": {"type": "set", "value": "note"},
    "refund_reason": {"type": "set", "value": "TRANSFER"},
    "invoice_id": {"type": "set", "value": OTHER_INVOICE},
}

Misfits = dict[str, tuple[str, Values]]

CREATE_MISFITS: Misfits = {
    "$.non_insurance_payer_id": ("", (MISSING, None, *NO_UUIDS)),
    "$.amount_cents": ("", (MISSING, None, *NO_INTEGERS)),
    "$.allocations": ("", (MISSING, None, 5, "x", {}, {"0": part()})),
    "$.allocations[1]": ("an object", (None, *NO_OBJECTS)),
    "$.allocations[1].amount_cents": ("", (MISSING, None, *NO_INTEGERS)),
    "$.allocations[0].target": (
        "",
        (
            *(MISSING, None, *NO_OBJECTS, {}, {"value": PAYER}, {"type": None}, {"type": 5}),
            *({"type": kind, "value": PAYER} for kind in ("", "service_line", "Claim_by_id")),
        ),
    ),
    "$.allocations[0].target.value": ("", (MISSING, None, *NO_UUIDS)),
    "$.allocations[2].target.appointment_id": ("a string", (None, *NO_TEXTS)),
    "$.allocations[2].target.patient_external_id": ("a string", (None, *NO_TEXTS)),
    "$.allocations[3].target.value": ("a string", (None, *NO_TEXTS)),
    "$.allocations[1].earmark": ("", (*NO_OBJECTS, {}, {"type": "other", "value": "x"})),
    "$.allocations[1].earmark.value": ("", (MISSING, None, *NO_DATES)),
    "$.invoice_id": ("", NO_UUIDS),
    "$.refund_timestamp": ("an RFC 3339 date-time such as", NO_INSTANTS),
    "$.refund_note": ("a string", NO_TEXTS),
    "$.check_number": ("a string", NO_TEXTS),
    "$.refund_reason": (REASON, NO_REASONS),
}
"""By the place that is told: what is told to fit there, if it is one text, and what does not."""

UPDATE_MISFITS: Misfits = {
    "$.refund_timestamp": ("an RFC 3339 date-time such as", (*NO_INSTANTS, {"type": "remove"})),
    **{
        f"$.{name}": ("", (*NO_OBJECTS, {}, {"value": "x"}, {"type": "unset"}, {"type": None}))
        for name in ("refund_note", "refund_reason", "invoice_id")
    },
    "$.refund_note.value": ("", (MISSING, None, *NO_TEXTS)),
    "$.refund_reason.value": ("", (MISSING, None, *NO_REASONS)),
    "$.invoice_id.value": ("", (MISSING, None, *NO_UUIDS)),
}

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def placed(document: Json, path: str, value: Any) -> Json:
    """A copy of the document with the value at the JSON path, or nothing there if it is MISSING."""
    document = copy.deepcopy(document)
    steps: list[Any] = [int(i) if i else name for name, i in _STEP.findall(path)]
    parent: Any = document
    for step in steps[:-1]:
        parent = parent[step]
    if value is MISSING:
        del parent[steps[-1]]
    else:
        parent[steps[-1]] = value
    return document
