"""Update sets and removes four optional fields, and leaves everything else as it is."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.client import Client
from tests.organization import BARE_REFUND, NOW, OTHER_INVOICE, REFUND, without

SETS: dict[str, tuple[Any, Any]] = {
    "refund_timestamp": ("2024-02-01T01:00:00+01:00", "2024-02-01T00:00:00Z"),
    "refund_note": ({"type": "set", "value": "new ü"}, "new ü"),
    "refund_reason": ({"type": "set", "value": "OVERCHARGED"}, "OVERCHARGED"),
    "invoice_id": ({"type": "set", "value": OTHER_INVOICE}, OTHER_INVOICE),
}
REMOVABLE = ("refund_note", "refund_reason", "invoice_id")
REMOVE = {"type": "remove"}
EMPTY = (b"", b"{}", b' {"refund_note": null, "invoice_id": null} ')


@pytest.mark.parametrize("refund_id", [REFUND, BARE_REFUND])
@pytest.mark.parametrize("name", SETS)
def test_a_field_is_set(client: Client, name: str, refund_id: str) -> None:
    """Setting a field answers its new value, there before or not, and changes nothing else."""
    before = client.get(refund_id).json
    sent, shown = SETS[name]
    answer = client.update(refund_id, {name: sent})
    assert (answer.status, answer.one("content-type")) == (200, "application/json")
    assert answer.json == {**before, name: shown}
    assert client.get(refund_id).body == answer.body


@pytest.mark.parametrize("name", REMOVABLE)
def test_a_field_is_removed(client: Client, name: str) -> None:
    """A removed field is absent from then on, and nothing else has changed."""
    before = client.get(REFUND).json
    answer = client.update(REFUND, {name: REMOVE})
    assert answer.json == without(before, name)
    assert client.get(REFUND).body == answer.body


@pytest.mark.parametrize("name", REMOVABLE)
def test_a_field_can_be_removed_twice(client: Client, name: str) -> None:
    """Removing what is not there is answered 200 and changes nothing."""
    first = client.update(REFUND, {name: REMOVE})
    assert client.update(REFUND, {name: REMOVE}).body == first.body
    bare = client.get(BARE_REFUND).body
    assert client.update(BARE_REFUND, {name: REMOVE}).body == bare


def test_all_fields_at_once(client: Client) -> None:
    """One update can set and remove all four fields."""
    before = client.get(REFUND).json
    everything = {name: sent for name, (sent, _shown) in SETS.items()}
    shown = {name: shown for name, (_sent, shown) in SETS.items()}
    assert client.update(REFUND, everything).json == {**before, **shown}
    removed = client.update(REFUND, dict.fromkeys(REMOVABLE, REMOVE)).json
    assert removed.keys() == before.keys() - set(REMOVABLE)


@pytest.mark.parametrize("sent", EMPTY)
@pytest.mark.parametrize("refund_id", [REFUND, BARE_REFUND])
def test_nothing_to_change(client: Client, sent: bytes, refund_id: str) -> None:
    """No body, an empty object and nulls answer the refund as it is, and change nothing."""
    before, world = client.get(refund_id).body, client.export()
    answer = client.send("PATCH", f"{REFUNDS_PATH}/{refund_id}", body=sent)
    assert (answer.status, answer.body) == (200, before)
    assert answer.all("mock-warning") == []
    assert client.export() == world


def test_no_body_needs_no_content_type(client: Client) -> None:
    """An update without a body is answered 200 by profile strict, whatever its Content-Type."""
    path = f"{REFUNDS_PATH}/{REFUND}"
    for headers in ({}, {"content-type": "text/plain"}, {"content-length": "0"}):
        assert client.send("PATCH", path, headers=headers).status == 200


def test_a_set_field_is_set_again_and_removed(client: Client) -> None:
    """The last of several updates counts."""
    for value in ("one", "", "null", "two"):
        change = {"refund_note": {"type": "set", "value": value}}
        assert client.update(BARE_REFUND, change).json["refund_note"] == value
    assert "refund_note" not in client.update(BARE_REFUND, {"refund_note": REMOVE}).json


def test_fields_keep_the_order_of_the_page(client: Client) -> None:
    """A refund whose optional fields were set one by one has them in the page's order."""
    for name in reversed(SETS):
        client.update(BARE_REFUND, {name: SETS[name][0]})
    fields = list(client.get(BARE_REFUND).json)
    assert fields[4:] == ["refund_timestamp", "refund_note", "refund_reason", "invoice_id"]


@pytest.mark.parametrize(
    "name", ["amount_cents", "allocations", "check_number", "non_insurance_payer_id"]
)
def test_nothing_else_can_be_changed(client: Client, name: str) -> None:
    """A field that an update does not have is told as unknown, and ignored."""
    before = client.get(REFUND).body
    answer = client.update(REFUND, {name: "x"})
    assert (answer.status, answer.body) == (200, before)
    assert [line.split(" is ")[0] for line in answer.all("mock-warning")] == [
        f"unknown-field: $.{name}"
    ]


def test_a_remove_with_a_value_removes(client: Client) -> None:
    """A value beside `remove` is told as unknown, and the field is removed all the same."""
    answer = client.update(REFUND, {"refund_note": {"type": "remove", "value": "x"}})
    assert "refund_note" not in answer.json
    assert answer.all("mock-warning")[0].startswith("unknown-field: $.refund_note.value")


def test_lists_follow_an_update(client: Client) -> None:
    """A refund stands in lists by its new timestamp and invoice, and no longer by the old."""
    old = client.get(REFUND).json["invoice_id"]
    assert [item["invoice_id"] for item in client.list(invoice_id=old).json["items"]] == [old]
    client.update(BARE_REFUND, {"refund_timestamp": NOW})
    client.update(REFUND, {"invoice_id": {"type": "set", "value": OTHER_INVOICE}})
    assert client.list(invoice_id=old).json["items"] == []
    found = client.list(invoice_id=OTHER_INVOICE).json["items"]
    assert [item["non_insurance_payer_refund_id"] for item in found] == [REFUND]
    ids = [item["non_insurance_payer_refund_id"] for item in client.list().json["items"]]
    assert ids == [BARE_REFUND, REFUND]
    client.update(REFUND, {"invoice_id": REMOVE})
    assert client.list(invoice_id=OTHER_INVOICE).json["items"] == []


def test_an_update_draws_no_id(client: Client) -> None:
    """The next refund gets the same ids whether or not others were updated before."""
    client.update(REFUND, {name: sent for name, (sent, _shown) in SETS.items()})
    after = client.create().body
    client.reset()
    assert client.create().body == after
