"""What a run leaves on a stand-in that others use: nothing, and their worlds as they were."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from contracts.run.plan import Plan
from contracts.run.run import run
from tests.conftest import Serve
from tests.contracts.cli.conftest import Call
from tests.contracts.safety.proxy import Moment, proxied
from tests.serving import ROOT

REFUNDS = "/api/non-insurance-payer-refunds/v1"


def worlds(url: str) -> dict[str, int]:
    """The names of all worlds, with the number of refunds in each."""
    rows = httpx.get(f"{url}/_mock/worlds").json()["worlds"]
    return {row["name"]: row["refunds"] for row in rows}


def test_a_run_leaves_no_world_and_touches_none(call: Call, serve: Serve) -> None:
    """Worlds of others, even under names that laws use for clients, are as they were."""
    url = serve().url
    for name in ("mine", "half", "a", "contracts"):
        httpx.get(f"{url}/_mock/w/{name}{REFUNDS}", headers={"authorization": "Bearer x"})
    httpx.get(f"{url}{REFUNDS}", headers={"authorization": "Bearer x"})
    before = worlds(url)
    assert {"mine", "half", "a", "contracts", "default"} == set(before)
    for seed in ("1", "1"):
        result = call("run", "--target", url, "--budget", "400", "--random-seed", seed)
        assert result.exit_code == 0, result.output
        assert worlds(url) == before


def test_a_shared_run_deletes_no_world(
    call: Call, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's world stands afterwards with its refunds, and an empty ledger is not kept."""
    monkeypatch.chdir(tmp_path)
    url = serve().url
    result = call("run", "--target", url, "--shared", "--budget", "60")
    assert result.exit_code == 0, result.output
    assert worlds(url)["contracts"] == worlds(url)["default"] > 0
    assert list(tmp_path.iterdir()) == []


def test_two_runs_of_a_seed_at_once_do_not_meet(call: Call, serve: Serve) -> None:
    """Where a world of the seed's name stands, the run takes another name and leaves that one."""
    url = serve().url
    httpx.get(f"{url}/_mock/w/contracts-7{REFUNDS}", headers={"authorization": "Bearer x"})
    result = call("run", "--target", url, "--budget", "100", "--random-seed", "7")
    assert result.exit_code == 0, result.output
    assert "contracts-7" in worlds(url)


def test_two_runs_of_a_seed_that_begin_in_one_moment_do_not_meet(serve: Serve) -> None:
    """Both ask for the same world at once; one gets it, and the other takes another name."""
    barrier, asked = threading.Barrier(2), set[int]()

    def act(_count: int, moment: Moment) -> bool:
        last = proxy.requests[-1][1] if proxy.requests else ""
        if moment == "before" and last.startswith("/_mock/worlds") and len(asked) < 2:
            asked.add(threading.get_ident())
            with suppress(threading.BrokenBarrierError):
                barrier.wait(5)
        return True

    with proxied(serve().url, act) as proxy, ThreadPoolExecutor(2) as pool:
        plan = Plan(proxy.url, 7, budget=120)
        found = list(pool.map(run, (plan, plan)))
    assert not barrier.broken
    assert [(findings.broken, findings.error) for findings in found] == [((), "")] * 2
    prefixes = {
        path.removeprefix("/_mock/w/")[: len("contracts-7")]
        for _, path in proxy.requests
        if path.startswith("/_mock/w/")
    }
    assert len(prefixes) == 2, prefixes
    assert "contracts-7" in prefixes


def test_a_world_s_path_is_a_target(
    call: Call, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run takes ids and rules from that world, and leaves it as it was."""
    monkeypatch.chdir(tmp_path)
    fixture = tmp_path / "strict.json"
    url = serve("--rule", "allocation-sum=off", "--fixtures-dir", str(tmp_path)).url
    target = f"{url}/_mock/w/mine"
    world = json.loads((ROOT / "fixtures" / "default.json").read_text())
    world["settings"] |= {"profile": "strict", "rules": {"payer-enabled": "off"}}
    fixture.write_text(json.dumps(world))
    made = httpx.post(f"{url}/_mock/worlds", json={"name": "mine", "fixture": str(fixture)})
    assert made.status_code == 201, made.text
    httpx.get(f"{url}/_mock/w/other{REFUNDS}", headers={"authorization": "Bearer x"})
    before, export = worlds(url), httpx.get(f"{url}/_mock/worlds/mine/export").json()["refunds"]
    for command in (
        ("run", "--budget", "400", "--random-seed", "1"),
        ("run", "--budget", "400", "--random-seed", "1"),
        ("run", "--tier", "read-only", "--budget", "60"),
        ("discover", "-o", str(tmp_path / "found.json")),
        ("payloads", "verify", "--class", "boundary", "--count", "5"),
    ):
        result = call(*command, "--target", target)
        assert result.exit_code == 0, result.output
        assert worlds(url) == before
    assert httpx.get(f"{url}/_mock/worlds/mine/export").json()["refunds"] == export
    assert not list(tmp_path.glob("*.jsonl"))


def test_a_dry_run_says_that_a_named_world_is_shared(call: Call) -> None:
    """The run creates in it and deletes what it created."""
    result = call("run", "--target", "http://127.0.0.1:9/_mock/w/mine/", "--dry-run")
    assert "worlds    one, with data of others" in result.output, result.output
    assert "requests  1000 at most" in result.output
