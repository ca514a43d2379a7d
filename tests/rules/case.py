"""What a case of a rule is: a request at either side of its edge, and what each is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.spec.facts import REFUNDS_PATH
from tests.client import Answer, Client
from tests.organization import DOCUMENT, REFUND

__all__ = [
    "Case",
    "Send",
    "Then",
    "created",
    "created_with",
    "creating",
    "listed",
    "listing",
    "patching",
    "posting",
    "unchanged",
    "updating",
]

Send = Callable[[Client], Answer]
Then = Callable[[Client, Answer], None]


@dataclass(frozen=True)
class Case:
    """One edge of a rule.

    `kept` is the last request that keeps the rule, `breached` the first that does not. `told`
    begins with the place and the value of the breach, and `accepted` is a part of what is told to
    be accepted. `relaxed` asserts what the rule's `relaxed` says of the breaching request.
    """

    name: str
    kept: Send
    breached: Send
    told: str
    accepted: str
    relaxed: Then
    document: Mapping[str, Any] = field(default_factory=lambda: DOCUMENT)
    status: int = 422
    error: str = "UnprocessableEntityError"
    entity_id: str | None = None
    relaxed_status: int = 200


def creating(**changes: Any) -> Send:
    """Create a refund by a body with these changes."""
    return lambda client: client.create(**changes)


def updating(**document: Any) -> Send:
    """Update the full refund by this body."""
    return lambda client: client.update(REFUND, document)


def posting(body: bytes, **headers: str | None) -> Send:
    """Create a refund by these bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda client: client.send("POST", REFUNDS_PATH, body=body, headers=named)


def patching(body: bytes) -> Send:
    """Update the full refund by these bytes."""
    return lambda client: client.send("PATCH", f"{REFUNDS_PATH}/{REFUND}", body=body)


def listing(query: bytes) -> Send:
    """List refunds by this query string."""
    return lambda client: client.send("GET", REFUNDS_PATH, query=query)


def unchanged(client: Client, answer: Answer) -> None:
    """The full refund was answered and is as the fixture has it."""
    client.reset()
    assert answer.json == client.get(REFUND).json


def created(client: Client, answer: Answer) -> None:
    """A refund was answered, and is there."""
    assert client.get(answer.json["non_insurance_payer_refund_id"]).body == answer.body


def created_with(**fields: Any) -> Then:
    """A refund was answered with these fields; a field of None is not in the answer."""

    def then(client: Client, answer: Answer) -> None:
        created(client, answer)
        assert {name: answer.json.get(name) for name in fields} == fields

    return then


def listed(*refund_ids: str) -> Then:
    """A page of exactly these refunds was answered."""

    def then(_client: Client, answer: Answer) -> None:
        ids = [refund["non_insurance_payer_refund_id"] for refund in answer.json["items"]]
        assert ids == list(refund_ids)

    return then
