"""What others own stays as it is, and what is ours goes, whatever happens to the process."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.payloads.verifier.verify import open_verifier
from contracts.run.plan import Plan
from contracts.targets.credentials import Credentials
from contracts.targets.target import json_request
from tests.contracts.safety.conftest import FOREIGN
from tests.contracts.safety.proxy import Moment, Proxy, proxied
from tests.serving import ROOT, Served, environment

MOMENTS: tuple[Moment, ...] = ("before", "between", "after")
REFUNDS = "/api/non-insurance-payer-refunds/v1"


def contracts(*words: str) -> subprocess.Popen[str]:
    """The command line in a child process."""
    return subprocess.Popen(
        [sys.executable, "-m", "contracts", *words],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def shared_run(proxy: Proxy, ledger: Path, seed: int) -> subprocess.Popen[str]:
    """A run of the suite that treats the stand-in as the real API."""
    words = ("--client-id", f"owner-{seed}", "--shared", "--budget", "500")
    flags = ("--ledger", str(ledger), "--random-seed", str(seed))
    return contracts("run", "--target", proxy.url, *words, *flags)


def refunds(served: Served, client_id: str) -> Any:
    """All refunds of a client's world, as the stand-in itself tells."""
    exported = httpx.get(f"{served.url}/_mock/worlds/{client_id}/export")
    assert exported.status_code == 200, exported.text
    return exported.json()["refunds"]


def opened_world(served: Served, client_id: str) -> Any:
    """The refunds of a client's world before anything was done there."""
    credentials = {"client_id": client_id, "client_secret": "any-secret"}
    httpx.post(f"{served.url}/api/auth/v2/token", json=credentials).raise_for_status()
    before = refunds(served, client_id)
    assert len(before) == FOREIGN
    return before


def test_a_whole_run_leaves_others_alone_and_nothing_of_its_own(
    crowded: Served, tmp_path: Path
) -> None:
    """A run to the end changes no foreign refund, leaves none of its own, and keeps its budget."""
    before = opened_world(crowded, "owner-1000")
    with proxied(crowded.url) as proxy:
        run = shared_run(proxy, tmp_path / "ledger.jsonl", 1000)
        told, _ = run.communicate(timeout=60)
    assert run.returncode == 0, told
    vendor = [path for _, path in proxy.requests if path.startswith(REFUNDS)]
    assert 300 < len(vendor) <= 500
    assert {"POST", "PATCH", "DELETE"} <= proxy.methods
    assert refunds(crowded, "owner-1000") == before


def test_two_runs_of_one_seed_share_no_mark(crowded: Served, tmp_path: Path) -> None:
    """On one account with one seed, no check number or note of a run is one of the other's."""
    marks: list[set[str]] = []
    for name in ("first", "second"):
        ledger = tmp_path / f"{name}.jsonl"
        with proxied(crowded.url) as proxy:
            run = shared_run(proxy, ledger, 2000)
            told, _ = run.communicate(timeout=60)
        assert run.returncode == 0, told
        events = [json.loads(line) for line in ledger.read_text().splitlines()]
        nonce = events[0]["nonce"]
        marks.append({event["marker"] for event in events if event.get("marker")})
        assert len(marks[-1]) > 20
        assert [mark for mark in marks[-1] if nonce not in mark] == []
    assert marks[0] & marks[1] == set()


@pytest.mark.parametrize("seed", range(20))
def test_a_killed_run_leaves_others_alone_and_is_swept(
    seed: int, crowded: Served, tmp_path: Path
) -> None:
    """After SIGKILL at a random moment and a sweep, the account is as it was before the run."""
    chance = random.Random(seed)
    moment = MOMENTS[seed % len(MOMENTS)]
    last = chance.randrange(5, 420)
    run: list[subprocess.Popen[str]] = []

    def kill(number: int, at: Moment) -> bool:
        if not run or number != last or at != moment:
            return True
        run[0].kill()
        run[0].wait()
        return False

    client_id, ledger = f"owner-{seed}", tmp_path / "ledger.jsonl"
    before = opened_world(crowded, client_id)
    with proxied(crowded.url, kill) as proxy:
        run.append(shared_run(proxy, ledger, seed))
        told, _ = run[0].communicate(timeout=60)
        assert run[0].returncode == -9, told
        run.clear()
        sweeping = contracts("sweep", str(ledger))
        told, _ = sweeping.communicate(timeout=60)
    assert sweeping.returncode == 0, told
    assert refunds(crowded, client_id) == before, told


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_failure_is_made_short_among_others_refunds(
    seed: str, crowded: Served, tmp_path: Path
) -> None:
    """A broken law is shown by few steps, within the budget, and the account is as it was."""
    client_id = f"owner-short-{seed}"
    before = opened_world(crowded, client_id)
    strict = ("--profile", "strict", "--fail-on", "assumed")
    flags = (*strict, "--driver", "turbo", "--law", "status-as-predicted")
    words = ("--client-id", client_id, "--shared", "--budget", "400", "--random-seed", seed)
    with proxied(crowded.url) as proxy:
        ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
        run = contracts("run", "--target", proxy.url, *words, *flags, *ledger)
        told, _ = run.communicate(timeout=60)
    assert run.returncode == 1, told
    before_it = re.findall(r"^  after       (.*)$", told, re.MULTILINE)
    assert all(line.count(",") < 2 for line in before_it), told
    vendor = [path for _, path in proxy.requests if path.startswith(REFUNDS)]
    assert len(vendor) <= 400
    assert refunds(crowded, client_id) == before, told


@pytest.mark.parametrize("number", [1, 2, 15])
def test_a_signal_ends_a_run_cleanly(number: int, crowded: Served, tmp_path: Path) -> None:
    """SIGHUP, SIGINT and SIGTERM exit with 2 once all that was made is deleted."""
    client_id = f"owner-signal-{number}"
    before = opened_world(crowded, client_id)
    run: list[subprocess.Popen[str]] = []

    def interrupt(count: int, at: Moment) -> bool:
        if run and count == 120 and at == "between":
            run[0].send_signal(number)
        return True

    words = ("--client-id", client_id, "--shared", "--random-seed", "3")
    with proxied(crowded.url, interrupt) as proxy:
        ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
        run.append(contracts("run", "--target", proxy.url, *words, *ledger))
        told, _ = run[0].communicate(timeout=60)
    assert run[0].returncode == 2, told
    assert "interrupted" in told
    assert "Traceback" not in told
    assert ("DELETE" in proxy.methods, refunds(crowded, client_id)) == (True, before)


def test_the_readonly_tier_writes_nothing_at_the_socket(crowded: Served) -> None:
    """With --tier read-only no POST, PATCH, PUT or DELETE leaves but the token call."""
    for shared in ((), ("--shared",)):
        with proxied(crowded.url) as proxy:
            run = contracts("run", "--target", proxy.url, "--tier", "read-only", *shared)
            told, _ = run.communicate(timeout=60)
        assert run.returncode == 0, told
        writes = {(m, path) for m, path in proxy.requests if m not in {"GET", "HEAD", "OPTIONS"}}
        assert writes == {("POST", "/api/auth/v2/token")}
        assert len(proxy.requests) > 40


def test_all_drivers_asked_for_by_name_leave_the_readonly_tier(crowded: Served) -> None:
    """Not even drivers that live of writing can write in the read-only tier."""
    drivers = ("--driver", "turbo", "--driver", "hypothesis", "--driver", "schemathesis")
    with proxied(crowded.url) as proxy:
        run = contracts("run", "--target", proxy.url, "--tier", "read-only", *drivers)
        told, _ = run.communicate(timeout=60)
    assert "Traceback" not in told
    writes = {(m, path) for m, path in proxy.requests if m not in {"GET", "HEAD", "OPTIONS"}}
    assert writes == {("POST", "/api/auth/v2/token")}


def test_verify_sweeps_what_a_payload_left(crowded: Served, tmp_path: Path) -> None:
    """What a payload made and did not delete is gone at the end."""
    before = opened_world(crowded, "owner-verify")
    plan = Plan(
        crowded.url,
        0,
        profile="default",
        credentials=Credentials("owner-verify", "any-secret"),
        shared=True,
        ledger=tmp_path / "ledger.jsonl",
    )
    body = {
        "non_insurance_payer_id": before[0]["non_insurance_payer_id"],
        "amount_cents": 1,
        "allocations": [{"amount_cents": 1, "target": {"type": "unattributed"}}],
    }
    with open_verifier(plan) as ready:
        body["check_number"] = ready.verifier.sender.run
        assert ready.verifier.sender.target.send(json_request("POST", REFUNDS, body)).status == 200
        assert len(refunds(crowded, "owner-verify")) == FOREIGN + 1
    assert refunds(crowded, "owner-verify") == before


def test_an_interrupted_run_says_what_it_could_not_delete(crowded: Served, tmp_path: Path) -> None:
    """Where every DELETE fails after the signal, nothing claims that all was deleted."""
    before, interrupted = opened_world(crowded, "owner-truth"), list[bool]()
    run: list[subprocess.Popen[str]] = []

    def interrupt(count: int, at: Moment) -> bool:
        if run and count == 120 and at == "between":
            run[0].send_signal(2)
            interrupted.append(True)
        return not (interrupted and at == "before" and proxy.requests[count - 1][0] == "DELETE")

    words = ("--client-id", "owner-truth", "--shared", "--random-seed", "3")
    with proxied(crowded.url, interrupt) as proxy:
        ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
        run.append(contracts("run", "--target", proxy.url, *words, *ledger))
        told, _ = run[0].communicate(timeout=60)
    assert run[0].returncode == 2, told
    assert len(refunds(crowded, "owner-truth")) > len(before)
    assert "has been deleted" not in told
    assert "left behind" in told
    assert "contracts sweep" in told


def test_a_reader_that_goes_away_is_no_broken_law(crowded: Served) -> None:
    """`contracts laws | head -1` ends with 2 and says why; no traceback."""
    run = contracts("laws")
    assert run.stdout is not None
    run.stdout.close()
    assert run.wait(30) == 2


def test_a_signal_during_the_clean_up_does_not_end_it(crowded: Served, tmp_path: Path) -> None:
    """It comes with the last request but one of the same run; all is deleted nevertheless."""
    before, run, sent = opened_world(crowded, "owner-late"), list[subprocess.Popen[str]](), [0]
    told = ""

    def interrupt(count: int, at: Moment) -> bool:
        if run and at == "between" and count == sent[0]:
            run[0].send_signal(2)
        return True

    words = ("--client-id", "owner-late", "--shared", "--budget", "150", "--random-seed", "3")
    for name in ("first", "second"):
        run.clear()
        with proxied(crowded.url, interrupt) as proxy:
            ledger = ("--ledger", str(tmp_path / f"{name}.jsonl"))
            run.append(contracts("run", "--target", proxy.url, *words, *ledger))
            told, _ = run[0].communicate(timeout=60)
        # The second time, the signal comes while the clean-up searches.
        sent[0] = len(proxy.requests) - 1
    assert "Traceback" not in told
    assert refunds(crowded, "owner-late") == before, told
