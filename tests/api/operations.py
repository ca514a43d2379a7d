"""The operations as data, each with a request that succeeds, and how a refusal looks; no test."""

from __future__ import annotations

from typing import Any, NamedTuple

from mockserver.spec.facts import ERROR_STATUSES, REFUNDS_PATH, TOKEN_PATH
from tests.client import Answer, Client
from tests.organization import REFUND, body

__all__ = ["MEMBER", "OPERATIONS", "SENDS_BODY", "Asked", "assert_refused", "token_of"]

MEMBER = f"{REFUNDS_PATH}/{REFUND}"


class Asked(NamedTuple):
    """A request of an operation."""

    method: str
    path: str
    document: Any = None

    def of(self, client: Client, **more: Any) -> Answer:
        """Send it."""
        if self.document is None:
            return client.send(self.method, self.path, **more)
        return client.send(self.method, self.path, self.document, **more)


OPERATIONS = {
    "get_multi": Asked("GET", REFUNDS_PATH),
    "create": Asked("POST", REFUNDS_PATH, body()),
    "get": Asked("GET", MEMBER),
    "update": Asked("PATCH", MEMBER, {"refund_note": {"type": "remove"}}),
    "delete": Asked("DELETE", MEMBER),
}
"""The five operations, by the SDK's names."""

SENDS_BODY = {
    "create": ("POST", REFUNDS_PATH),
    "update": ("PATCH", MEMBER),
    "get_token": ("POST", TOKEN_PATH),
}


def assert_refused(answer: Answer, error_name: str) -> None:
    """The answer is this error: its status, and a JSON envelope with its content alone."""
    assert answer.error == error_name, (answer.status, answer.body)
    assert answer.status == ERROR_STATUSES[error_name]
    assert answer.one("content-type") == "application/json"
    assert answer.one("content-length") == str(len(answer.body))
    assert answer.json.keys() == {"errorName", "content"}
    (content,) = answer.json["content"].items()
    assert content[0] == ("id" if error_name == "EntityNotFoundError" else "message")
    assert isinstance(content[1], str)
    assert content[1] or error_name == "EntityNotFoundError"


def token_of(client: Client, client_id: str = "me", client_secret: str = "x") -> str:
    """A token issued to the client id."""
    sent = {"client_id": client_id, "client_secret": client_secret}
    answer = client.send("POST", TOKEN_PATH, sent)
    assert answer.status == 200, answer.body
    return str(answer.json["access_token"])
