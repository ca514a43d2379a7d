"""Refunds to create, and a list walked to its end, for tests of concurrency."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from mockserver.spec.facts import PAGE_EXAMPLE_ID
from tests.concurrency.connection import Connection

__all__ = ["page_of", "refund_of", "walk"]

Refund = dict[str, Any]
Page = dict[str, Any]


def refund_of(amount_cents: int, check_number: str, **fields: str) -> Refund:
    """A refund to create, all of it unattributed."""
    allocation = {"amount_cents": amount_cents, "target": {"type": "unattributed"}}
    return {
        "non_insurance_payer_id": PAGE_EXAMPLE_ID,
        "amount_cents": amount_cents,
        "check_number": check_number,
        "allocations": [allocation],
        **fields,
    }


async def page_of(connection: Connection, **query: object) -> Page:
    """One page of the list."""
    reply = await connection.request("GET", f"?{urlencode(query)}")
    assert reply.status == 200, reply
    page: Page = reply.content
    return page


async def walk(connection: Connection, **query: object) -> list[Refund]:
    """All refunds of the list, by its next tokens."""
    page = await page_of(connection, **query)
    found: list[Refund] = page["items"]
    while token := page.get("next_page_token"):
        page = await page_of(connection, page_token=token, **query)
        found += page["items"]
    return found
