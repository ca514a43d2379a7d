"""Worlds under /_mock/worlds: listed, created, shown, reset and deleted, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from tests.control.refunds import PATH, created, ids, refund_of, worlds
from tests.serving import in_process

JSON = {"content-type": "application/json"}


def test_worlds_are_made_on_first_use(client: httpx.Client) -> None:
    """A world is there once a request has come to it, and not before."""
    assert {"other", "third"}.isdisjoint(worlds(client))
    client.get(f"/_mock/w/other{PATH}")
    client.post("/api/auth/v2/token", json={"client_id": "third", "client_secret": "x"})
    assert worlds(client)[-2:] == ["other", "third"]


def test_default_world_can_be_looked_at_before_its_first_use(client: httpx.Client) -> None:
    """The world of every token that names none is there to be shown, exported and reset at once."""
    told = client.get("/_mock/worlds/default").json()
    assert (told["name"], told["ids_drawn"]) == ("default", told["refunds"])
    assert len(client.get("/_mock/worlds/default/export").json()["refunds"]) == told["refunds"]
    assert client.post("/_mock/worlds/default/reset").json() == told
    assert client.delete("/_mock/worlds/default").status_code == 204
    assert client.get(PATH).status_code == 200


def test_world_is_created_from_a_fixture(client: httpx.Client) -> None:
    """A new world tells what it is, and holds what its fixture holds."""
    answer = client.post("/_mock/worlds", json={"name": "mine", "fixture": "empty"})
    assert answer.status_code == 201
    told = answer.json()
    assert {name: told[name] for name in ("name", "fixture", "refunds", "ids_drawn")} == {
        "name": "mine",
        "fixture": "empty",
        "refunds": 0,
        "ids_drawn": 0,
    }
    assert client.get("/_mock/worlds/mine").json() == told
    assert told in client.get("/_mock/worlds").json()["worlds"]
    assert ids(client, "mine") == []


def test_world_is_created_from_the_server_s_fixture_if_none_is_named(client: httpx.Client) -> None:
    """Without a fixture a world starts as those do that are made on first use."""
    told = client.post("/_mock/worlds", json={"name": "mine"}).json()
    assert told["fixture"] == "default"
    assert ids(client, "mine") == ids(client, "made-on-first-use")
    assert told["now"] == "2024-01-15T09:30:00Z"


def test_world_counts_what_it_holds(client: httpx.Client) -> None:
    """A world tells how many refunds it holds, and how many ids it has drawn."""
    before = client.post("/_mock/worlds", json={"name": "mine"}).json()
    refund = created(client, "mine")
    after = client.get("/_mock/worlds/mine").json()
    assert after["refunds"] == before["refunds"] + 1
    assert after["ids_drawn"] > before["ids_drawn"]
    client.delete(f"/_mock/w/mine{PATH}/{refund['non_insurance_payer_refund_id']}")
    assert client.get("/_mock/worlds/mine").json()["refunds"] == before["refunds"]


def test_worlds_do_not_see_each_other(client: httpx.Client) -> None:
    """What is created in one world, or deleted there, is none of another's."""
    before = ids(client, "other")
    refund = created(client, "mine")
    client.delete(f"/_mock/w/mine{PATH}/{before[0]}")
    assert ids(client, "other") == before
    assert client.get(f"/_mock/w/other{PATH}/{before[0]}").status_code == 200
    path = f"/_mock/w/other{PATH}/{refund['non_insurance_payer_refund_id']}"
    assert client.get(path).status_code == 404


def test_world_is_reset_to_its_own_fixture(client: httpx.Client) -> None:
    """A reset world holds again what its own fixture holds; another keeps what it has."""
    client.post("/_mock/worlds", json={"name": "mine", "fixture": "documented"})
    start = client.get("/_mock/worlds/mine").json()
    made = created(client, "other")
    before = ids(client, "mine")
    client.delete(f"/_mock/w/mine{PATH}/{before[0]}")
    assert ids(client, "mine") == before[1:]
    assert client.post("/_mock/worlds/mine/reset").json() == start
    assert ids(client, "mine") == before
    assert made["non_insurance_payer_refund_id"] in ids(client, "other")


def test_reset_of_a_world_not_yet_used_makes_it(client: httpx.Client) -> None:
    """A reset is good before a test's first request too; a name that no world can have is a 404."""
    assert client.post("/_mock/worlds/mine/reset").json()["name"] == "mine"
    assert "mine" in worlds(client)
    assert client.post(f"/_mock/worlds/{'x' * 513}/reset").status_code == 404


def test_world_is_created_with_levels_of_its_own(client: httpx.Client) -> None:
    """A profile and single rules hold in the new world alone, also after a reset."""
    client.post("/_mock/worlds", json={"name": "strict", "profile": "strict"})
    rules = {"unknown-field": "enforce"}
    told = client.post("/_mock/worlds", json={"name": "mine", "rules": rules}).json()
    assert told["profile"] == "default"
    for _ in range(2):
        for world, status in {"strict": 422, "mine": 422, "other": 200}.items():
            answer = client.post(f"/_mock/w/{world}{PATH}", json=refund_of(1, added=1))
            assert answer.status_code == status, (world, answer.text)
        client.post("/_mock/worlds/mine/reset")
    assert client.get("/_mock/worlds/mine/export").json()["settings"]["rules"] == rules


def test_deleted_world_is_made_anew_on_its_next_use(client: httpx.Client) -> None:
    """A deleted world is gone; the next use of its name makes one over the server's fixture."""
    client.post("/_mock/worlds", json={"name": "mine", "fixture": "empty"})
    answer = client.delete("/_mock/worlds/mine")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/_mock/worlds/mine").status_code == 404
    assert len(ids(client, "mine")) > 0


BODIES: dict[str, tuple[Any, str]] = {
    "no name": ({}, "name"),
    "a name that is no text": ({"name": 5}, "5"),
    "an empty name": ({"name": ""}, '""'),
    "a name too long": ({"name": "x" * 513}, "xxx"),
    "half a character": ({"name": "a\ud800"}, "lone surrogates"),
    "a fixture that is no text": ({"name": "mine", "fixture": 5}, "5"),
    "an unknown fixture": ({"name": "mine", "fixture": "defualt"}, "did you mean default?"),
    "an unknown profile": ({"name": "mine", "profile": "strikt"}, "'strikt'"),
    "a profile that is no text": ({"name": "mine", "profile": 5}, "profile is 5"),
    "an unknown rule": ({"name": "mine", "rules": {"payer-exist": "off"}}, "mean payer-exists?"),
    "an unknown level": ({"name": "mine", "rules": {"payer-exists": "on"}}, "'on'"),
    "rules that are no object": ({"name": "mine", "rules": ["payer-exists"]}, "rules is ["),
    "rules of a snapshot's world": (
        {"name": "mine", "snapshot": {"world": "a", "name": "b"}, "rules": {}},
        "the rules of its origin",
    ),
    "an unknown field": ({"name": "mine", "fixtures": "empty"}, "fixtures"),
    "a list": (["mine"], '["mine"]'),
    "null": (None, "null"),
}


@pytest.mark.parametrize("case", BODIES)
def test_world_that_cannot_be_created_is_told(client: httpx.Client, case: str) -> None:
    """A body that names no world is a 422 that shows the value, and no world is made."""
    document, told = BODIES[case]
    before = worlds(client)
    answer = client.post("/_mock/worlds", content=json.dumps(document), headers=JSON)
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert worlds(client) == before


@pytest.mark.parametrize("body", [b"", b"{", b'{"name": "a"', b"\xff", b"[" * 100_000])
def test_body_that_is_no_json_is_told(client: httpx.Client, body: bytes) -> None:
    """A body that is no JSON is a 422 that says so."""
    answer = client.post("/_mock/worlds", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("the body ($ (at ")
    assert 'like {"name": "me", "fixture": "empty"}' in answer.json()["error"]


def test_fixture_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A fixture file that cannot be used is a 422 with the file and the place in it."""
    bad = tmp_path / "bad.json"
    bad.write_text('{"format": 2}')
    with in_process(create_app(Settings(fixtures_dir=str(tmp_path)))) as client:
        answer = client.post("/_mock/worlds", json={"name": "mine", "fixture": str(bad)})
    assert answer.status_code == 422
    assert "cannot be used: see $.format; " in answer.json()["error"]


@pytest.mark.parametrize("name", ["CLINIC.YAML", "Clinic.Json"])
def test_suffix_of_a_fixture_may_be_in_capitals(name: str, tmp_path: Path) -> None:
    """A file that `--fixture` takes is taken over HTTP too."""
    (tmp_path / name).write_text('{"format": 1}')
    with in_process(create_app(Settings(fixtures_dir=str(tmp_path)))) as client:
        asked = {"name": "mine", "fixture": str(tmp_path / name)}
        assert client.post("/_mock/worlds", json=asked).status_code == 201


def test_world_that_is_there_is_not_created_again(client: httpx.Client) -> None:
    """A second world of a name is a 409 that says what to do, and the first stays as it is."""
    refund = created(client, "mine")
    answer = client.post("/_mock/worlds", json={"name": "mine", "fixture": "empty"})
    assert answer.status_code == 409
    assert "/_mock/worlds/mine/reset" in answer.json()["error"]
    assert refund["non_insurance_payer_refund_id"] in ids(client, "mine")


UNKNOWN: list[Callable[[httpx.Client], httpx.Response]] = [
    lambda client: client.get("/_mock/worlds/mien"),
    lambda client: client.delete("/_mock/worlds/mien"),
    lambda client: client.get("/_mock/worlds/mien/export"),
]


@pytest.mark.parametrize("call", UNKNOWN, ids=["show", "delete", "export"])
def test_unknown_world_is_told_with_those_that_are_there(
    client: httpx.Client, call: Callable[[httpx.Client], httpx.Response]
) -> None:
    """A world that is not there is a 404 that names it and the worlds that are; none is made."""
    client.post("/_mock/worlds", json={"name": "mine"})
    before = worlds(client)
    answer = call(client)
    assert answer.status_code == 404
    assert answer.json() == {"error": f'world "mien" is not there; worlds: {", ".join(before)}'}
    assert worlds(client) == before


def test_one_world_too_many_is_refused() -> None:
    """With the cap reached a new world is a 503 on every way to it, and the old ones go on."""
    with in_process(create_app(Settings(max_worlds=2))) as client:
        client.get(PATH)
        client.get(f"/_mock/w/second{PATH}")
        refused = [
            client.get(f"/_mock/w/third{PATH}"),
            client.post("/api/auth/v2/token", json={"client_id": "third", "client_secret": "x"}),
            client.post("/_mock/worlds", json={"name": "third"}),
            client.post("/_mock/worlds/third/reset"),
        ]
        assert [answer.status_code for answer in refused] == [503] * len(refused)
        assert refused[0].json()["errorName"] == "HttpServiceUnavailableError"
        for answer in refused:
            assert "all 2 worlds are in use" in answer.text
            assert "--max-worlds" in answer.text
        assert client.get(PATH).status_code == 200
        client.delete("/_mock/worlds/second")
        assert client.get(f"/_mock/w/third{PATH}").status_code == 200
