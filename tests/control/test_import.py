"""Fixtures sent over HTTP, fixtures with faults, and the reset of all worlds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from mockserver import Settings, create_app
from mockserver.cli import main
from mockserver.control import imports
from mockserver.fixtures.errors import FixtureError
from tests.control.refunds import PATH, refund_of
from tests.serving import in_process

FAULTS = [{"operation": "*.create", "first": 1, "answer": 503}, {"tokens": "expire"}]


def send(client: httpx.Client, fixture: Any, world: str = "mine") -> httpx.Response:
    """The answer to a fixture that is sent."""
    return client.post(f"/_mock/worlds/{world}/import", json=fixture)


def test_an_export_is_taken_again(client: httpx.Client) -> None:
    """A world of an export holds the same and goes on as the exported one, and is reset to it."""
    client.post(PATH, json=refund_of())
    export = client.get("/_mock/worlds/default/export").json()
    answer = send(client, export)
    assert answer.status_code == 201
    assert (answer.json()["fixture"], answer.json()["refunds"]) == ("imported", 49)
    assert client.get("/_mock/worlds/mine/export").json() == export
    client.post(f"/_mock/w/mine{PATH}", json=refund_of())
    client.post("/_mock/worlds/mine/reset")
    assert client.get("/_mock/worlds/mine/export").json() == export
    assert send(client, {"format": 1}).json()["refunds"] == 0


def test_a_fixture_has_faults(tmp_path: Path) -> None:
    """A world starts with the faults of its fixture behind those of `--fault`; so does a reset."""
    file = tmp_path / "faulty.json"
    file.write_text(json.dumps({"format": 1, "faults": FAULTS}), "utf-8")
    settings = Settings(fixture=str(file), fault=("*.delete=500",), clock="frozen")
    with in_process(create_app(settings)) as client:
        assert client.post(PATH, json=refund_of()).status_code == 503
        client.post("/_mock/worlds/default/reset")
        faults = client.get("/_mock/worlds/default/faults").json()["faults"]
        assert [(each["id"], each["hits"]) for each in faults] == [("f1", 0), ("f2", 0), ("f3", 0)]
        assert client.get("/_mock/worlds/default/export").json()["faults"] == FAULTS
        client.post("/_mock/worlds/default/faults", json={"answer": 418})
        export = client.get("/_mock/worlds/default/export").json()
        assert export["faults"] == [*FAULTS, {"answer": 418}]
        assert send(client, export).status_code == 201
        assert len(client.get("/_mock/worlds/mine/faults").json()["faults"]) == 4


def test_wrong_faults_of_a_file_are_told(tmp_path: Path) -> None:
    """The start and `fixtures validate` tell all of them, with the file and the place of each."""
    file = tmp_path / "faulty.json"
    wrong = [{"operation": "*.creat", "answer": 503}, FAULTS[0], {"answer": 99}]
    file.write_text(json.dumps({"format": 1, "faults": wrong}), "utf-8")
    with pytest.raises(FixtureError) as raised:
        create_app(Settings(fixture=str(file)))
    first, second = str(raised.value).splitlines()
    assert first.startswith(f'{file}: $.faults[0]: operation "*.creat" is not known; did you mean')
    assert second.startswith(f"{file}: $.faults[2]: status 99 can end no answer")
    told = CliRunner().invoke(main, ["fixtures", "validate", str(file)])
    assert (told.exit_code, told.stderr.splitlines()) == (2, [first, second])


@pytest.mark.parametrize(
    ("fixture", "told"),
    [
        ({}, "the body: $.format: missing"),
        ({"format": 1, "refunds": [{}]}, "$.refunds[0]"),
        ({"format": 1, "faults": [{"answer": 99}]}, "the body: $.faults[0]: status 99"),
        ([], "is no object"),
    ],
)
def test_a_fixture_that_is_none_is_told(client: httpx.Client, fixture: Any, told: str) -> None:
    """A fixture that cannot be used is a 422 with its problems, and makes no world."""
    answer = send(client, fixture)
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert client.get("/_mock/worlds").json() == {"worlds": []}


def test_a_fixture_is_sent_as_json(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another type is a 415, one that is too long a 413, and a name that is none a 404."""
    answer = client.post("/_mock/worlds/mine/import", content=b"format: 1")
    assert (answer.status_code, "a fixture" in answer.json()["error"]) == (415, True)
    assert send(client, {"format": 1}, world="a" * 513).status_code == 404
    monkeypatch.setattr(imports, "MOST_BYTES", 10)
    assert send(client, {"format": 1, "description": "long"}).status_code == 413


def test_a_large_fixture_is_read_beside_other_requests(served_url: str, world: str) -> None:
    """A fixture of more than a megabyte is taken."""
    fixture = {"format": 1, "description": "x" * imports.LARGE_BYTES}
    with httpx.Client(base_url=served_url) as client:
        assert send(client, fixture, world).status_code == 201


def test_all_worlds_are_reset_at_once(client: httpx.Client) -> None:
    """Each is as its own fixture has it."""
    send(client, {"format": 1})
    for world in ("default", "mine"):
        client.post(f"/_mock/w/{world}{PATH}", json=refund_of())
    told = client.post("/_mock/reset").json()["worlds"]
    assert {each["name"]: each["refunds"] for each in told} == {"default": 48, "mine": 0}
