"""One world that is steered, for the tests of faults, journal, clock, limits and snapshots."""

from __future__ import annotations

from typing import Any

import httpx

from tests.control.refunds import PATH, refund_of

__all__ = ["HERE", "PATH", "Steered"]

HERE = "/_mock/worlds/default"


class Steered:
    """The default world of a stand-in behind a client."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def fault(self, **document: Any) -> dict[str, Any]:
        """Set a fault, and answer it as it is kept."""
        answer = self.client.post(f"{HERE}/faults", json=document)
        assert answer.status_code == 201, answer.text
        kept: dict[str, Any] = answer.json()
        return kept

    def refused(self, **document: Any) -> str:
        """The message that refuses a fault."""
        answer = self.client.post(f"{HERE}/faults", json=document)
        assert answer.status_code == 422, answer.text
        told: str = answer.json()["error"]
        return told

    def create(
        self, amount_cents: int = 1, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """The answer to a create."""
        return self.client.post(PATH, json=refund_of(amount_cents), headers=headers)

    def list(self) -> httpx.Response:
        """The answer to a list."""
        return self.client.get(PATH, params={"limit": 999})

    def count(self) -> int:
        """How many refunds the world holds, asked beside the vendor's API."""
        held: int = self.client.get(HERE).json()["refunds"]
        return held
