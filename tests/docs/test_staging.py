"""The page on staging, followed from top to bottom on an account that is slow, short and forgetful.

Its commands are run as they are written; only the hosts are others.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.model import ID, REFUNDS
from contracts.safety.hosts import STAGING
from tests.docs.documents import document
from tests.docs.reader import LOCAL, Reader, commands
from tests.legitimate.front import Answer, Call, Front, Pass, Served, fronted
from tests.legitimate.networks import Expiring, Lag, Quota
from tests.serving import in_process, serving

PAGE = document("docs/staging.md")
THERE = f"https://{STAGING}"
SHELL = [block for block in PAGE.blocks() if block.language == "sh"]
LINES = [line for block in SHELL for line in commands(block)]
KEY = "the-key-that-the-gateway-wants"
LAG_SECONDS = 0.04


class Gateway:
    """Front ends one round the other, behind one that wants a key.

    Attributes:
        refused: how many calls came without the key.
        statuses: how often each status was answered.
    """

    def __init__(self, *fronts: Front) -> None:
        self.fronts = fronts
        self.refused = 0
        self.statuses: dict[int, int] = {}

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call."""
        if call.headers.get("x-api-key") != KEY:
            self.refused += 1
            return Answer(403, (("content-type", "application/json"),), b'{"message":"Forbidden"}')
        inner = pass_on
        for front in reversed(self.fronts):
            inner = _round(front, inner)
        answer = inner(call)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        return answer


def _round(front: Front, inner: Pass) -> Pass:
    return lambda call: front(call, inner)


class Rehearsal:
    """A reader of the page, an account in the place of staging, and a stand-in on this machine."""

    def __init__(self, folder: Path, there: Served, here: str) -> None:
        self.folder = folder
        self.there = there
        self.reader = Reader(folder, here)
        self.hosts = {THERE: there.url, LOCAL: here}
        self.reader.environment |= {
            "CONTRACTS_CLIENT_ID": "me",
            "CONTRACTS_CLIENT_SECRET": "correct-horse-battery",
            "CONTRACTS_HEADERS": f"x-api-key: {KEY}",
        }
        self.before = self.account()

    def account(self) -> dict[str, Any]:
        """The refunds there, whoever made them; the gateway's tokens lead to one world."""
        with in_process(self.there.stand_in) as client:
            rows = client.get(f"/_mock/w/default{REFUNDS}?limit=999").json()["items"]
        return {row[ID]: row for row in rows}

    def made(self) -> int:
        """How many refunds were ever made there."""
        with in_process(self.there.stand_in) as client:
            worlds = client.get("/_mock/worlds").json()["worlds"]
        return sum(int(row["ids_drawn"]) for row in worlds if row["name"] == "default")

    def does(self, command: str) -> str:
        """What a command of the page prints; it must end well."""
        for shown, real in self.hosts.items():
            command = command.replace(shown, real)
        done = subprocess.run(
            ["sh", "-e", "-c", command],
            cwd=self.folder,
            env=self.reader.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2_000:]}\n{done.stderr[-2_000:]}"
        assert "correct-horse" not in done.stdout + done.stderr
        assert KEY not in done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    """What stands in front of the account."""
    return Gateway(Expiring(150), Quota(97), Lag(LAG_SECONDS))


@pytest.fixture(scope="module")
def rehearsal(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The page is read in one empty folder."""
    with fronted(gateway) as there, serving() as here:
        yield Rehearsal(tmp_path_factory.mktemp("staging"), there, here.url)


def test_the_page_has_steps() -> None:
    """Those on staging come first: discover, then what sends nothing, reads, writes little, all."""
    steps = [line for line in LINES if THERE in line]
    words = ["discover", "--dry-run", "read-only", "--budget 200", "--world staging.json"]
    assert all(word in step for word, step in zip(words, steps, strict=False))
    assert len(steps) >= len(words)


def test_the_page_can_be_followed(rehearsal: Rehearsal, gateway: Gateway) -> None:
    """Each command ends well, and no law is broken; nothing of ours is left, nor is a ledger."""
    for line in LINES:
        printed = rehearsal.does(line)
        if " run " in f" {line} " and "--dry-run" not in line:
            assert " 0 broken" in printed, printed
        if "--dry-run" in line and ">" not in line:
            assert printed.startswith("Dry run: nothing is sent.")
        assert rehearsal.account() == rehearsal.before, line
    assert rehearsal.made() > 100
    left = sorted(path.name for path in rehearsal.folder.iterdir() if path.name[0] != ".")
    assert left == ["ours.jsonl", "plan.txt", "staging.json", "world.json"]
    world = json.loads((rehearsal.folder / "staging.json").read_text(encoding="utf-8"))
    assert world["non_insurance_payers"]
    expiring = next(front for front in gateway.fronts if isinstance(front, Expiring))
    assert expiring.issued > 3
    assert {200, 401, 404, 422, 429} <= gateway.statuses.keys()
    assert gateway.refused == 0


def test_the_run_says_how_long_a_write_takes(rehearsal: Rehearsal) -> None:
    """The canary meets the lag, and the page says what comes of it."""
    line = next(line for line in LINES if THERE in line and "--budget 200" in line)
    printed = rehearsal.does(line)
    assert "to be seen, so requests wait" in printed
    assert "**Settling**" in PAGE.text
