"""Someone with a stand-in of his own, who creates, lists and changes refunds; nothing is judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from mockserver import Settings, create_app
from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH, TOKEN_PATH
from tests.serving import in_process

__all__ = ["ABSENT", "UNATTRIBUTED", "Caller", "ids"]

Json = dict[str, Any]

ABSENT = "00000000-0000-4000-8000-000000000000"
"""An id that stands for nothing in any fixture."""

UNATTRIBUTED: Json = {"type": "unattributed"}


class Caller:
    """Calls a stand-in that runs in this process, with the settings of `create_app`.

    What is created has the check number `mine`, by which `mine` lists it, unless it is told
    otherwise.
    """

    def __init__(self, **settings: Any) -> None:
        self.app = create_app(Settings(**{"clock": "2024-01-15T09:30:00Z", **settings}))
        self.client = in_process(self.app)

    def as_(self, token: str) -> Caller:
        """The same stand-in, called with another bearer token; '' sends none at all."""
        self.client = in_process(self.app, token)
        if not token:
            del self.client.headers["authorization"]
        return self

    def post(self, content: str | bytes, media_type: str = "application/json") -> httpx.Response:
        """The answer to a create with this very body."""
        return self.client.post(REFUNDS_PATH, content=content, headers={"content-type": media_type})

    def create(self, *targets: Json, earmark: Json | None = None, **fields: Any) -> httpx.Response:
        """The answer to a create of one cent for each target, unattributed if there is none."""
        earmarked = {} if earmark is None else {"earmark": earmark}
        allocations = [
            {"amount_cents": 1, "target": target, **earmarked}
            for target in targets or (UNATTRIBUTED,)
        ]
        body = {
            "non_insurance_payer_id": PAGE_EXAMPLE_ID,
            "amount_cents": len(allocations),
            "allocations": allocations,
            "check_number": "mine",
        }
        return self.post(json.dumps({**body, **fields}))

    def created(self, *targets: Json, **fields: Any) -> Json:
        """The refund that a create answers; fails when it is refused."""
        answer = self.create(*targets, **fields)
        assert answer.status_code == 200, answer.text
        refund: Json = answer.json()
        return refund

    def one(self, refund: Json | str) -> str:
        """The path of a refund, or of an id."""
        refund_id = refund if isinstance(refund, str) else refund["non_insurance_payer_refund_id"]
        return f"{REFUNDS_PATH}/{refund_id}"

    def update(self, refund: Json | str, body: Json) -> httpx.Response:
        """The answer to an update."""
        return self.client.patch(self.one(refund), json=body)

    def page(self, **query: Any) -> Json:
        """A page of a list; fails when it is refused."""
        answer = self.client.get(REFUNDS_PATH, params=query)
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        return page

    def mine(self, **query: Any) -> list[str]:
        """The ids on a page of what was created here."""
        return ids(self.page(**{"check_number": "mine", **query}))

    def token(self, client_id: str, client_secret: str = "x") -> httpx.Response:
        """The answer to a request for a token."""
        pair = {"client_id": client_id, "client_secret": client_secret}
        return self.client.post(TOKEN_PATH, json=pair)

    def export(self) -> bytes:
        """Everything that the world `default` holds."""
        return self.client.get("/_mock/worlds/default/export").content


def ids(page: Mapping[str, Any]) -> list[str]:
    """The ids of the refunds on a page."""
    return [refund["non_insurance_payer_refund_id"] for refund in page["items"]]
