"""One refund as it is stored: what lists are ordered and filtered by, and its answer already
encoded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from mockserver.state.organization import Payer

__all__ = ["OPTIONAL_FIELDS", "Refund", "encode_allocation", "encode_optional"]

OPTIONAL_FIELDS = ("refund_timestamp", "refund_note", "check_number", "refund_reason", "invoice_id")
"""The fields an answer may lack, in the order of the vendor's page."""


class Refund(NamedTuple):
    """A refund, frozen.

    `sequence` is its place in the order of creation; `nanoseconds` its timestamp since 1970, None
    without one. The answer is `opening + payer.json + body`; `body[optional_at:]` holds the
    optional fields, which alone an update can change.
    """

    sequence: int
    id: str
    payer: Payer
    amount_cents: int
    nanoseconds: int | None
    check_number: str | None
    invoice_id: str | None
    opening: bytes
    body: bytes
    optional_at: int

    @classmethod
    def made(
        cls,
        sequence: int,
        refund_id: str,
        payer: Payer,
        amount_cents: int,
        allocations: bytes,
        optional: Mapping[str, str],
        nanoseconds: int | None,
    ) -> Refund:
        """Encode a refund from its parts; `allocations` is the encoded list."""
        fixed = b',"amount_cents":%d,"allocations":%b' % (amount_cents, allocations)
        return cls(
            sequence,
            refund_id,
            payer,
            amount_cents,
            nanoseconds,
            optional.get("check_number"),
            optional.get("invoice_id"),
            b'{"non_insurance_payer_refund_id":"%b","non_insurance_payer":' % refund_id.encode(),
            fixed + encode_optional(optional),
            len(fixed),
        )

    @property
    def json(self) -> bytes:
        """The answer to get."""
        return self.opening + self.payer.json + self.body

    def optional(self) -> dict[str, str]:
        """The optional fields it has, by name, in the order of the answer."""
        rest = self.body[self.optional_at :]
        fields: dict[str, str] = json.loads(b"{" + rest.lstrip(b","))
        return fields

    def changed(self, optional: Mapping[str, str], nanoseconds: int | None) -> Refund:
        """The same refund with other optional fields."""
        return self._replace(
            nanoseconds=nanoseconds,
            check_number=optional.get("check_number"),
            invoice_id=optional.get("invoice_id"),
            body=self.body[: self.optional_at] + encode_optional(optional),
        )

    def export(self) -> dict[str, Any]:
        """The refund as a fixture file writes it: the answer, with the payer's id for the payer."""
        body = json.loads(b"{" + self.body[1:])
        return {
            "non_insurance_payer_refund_id": self.id,
            "non_insurance_payer_id": self.payer.id,
            **body,
        }


def encode_optional(fields: Mapping[str, str]) -> bytes:
    """The end of an answer: the optional fields that are there, in the page's order."""
    parts = [
        f',"{name}":{encode_basestring(fields[name])}' for name in OPTIONAL_FIELDS if name in fields
    ]
    parts.append("}")
    return "".join(parts).encode()


def encode_allocation(
    amount_cents: int, target: bytes, allocation_id: str, earmark: bytes | None, allocated_on: str
) -> bytes:
    """One Allocation of an answer; `target` and `earmark` are already encoded."""
    middle = b"" if earmark is None else b',"earmark":%b' % earmark
    return b'{"amount_cents":%d,"target":%b,"allocation_id":"%b"%b,"allocated_on":"%b"}' % (
        amount_cents,
        target,
        allocation_id.encode(),
        middle,
        allocated_on.encode(),
    )
