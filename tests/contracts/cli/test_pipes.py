"""A command whose output nobody reads ends quietly, and leaves nothing behind in silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.contracts.cli.test_unfinished import errors
from tests.legitimate.front import Answer, Call, Pass, fronted
from tests.serving import ROOT, environment, serving

REFUNDS = "/api/non-insurance-payer-refunds/v1"


def into_head(lines: int, *words: str) -> tuple[int, str]:
    """The exit code of a command whose reader ends after some lines, and what it says to stderr."""
    child = subprocess.Popen(
        [sys.executable, "-m", "contracts", *words],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        pipesize=4096,  # less than any of them prints
    )
    assert child.stdout is not None
    assert child.stderr is not None
    for _ in range(lines):
        assert child.stdout.readline()
    child.stdout.close()
    with child.stderr:
        said = child.stderr.read()
    return child.wait(60), said


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--target", "app", "--budget", "300"),
        ("laws",),
        ("coverage", "--target", "app", "--budget", "100"),
        ("payloads", "verify", "--target", "app", "--operation", "get", "--verbose"),
    ],
)
def test_a_reader_that_has_seen_enough(words: tuple[str, ...]) -> None:
    """Exit code 2, and nothing on the error output."""
    assert into_head(1, *words) == (2, "")


def test_a_shared_run_cleans_up_and_its_report_says_why(tmp_path: Path) -> None:
    """The account is as before, and the JUnit file names the reason."""
    report, ledger = tmp_path / "junit.xml", tmp_path / "ledger.jsonl"
    more = ("--budget", "300", "--report", f"junit={report}", "--ledger", str(ledger))
    with serving() as served, served.client() as client:
        client.get(f"/_mock/w/one{REFUNDS}?limit=1")
        target = f"{served.url}/_mock/w/one"
        before = httpx.get(f"{served.url}/_mock/worlds/one").json()["refunds"]
        assert into_head(1, "run", "--target", target, *more) == (2, "")
        assert httpx.get(f"{served.url}/_mock/worlds/one").json()["refunds"] == before
    assert ["closed" in text for text in errors(report)] == [True]


def test_what_is_left_is_said(tmp_path: Path) -> None:
    """Where deletes begin to fail after the canary, the error output names the ledger."""
    deletes = 0

    def front(call: Call, pass_on: Pass) -> Answer:
        nonlocal deletes
        deletes += call.method == "DELETE"
        return Answer(500) if call.method == "DELETE" and deletes > 1 else pass_on(call)

    ledger = tmp_path / "ledger.jsonl"
    world = ROOT / "fixtures" / "default.json"
    with fronted(front) as served:
        words = ("--world", str(world), "--budget", "300", "--ledger", str(ledger))
        code, said = into_head(3, "run", "--target", served.url, "--random-seed", "7", *words)
    assert (code, "contracts sweep" in said) == (2, True), said
