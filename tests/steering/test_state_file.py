"""The state file: all worlds are saved, and are there again after the next start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.errors import MockserverError
from tests.control.refunds import refund_of
from tests.serving import in_process
from tests.steering.world import PATH

QUERY: dict[str, str | int] = {"sort": "amount_cents", "limit": 999}


def started(file: Path, **settings: Any) -> httpx.Client:
    """A client of a stand-in with this state file."""
    return in_process(create_app(Settings(state=str(file), **settings)))


def refunds(client: httpx.Client, world: str) -> Any:
    """All refunds of a world."""
    return client.get(f"/_mock/w/{world}{PATH}", params=QUERY).json()["items"]


def change(client: httpx.Client, world: str) -> None:
    """Create, update and delete in a world."""
    base, held = f"/_mock/w/{world}{PATH}", refunds(client, world)
    for stamp in ("2024-01-31T23:59:59.123456789+02:00", "2024-01-31T23:59:59"):
        body = {**refund_of(7), "refund_timestamp": stamp, "refund_note": "ü\u2028\U0001f600"}
        assert client.post(base, json=body).status_code == 200
    note = {"refund_note": {"type": "set", "value": "changed"}}
    first, second = (each["non_insurance_payer_refund_id"] for each in held[:2])
    assert client.patch(f"{base}/{first}", json=note).status_code == 200
    assert client.delete(f"{base}/{second}").status_code == 200


def test_worlds_are_as_they_were(tmp_path: Path) -> None:
    """Records, ids, snapshots, clock, faults, limits and settings of each world come back."""
    file = tmp_path / "state.json"
    steps: dict[str, dict[str, Any]] = {
        "clock": {"mode": "ticking", "at": "2024-02-29T12:00:00Z", "tick_seconds": 2},
        "limits": {"requests": "500/10", "per": "address", "headers": "retry-after"},
        "settings": {"profile": "strict", "rules": {"body-json": "warn"}, "earmarking": False},
        "snapshots": {"name": "before"},
        "faults": {"operation": "*.delete", "answer": 503, "first": 3, "for_seconds": 10**6},
    }
    kept = ("faults", "limits", "settings", "snapshots", "clock", "export")
    with started(file) as client:
        change(client, "plain")
        change(client, "steered")
        for part, document in steps.items():
            answer = client.post(f"/_mock/worlds/steered/{part}", json=document)
            assert answer.status_code in (200, 201), answer.text
        assert client.delete(f"/_mock/w/steered{PATH}/{'0' * 8}").status_code == 503
        parts = {part: client.get(f"/_mock/worlds/steered/{part}").json() for part in kept}
        before = {world: refunds(client, world) for world in ("plain", "steered")}
        parts["clock"] = client.get("/_mock/worlds/steered/clock").json()
        assert client.post("/_mock/save").json()["worlds"] == 2
        after = client.post(f"/_mock/w/plain{PATH}", json=refund_of()).json()
    with started(file) as client:
        again = {part: client.get(f"/_mock/worlds/steered/{part}").json() for part in kept}
        again["export"]["settings"].pop("now")
        parts["export"]["settings"].pop("now")
        assert again == parts
        assert {world: refunds(client, world) for world in before} == before
        made = client.post(f"/_mock/w/plain{PATH}", json=refund_of()).json()
        name = "non_insurance_payer_refund_id"
        assert made[name] == after[name]
        client.post("/_mock/worlds/steered/snapshots/before/restore")
        client.post("/_mock/worlds/steered/reset")
        assert client.get("/_mock/worlds/steered").json()["refunds"] == 48
        assert client.get("/_mock/worlds/steered/settings").json()["profile"] == "default"


def test_a_world_keeps_its_fixture_when_the_file_has_changed(tmp_path: Path) -> None:
    """A saved world is over the fixture it had; one over an unchanged fixture shares it."""
    file, fixture = tmp_path / "state.json", tmp_path / "mine.json"
    fixture.write_text(json.dumps({"format": 1, "description": "old", "faults": [
        {"operation": "*.get", "answer": 500}]}), "utf-8")  # fmt: skip
    with started(file, fixture=str(fixture)) as client:
        client.post("/_mock/worlds/mine/reset")
        client.post("/_mock/save")
    app = create_app(Settings(state=str(file), fixture=str(fixture)))
    assert app.worlds.get("mine").template is app.worlds.template
    fixture.write_text('{"format": 1, "description": "new"}', "utf-8")
    with started(file, fixture=str(fixture)) as client:
        assert client.get("/_mock/worlds/mine/export").json()["description"] == "old"
        assert client.get("/_mock/worlds/mine/faults").json()["faults"][0]["answer"] == 500
        assert client.get("/_mock/worlds/other/export").status_code == 404
        client.post("/_mock/worlds/other/reset")
        assert client.get("/_mock/worlds/other/export").json()["description"] == "new"


def test_without_a_state_file_nothing_is_saved(client: httpx.Client) -> None:
    """The demand is a 409 that says which flag is missing."""
    answer = client.post("/_mock/save")
    assert (answer.status_code, "--state FILE" in answer.json()["error"]) == (409, True)


def state(fixtures: list[Any], fixture: int, hidden: Sequence[int] = ()) -> bytes:
    """A state file with the world `a`."""
    clock = {"mode": "real", "at": "2024-01-15T09:30:00Z"}
    now = {"hidden": hidden, "sequence": 0, "clock": clock}
    world = {"name": "a", "fixture": fixture, "now": now}
    return json.dumps({"format": 1, "fixtures": fixtures, "worlds": [world]}).encode()


BROKEN = {
    "no JSON": (b"{", "is not JSON"),
    "another format": (b'{"format": 2, "fixtures": [], "worlds": []}', "$.format"),
    "an unknown key": (b'{"format": 1, "fixtures": [], "worlds": [], "x": 1}', "$.x"),
    "no such fixture": (state([], fixture=3), 'world "a" is over fixture 3, which is not there'),
    "wrong faults of a fixture": (
        state([{"name": "a", "fixture": {"format": 1, "faults": [{}, {}]}}], fixture=0),
        "a: $.faults[0]: a fault does nothing",
    ),
    "a strange record": (
        state([{"name": "a", "fixture": {"format": 1}}], fixture=0, hidden=[5]),
        'world "a" hides record 5',
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_told_and_left_as_it_is(tmp_path: Path, case: str) -> None:
    """The start ends with one line that names the file, the place and what to do."""
    data, told = BROKEN[case]
    file = tmp_path / "state.json"
    file.write_bytes(data)
    with pytest.raises(MockserverError) as raised:
        create_app(Settings(state=str(file)))
    assert str(raised.value).startswith(f"state file {file} cannot be used: ")
    assert told in str(raised.value)
    assert "move it away" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert file.read_bytes() == data


def test_a_file_that_can_never_be_written_ends_the_start(tmp_path: Path) -> None:
    """A folder that is not there, and a file that is a folder, are told at once."""
    with pytest.raises(MockserverError, match="its folder is not there"):
        create_app(Settings(state=str(tmp_path / "none" / "state.json")))
    with pytest.raises(MockserverError, match="cannot be read: Is a directory"):
        create_app(Settings(state=str(tmp_path)))


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file held stays, no part is left beside it, and the demand is a 500."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "state.json"
    with started(file) as client:
        client.post("/_mock/worlds/mine/reset")
        client.post("/_mock/save")
        before = file.read_bytes()
        monkeypatch.setattr("os.fsync", full)
        change(client, "mine")
        answer = client.post("/_mock/save")
    assert answer.status_code == 500
    assert "No space left on device; what it held is still there" in answer.json()["error"]
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_served_stand_in_saves_at_its_end(serve: Any, tmp_path: Path) -> None:
    """A signal ends it once the file is written; the next one goes on from there."""
    file = str(tmp_path / "state.json")
    served = serve("--state", file)
    with served.client() as client:
        made = client.post(f"/_mock/w/mine{PATH}", json=refund_of()).json()
    assert served.end() == 0
    with serve("--state", file).client() as client:
        path = f"/_mock/w/mine{PATH}/{made['non_insurance_payer_refund_id']}"
        assert client.get(path).json() == made
