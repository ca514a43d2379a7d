"""`payloads account` reads an account, and writes a collection that leaves it as it was."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from contracts.cli import main
from contracts.targets.credentials import TOKEN_PATH
from tests.contracts.payloads.runners import run
from tests.serving import serving


def account(*words: str) -> Result:
    """What came of the command."""
    return CliRunner().invoke(main, ("payloads", "account", *words))


def leaves(items: list[Any]) -> list[Any]:
    """The requests of a collection, in order."""
    return [leaf for item in items for leaf in (leaves(item["item"]) if "item" in item else [item])]


def test_a_collection_of_the_account(tmp_path: Path) -> None:
    """Its ids and its address are in it, safe cases come first, and the account is only read."""
    file, world = tmp_path / "c.json", tmp_path / "world.json"
    with serving("--auth", "issued") as served:
        words = ("--client-id", "qa", "--client-secret", "s3cret-of-qa")
        done = account("--target", served.url, *words, "-o", str(file), "--save-world", str(world))
        assert done.exit_code == 0, done.output
        journal = httpx.get(f"{served.url}/_mock/worlds/qa/journal").json()
    sent = [call["request"] for call in journal["calls"] if call["request"]["path"] != TOKEN_PATH]
    assert {request["method"] for request in sent} == {"GET"}
    text = file.read_text(encoding="utf-8")
    collection = json.loads(text)
    assert [item["name"] for item in collection["item"]] == [
        "safe: only reads",
        "may write",
        "clean up",
    ]
    assert {v["key"]: v["value"] for v in collection["variable"]}["base_url"] == served.url
    assert "s3cret-of-qa" not in text
    first, second, _ = collection["item"]
    assert {leaf["request"]["method"] for leaf in leaves(first["item"])} <= {
        "GET",
        "OPTIONS",
        "TRACE",
    }
    assert "profile unknown" in collection["info"]["description"]
    payers = json.loads(world.read_text(encoding="utf-8"))["non_insurance_payers"]
    assert any(payer["non_insurance_payer_id"] in text for payer in payers)
    urls = [leaf["request"]["url"]["raw"] for leaf in leaves(second["item"])]
    assert not any(TOKEN_PATH in url for url in urls)


def test_warnings_say_what_it_does(tmp_path: Path) -> None:
    """How many write and where, what is left out, and that the file holds ids of the account."""
    file = tmp_path / "c.json"
    with serving() as served:
        told = account("--target", served.url, "-o", str(file)).stderr
        safe = account("--target", served.url, "--safe", "--count", "20", "-o", str(file)).stderr
        assert f"create refunds in {served.url}, and delete them at the end" in told
    for words in (
        "of them only read, and come first",
        "of risk high are not in it; see --risk",
        "no token calls are in it, as the vendor limits them; see --operation",
        "the file holds ids of this account and no secret",
    ):
        assert words in told
    assert "20 payloads written" in safe
    assert "20 of them only read" in safe
    assert "warning:" not in safe


@pytest.mark.parametrize("risk", ["none", "medium", "high"])
def test_risk_is_the_highest_taken(risk: str, tmp_path: Path) -> None:
    """No payload of a higher risk is in the file, and one of that risk is."""
    file = tmp_path / "c.jsonl"
    with serving() as served:
        done = account("--target", served.url, "--risk", risk, "--format", "jsonl", "-o", str(file))
    assert done.exit_code == 0, done.output
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    order = ["none", "low", "medium", "high"]
    found = [order.index(row["risk"]) for row in rows]
    assert found == sorted(found)
    assert found[-1] == order.index(risk)


def test_an_account_without_refunds_is_told(tmp_path: Path) -> None:
    """Nothing names a payer, so the message says to make a refund or to give a world file."""
    with serving("--fixture", "empty") as served:
        done = account("--target", served.url, "-o", str(tmp_path / "c.json"))
    assert done.exit_code == 2
    assert "no refund of this account names a payer" in done.stderr
    assert "--world" in done.stderr


def test_the_collection_leaves_the_account_as_it_was(tmp_path: Path) -> None:
    """Run in newman with the account's credentials, it passes and leaves 48 refunds."""
    file = tmp_path / "c.json"
    with serving("--auth", "issued") as served:
        assert account("--target", served.url, "--count", "60", "-o", str(file)).exit_code == 0
        done = run("postman", file.read_text(encoding="utf-8"), served.url, tmp_path)
        assert done.code == 0, done.text[-2_000:]
        worlds = httpx.get(f"{served.url}/_mock/worlds").json()["worlds"]
        assert [world["refunds"] for world in worlds] == [48] * len(worlds)
