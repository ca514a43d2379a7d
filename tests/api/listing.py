"""What a list should be: plain JSON, filtered and sorted as the contract says; no test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from tests.client import Client
from tests.organization import (
    DOCUMENT,
    INVOICE,
    MODEST,
    OTHER_INVOICE,
    OTHER_PAYER,
    PAYER,
    Json,
    uuid,
)

__all__ = ["ORDERS", "ids", "many", "ordered", "selected", "walked"]

ORDERS = [(s, d) for s in ("refund_timestamp", "amount_cents") for d in ("asc", "desc")]

_INSTANTS = (
    "2024-01-03T00:00:00Z", None, "2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z",
    "2023-12-31T23:59:59.5Z", None, "1969-07-20T20:17:40Z",
)  # fmt: skip
_CHECKS = ("1001", "1002", None, "1001", "", "1003 ü&=")
_AMOUNTS = (500, 100, 500, 2, 99)
_INVOICES = (INVOICE, None, OTHER_INVOICE, None)


def many(count: int) -> Json:
    """The tiny organization with so many refunds of mixed fields, with ties and gaps in each."""
    columns = zip(
        range(1, count + 1),
        cycle((PAYER, OTHER_PAYER, MODEST)),
        cycle(_AMOUNTS),
        cycle(_INSTANTS),
        cycle(_CHECKS),
        cycle(_INVOICES),
        strict=False,
    )
    return {**DOCUMENT, "refunds": [_refund(*row) for row in columns]}


def _refund(number: int, payer: str, amount: int, instant: Any, check: Any, invoice: Any) -> Json:
    fields = {
        "non_insurance_payer_refund_id": uuid(0x9, number),
        "non_insurance_payer_id": payer,
        "amount_cents": amount,
        "allocations": [],
        "refund_timestamp": instant,
        "check_number": check,
        "invoice_id": invoice,
    }
    return {name: value for name, value in fields.items() if value is not None}


def selected(refunds: Iterable[Json], **filters: Any) -> list[Json]:
    """The refunds that agree with every filter; with any one of several check numbers."""
    payer, invoice = filters.get("non_insurance_payer_id"), filters.get("invoice_id")
    checks = filters.get("check_number")
    return [
        refund
        for refund in refunds
        if payer in (None, refund["non_insurance_payer"]["non_insurance_payer_id"])
        and invoice in (None, refund.get("invoice_id"))
        and (checks is None or refund.get("check_number") in checks)
    ]


def ordered(refunds: Sequence[Json], sort: str, direction: str) -> list[Json]:
    """The refunds in a list's order, given them in the order of their creation."""
    sign = 1 if direction == "asc" else -1
    known = [refund for refund in refunds if sort in refund]
    known.sort(key=lambda refund: sign * _number(refund[sort]))
    return known + [refund for refund in refunds if sort not in refund]


def _number(value: int | str) -> float:
    if isinstance(value, int):
        return value
    return datetime.fromisoformat(value).astimezone(UTC).timestamp()


def ids(refunds: Iterable[Json]) -> list[str]:
    """The ids of refunds."""
    return [refund["non_insurance_payer_refund_id"] for refund in refunds]


def walked(client: Client, token: str | None = None, **query: Any) -> list[Json]:
    """Every page from a token's, or the first, to the last, by next tokens."""
    pages: list[Json] = []
    if token is not None:
        query["page_token"] = token
    while True:
        answer = client.list(**query)
        assert answer.status == 200, answer.body
        pages.append(answer.json)
        assert len(pages) < 2_000, "the walk does not end"
        if "next_page_token" not in answer.json:
            return pages
        query["page_token"] = answer.json["next_page_token"]
