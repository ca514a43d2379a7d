"""Snapshots of a world: taken, listed, restored, and made into new worlds."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered

SNAPSHOTS = f"{HERE}/snapshots"


def take(client: httpx.Client, name: str = "before") -> dict[str, Any]:
    """A snapshot of the default world."""
    answer = client.post(SNAPSHOTS, json={"name": name})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_snapshot_is_restored(steered: Steered) -> None:
    """Changes after a snapshot are undone, and the same create gets the same id again."""
    kept = steered.create().json()
    told, before = take(steered.client), steered.list().json()
    made = steered.create().json()
    path = f"{PATH}/{kept['non_insurance_payer_refund_id']}"
    note = {"refund_note": {"type": "set", "value": "changed"}}
    assert steered.client.patch(path, json=note).status_code == 200
    old = before["items"][0]["non_insurance_payer_refund_id"]
    assert steered.client.delete(f"{PATH}/{old}").status_code == 200
    for _ in range(2):
        assert steered.client.post(f"{SNAPSHOTS}/before/restore").json() == told
        assert steered.list().json() == before
        assert steered.create().json() == made
    assert told == {
        "name": "before",
        "refunds": len(before["items"]),
        "ids_drawn": told["ids_drawn"],
        "now": "2024-01-15T09:30:00Z",
    }


def test_snapshots_are_listed_and_deleted(steered: Steered) -> None:
    """A world lists its snapshots in the order of taking; a reset keeps them."""
    first = take(steered.client, "a")
    steered.create()
    second = take(steered.client, "b")
    steered.client.post(f"{HERE}/reset")
    assert steered.client.get(SNAPSHOTS).json() == {"snapshots": [first, second]}
    assert steered.client.delete(f"{SNAPSHOTS}/a").status_code == 204
    steered.client.post(f"{SNAPSHOTS}/b/restore")
    assert steered.count() == second["refunds"] == first["refunds"] + 1


def test_a_world_is_made_from_a_snapshot(steered: Steered) -> None:
    """A new world holds what the snapshot has, and goes its own way."""
    kept = steered.create().json()["non_insurance_payer_refund_id"]
    take(steered.client)
    steered.client.delete(f"{PATH}/{kept}")
    body = {"name": "branch", "snapshot": {"world": "default", "name": "before"}}
    told = steered.client.post("/_mock/worlds", json=body)
    assert told.status_code == 201
    assert steered.client.get(f"/_mock/w/branch{PATH}/{kept}").status_code == 200
    assert steered.client.get(f"{PATH}/{kept}").status_code == 404
    steered.client.delete(f"/_mock/w/branch{PATH}/{kept}")
    steered.client.post(f"{SNAPSHOTS}/before/restore")
    assert steered.client.get(f"{PATH}/{kept}").status_code == 200


def test_snapshots_are_compared(steered: Steered) -> None:
    """Record by record: what was added, removed and changed, with the fields that differ."""
    first, second, third = steered.list().json()["items"][:3]
    name = "non_insurance_payer_refund_id"
    take(steered.client)
    made = steered.create(7).json()
    note = {"refund_note": {"type": "set", "value": "changed"}}
    steered.client.patch(f"{PATH}/{first[name]}", json=note)
    steered.client.delete(f"{PATH}/{second[name]}")
    steered.client.patch(f"{PATH}/{third[name]}", json=note)
    take(steered.client, "after")
    found = steered.client.get(f"{SNAPSHOTS}/before/compare").json()
    assert found == steered.client.get(f"{SNAPSHOTS}/before/compare?with=after").json()
    assert [each[name] for each in found["added"]] == [made[name]]
    assert [each[name] for each in found["removed"]] == [second[name]]
    assert {each["id"]: each["fields"] for each in found["changed"]} == {
        first[name]: ["refund_note"],
        third[name]: ["refund_note"],
    }
    assert {each["after"]["refund_note"] for each in found["changed"]} == {"changed"}
    assert found["unchanged"] == 45
    back = steered.client.get(f"{SNAPSHOTS}/after/compare?with=before").json()
    assert (back["added"], back["removed"]) == (found["removed"], found["added"])
    steered.client.post(f"{SNAPSHOTS}/before/restore")
    same = steered.client.get(f"{SNAPSHOTS}/before/compare").json()
    assert same == {"added": [], "removed": [], "changed": [], "unchanged": 48}


def test_a_snapshot_is_exported(steered: Steered) -> None:
    """The export of a snapshot is that of the world when it was taken, without its faults."""
    before = steered.client.get(f"{HERE}/export").json()
    take(steered.client)
    steered.create()
    steered.fault(answer=503)
    assert steered.client.get(f"{SNAPSHOTS}/before/export").json() == before
    assert steered.client.get(f"{SNAPSHOTS}/before").json() == take(steered.client, "b") | {
        "name": "before", "refunds": 48, "ids_drawn": 48}  # fmt: skip


def test_the_clock_is_restored(steered: Steered) -> None:
    """A clock goes on from where it was; a real one stays real."""
    clock = {"mode": "ticking", "at": "2024-02-29T12:00:00Z"}
    steered.client.post(f"{HERE}/clock", json=clock)
    take(steered.client)
    for _ in range(2):
        instants = [steered.create().json()["allocations"][0]["allocated_on"] for _ in range(2)]
        assert instants == ["2024-02-29T12:00:00Z", "2024-02-29T12:00:01Z"]
        steered.client.post(f"{SNAPSHOTS}/before/restore")
    with in_process(create_app(Settings())) as client:
        take(client)
        client.post(f"{SNAPSHOTS}/before/restore")
        assert client.get(f"{HERE}/clock").json()["mode"] == "real"


def test_lists_are_in_order_after_a_restore(steered: Steered) -> None:
    """Sorted pages over a restored world are those of before."""
    for amount in (5, 3, 4):
        steered.create(amount)
    query: dict[str, str | int] = {"sort": "amount_cents", "sort_direction": "asc", "limit": 5}
    before = steered.client.get(PATH, params=query).json()
    take(steered.client)
    steered.create(1)
    steered.client.post(f"{SNAPSHOTS}/before/restore")
    assert steered.client.get(PATH, params=query).json() == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("POST", SNAPSHOTS, {}, 422, "name is null"),
        ("POST", SNAPSHOTS, {"name": "x" * 513}, 422, "expected text of 1 to 512 characters"),
        ("POST", SNAPSHOTS, {"name": "before"}, 409, "delete it first"),
        ("POST", f"{SNAPSHOTS}/after/restore", None, 404, "snapshots: before"),
        ("DELETE", f"{SNAPSHOTS}/after", None, 404, "snapshots: before"),
        ("GET", f"{SNAPSHOTS}/after", None, 404, "snapshots: before"),
        ("GET", f"{SNAPSHOTS}/after/export", None, 404, "snapshots: before"),
        ("GET", f"{SNAPSHOTS}/before/compare?with=after", None, 404, "snapshots: before"),
        ("GET", f"{SNAPSHOTS}/before/compare?to=after", None, 422, "use with=SNAPSHOT"),
        ("GET", "/_mock/worlds/nobody/snapshots", None, 404, "is not there"),
        ("POST", "/_mock/worlds", {"name": "b", "snapshot": "before"}, 422, '"world": "me"'),
        (
            "POST",
            "/_mock/worlds",
            {"name": "b", "snapshot": {"world": "default", "name": "after"}},
            422,
            "snapshots: before",
        ),
        (
            "POST",
            "/_mock/worlds",
            {"name": "b", "snapshot": {"world": [], "name": []}},
            422,
            "text",
        ),
        (
            "POST",
            "/_mock/worlds",
            {"name": "b", "fixture": "empty", "snapshot": {"world": "default", "name": "before"}},
            422,
            "not both",
        ),
    ],
)
def test_what_cannot_be_done_is_told(
    steered: Steered, method: str, path: str, body: Any, status: int, told: str
) -> None:
    """A snapshot that is not there, or is already, is told with those that are."""
    take(steered.client)
    answer = steered.client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert told in answer.json()["error"]


def test_a_world_has_so_many_snapshots(steered: Steered) -> None:
    """One snapshot too many is a 409."""
    for number in range(100):
        take(steered.client, f"s{number}")
    answer = steered.client.post(SNAPSHOTS, json={"name": "more"})
    assert (answer.status_code, "all 100" in answer.json()["error"]) == (409, True)
