"""A world exported: a fixture file that makes the same world again, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockserver import Settings, create_app
from mockserver.fixtures.catalog import names
from tests.control.refunds import PATH, created, ids, refund_of
from tests.serving import in_process

ID = "non_insurance_payer_refund_id"


def exported(client: httpx.Client, world: str = "mine") -> bytes:
    """The world as the control plane writes it."""
    answer = client.get(f"/_mock/worlds/{world}/export", params={"secrets": "true"})
    assert answer.status_code == 200, answer.text
    return answer.content


def changed(client: httpx.Client) -> None:
    """Create, update and delete in the world `mine`, refunds of the fixture and others."""
    base = f"/_mock/w/mine{PATH}"
    first, *_, last = ids(client, "mine")
    earmark = {"type": "date_of_service", "value": "2024-02-29"}
    allocation = {"amount_cents": 7, "target": {"type": "unattributed"}, "earmark": earmark}
    stamped = {"refund_timestamp": "2024-01-01T12:00:00.5+02:00", "refund_note": "ünïcode\n"}
    refund = refund_of(7, allocations=[allocation], **stamped, refund_reason="TRANSFER")
    assert client.post(base, json=refund).status_code == 200
    gone = created(client, "mine")
    client.patch(f"{base}/{first}", json={"refund_note": {"type": "set", "value": "exported"}})
    client.delete(f"{base}/{last}")
    client.delete(f"{base}/{gone[ID]}")


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_export_is_a_fixture_that_exports_the_same_bytes(
    client: httpx.Client, tmp_path: Path, suffix: str
) -> None:
    """A changed world's export, read as JSON or YAML, makes the same refunds and export."""
    client.post("/_mock/worlds", json={"name": "mine"})
    changed(client)
    first = exported(client)
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(first)
    with in_process(create_app(Settings(fixture=str(path), clock="frozen"))) as again:
        query = f"/_mock/w/mine{PATH}?limit=999"
        assert again.get(query).content == client.get(query).content
        assert exported(again) == first
        assert created(again, "mine") == created(client, "mine")
        assert exported(again) == exported(client)


def test_export_read_as_yaml_is_the_same_document(client: httpx.Client) -> None:
    """The export is YAML too."""
    client.post("/_mock/worlds", json={"name": "mine"})
    answer = client.get("/_mock/worlds/mine/export")
    assert yaml.safe_load(answer.text) == answer.json()


@pytest.mark.parametrize("fixture", names())
def test_export_of_each_shipped_fixture_loads_again(client: httpx.Client, fixture: str) -> None:
    """An untouched world exports what its fixture holds, and the ids it has drawn."""
    told = client.post("/_mock/worlds", json={"name": "mine", "fixture": fixture}).json()
    document: dict[str, Any] = client.get("/_mock/worlds/mine/export").json()
    assert len(document["refunds"]) == told["refunds"]
    assert document["sequence"] == told["ids_drawn"]


def test_export_leaves_the_world_as_it_is(client: httpx.Client) -> None:
    """A second export is the same as the first."""
    client.post("/_mock/worlds", json={"name": "mine"})
    assert exported(client) == exported(client)


def test_export_has_what_was_done(client: httpx.Client) -> None:
    """The export holds the created and the updated refund, and none of the deleted ones."""
    client.post("/_mock/worlds", json={"name": "mine"})
    before = ids(client, "mine")
    changed(client)
    refunds = {r[ID]: r for r in client.get("/_mock/worlds/mine/export").json()["refunds"]}
    assert before[-1] not in refunds
    assert refunds[before[0]]["refund_note"] == "exported"
    [new] = refunds.keys() - set(before)
    assert refunds[new]["refund_timestamp"] == "2024-01-01T10:00:00.5Z"
    assert len(refunds) == len(before)


def test_export_keeps_what_relaxed_rules_let_in(tmp_path: Path) -> None:
    """At any instant, placeholders and all: the export makes the same answers and export again."""
    rules = {"payer-exists": "off", "target-exists": "off", "invoice-exists": "off"}
    unknown = "00000000-0000-4000-8000-000000000404"
    instant = "2024-01-15T09:30:00.732070Z"
    line = {"type": "service_line_by_id", "value": unknown}
    body = refund_of(7, allocations=[{"amount_cents": 7, "target": line}], invoice_id=unknown)
    with in_process(create_app(Settings(rules=rules, clock=instant))) as client:
        body |= {"non_insurance_payer_id": unknown}
        made = client.post(f"/_mock/w/mine{PATH}", json=body)
        assert made.status_code == 200, made.text
        first = exported(client)
    path = tmp_path / "mine.json"
    path.write_bytes(first)
    with in_process(create_app(Settings(fixture=str(path), clock=instant))) as again:
        assert again.get(f"/_mock/w/mine{PATH}/{made.json()[ID]}").content == made.content
        assert exported(again) == first


def test_export_leaves_secrets_out_unless_they_are_asked_for(client: httpx.Client) -> None:
    """Without `secrets` the file has no credentials, and a header says so and what to do."""
    client.post("/_mock/worlds", json={"name": "mine"})
    plain = client.get("/_mock/worlds/mine/export")
    full = client.get("/_mock/worlds/mine/export?secrets=true")
    assert "correct-horse" not in plain.text
    assert plain.headers["mock-warning"] == (
        "credentials: 1 left out; ?secrets=true exports them too"
    )
    assert "mock-warning" not in full.headers
    [credential] = full.json()["credentials"]
    assert credential["client_secret"] == "correct-horse"
    assert {**plain.json(), "credentials": [credential]} == full.json()


def test_export_without_secrets_says_nothing_of_them(client: httpx.Client) -> None:
    """A world without credentials has none to leave out."""
    client.post("/_mock/worlds", json={"name": "mine", "fixture": "empty"})
    assert "mock-warning" not in client.get("/_mock/worlds/mine/export").headers


def test_export_knows_what_is_asked(client: httpx.Client) -> None:
    """Any other wish than true or false is refused with its value."""
    client.post("/_mock/worlds", json={"name": "mine"})
    answer = client.get("/_mock/worlds/mine/export?secrets=all")
    assert answer.status_code == 422
    assert answer.json() == {"error": 'secrets is "all"; expected true or false'}
