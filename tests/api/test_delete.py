"""Delete answers 200 with nothing, and the refund is gone for every call."""

from __future__ import annotations

import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.client import Client
from tests.organization import BARE_REFUND, REFUND


@pytest.mark.parametrize("made", ["by the fixture", "by create"])
def test_a_deleted_refund_is_gone(client: Client, made: str) -> None:
    """After a delete, get, update and delete answer 404 with the id, and no list has the refund."""
    refund_id = REFUND
    if made == "by create":
        refund_id = client.create().json["non_insurance_payer_refund_id"]
    client.list()
    answer = client.delete(refund_id)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers == ((b"content-length", b"0"), (b"mock-world", b"default"))
    for gone in (client.get(refund_id), client.update(refund_id, {}), client.delete(refund_id)):
        assert (gone.status, gone.json["content"]) == (404, {"id": refund_id})
    ids = [item["non_insurance_payer_refund_id"] for item in client.list().json["items"]]
    assert refund_id not in ids
    assert BARE_REFUND in ids


def test_an_updated_refund_is_deleted(client: Client) -> None:
    """A refund of the fixture does not come back in its old form when its new one is deleted."""
    client.update(REFUND, {"refund_note": {"type": "set", "value": "new"}})
    assert client.delete(REFUND).status == 200
    assert client.get(REFUND).status == 404
    assert len(client.list().json["items"]) == 1


def test_a_body_is_not_read(client: Client) -> None:
    """A delete with a body, however odd, deletes."""
    answer = client.send("DELETE", f"{REFUNDS_PATH}/{REFUND}", body=b"\xff{" * 10)
    assert answer.status == 200


def test_all_can_be_deleted(client: Client) -> None:
    """An organization without refunds has an empty list without tokens."""
    for refund_id in (REFUND, BARE_REFUND):
        client.delete(refund_id)
    assert client.list().json == {"items": []}


def test_a_deleted_id_is_not_given_again(client: Client) -> None:
    """A refund created after a delete gets a new id."""
    first = client.create().json["non_insurance_payer_refund_id"]
    client.delete(first)
    assert client.create().json["non_insurance_payer_refund_id"] != first
