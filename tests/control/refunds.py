"""Refunds of one world, for the tests of the control plane."""

from __future__ import annotations

from typing import Any

import httpx

from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH

__all__ = ["PATH", "created", "ids", "refund_of", "worlds"]

PATH = REFUNDS_PATH


def refund_of(amount_cents: int = 1, **fields: Any) -> dict[str, Any]:
    """A refund to create, all of it unattributed."""
    allocation = {"amount_cents": amount_cents, "target": {"type": "unattributed"}}
    return {
        "non_insurance_payer_id": PAGE_EXAMPLE_ID,
        "amount_cents": amount_cents,
        "allocations": [allocation],
        **fields,
    }


def worlds(client: httpx.Client) -> list[str]:
    """The names of all worlds, in the order in which they were made."""
    return [world["name"] for world in client.get("/_mock/worlds").json()["worlds"]]


def created(client: httpx.Client, world: str) -> dict[str, Any]:
    """A refund just created in the world."""
    answer = client.post(f"/_mock/w/{world}{PATH}", json=refund_of())
    assert answer.status_code == 200, answer.text
    refund: dict[str, Any] = answer.json()
    return refund


def ids(client: httpx.Client, world: str) -> list[str]:
    """The ids of all refunds of the world, in its default order."""
    answer = client.get(f"/_mock/w/{world}{PATH}", params={"limit": 999})
    assert answer.status_code == 200, answer.text
    return [refund["non_insurance_payer_refund_id"] for refund in answer.json()["items"]]
