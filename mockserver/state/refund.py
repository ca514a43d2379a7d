"""One refund as it is stored: what lists are ordered and filtered by, and its answer already
encoded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from mockserver.state.organization import Payer

__all__ = [
    "OPTIONAL_FIELDS",
    "Refund",
    "encode_allocation",
    "encode_opening",
    "encode_optional",
    "parts_of",
]

OPTIONAL_FIELDS = ("refund_timestamp", "refund_note", "check_number", "refund_reason", "invoice_id")
"""The fields an answer may lack, in the order of the vendor's page."""

_ALLOCATIONS = '"allocations":'
_DECODER = json.JSONDecoder()
_BEFORE_ID = b'{"non_insurance_payer_refund_id":"'
_BEHIND_ID = b'","non_insurance_payer":'
_ID = slice(len(_BEFORE_ID), -len(_BEHIND_ID))


class Refund(NamedTuple):
    """A refund as it is stored.

    `sequence` is its place in the order of creation; `nanoseconds` its timestamp since 1970, None
    without one. The answer is `opening + payer.json + body`; `opening` has the id, and `body`
    starts with a comma, has the amount, then the allocations, then the optional fields, which alone
    an update can change.
    """

    sequence: int
    payer: Payer
    amount_cents: int
    nanoseconds: int | None
    check_number: str | None
    invoice_id: str | None
    opening: bytes
    body: bytes

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
        return cls(
            sequence,
            payer,
            amount_cents,
            nanoseconds,
            optional.get("check_number"),
            optional.get("invoice_id"),
            encode_opening(refund_id),
            b',"amount_cents":%d,"allocations":%b%b'
            % (amount_cents, allocations, encode_optional(optional)),
        )

    @property
    def id(self) -> str:
        """Its id, which is kept in the opening alone."""
        return self.opening[_ID].decode()

    @property
    def json(self) -> bytes:
        """The answer to get."""
        return self.opening + self.payer.json + self.body

    def optional(self) -> dict[str, str]:
        """The optional fields it has, by name, in the order of the answer."""
        fields = json.loads(b"{" + self.body[1:])
        return {name: fields[name] for name in OPTIONAL_FIELDS if name in fields}

    def changed(self, optional: Mapping[str, str], nanoseconds: int | None) -> Refund:
        """The same refund with other optional fields."""
        text = self.body.decode()
        _, end = _DECODER.raw_decode(text, text.index(_ALLOCATIONS) + len(_ALLOCATIONS))
        return self._replace(
            nanoseconds=nanoseconds,
            check_number=optional.get("check_number"),
            invoice_id=optional.get("invoice_id"),
            body=text[:end].encode() + encode_optional(optional),
        )

    @property
    def exported(self) -> bytes:
        """The refund as a fixture file has it: the answer, with the payer's id for the payer."""
        ids = '{"non_insurance_payer_refund_id":"%s","non_insurance_payer_id":"%s"'
        return (ids % (self.id, self.payer.id)).encode() + self.body

    def export(self) -> dict[str, Any]:
        """The same, decoded."""
        document: dict[str, Any] = json.loads(self.exported)
        return document


def parts_of(
    refunds: Sequence[Refund],
) -> tuple[Sequence[bytes], Sequence[Payer], Sequence[bytes]]:
    """The openings, payers and bodies of refunds: a page is made of nothing else."""
    if not refunds:
        return (), (), ()
    _, payers, _, _, _, _, openings, bodies = zip(*refunds, strict=True)
    return openings, payers, bodies


def encode_opening(refund_id: str) -> bytes:
    """The beginning of an answer, up to the payer: as unique as the id."""
    return b"%b%b%b" % (_BEFORE_ID, refund_id.encode(errors="replace"), _BEHIND_ID)


def encode_optional(fields: Mapping[str, str]) -> bytes:
    """The end of an answer: the optional fields that are there, in the page's order."""
    if not fields:
        return b"}"
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
