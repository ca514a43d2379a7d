"""The official Node SDK, whose own tests run here; skipped, with the reason, where it cannot be."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.fixtures.catalog import locate
from tests.serving import Served, environment, serving

RUN_SECONDS = 240


@pytest.fixture(scope="module")
def limited() -> Iterator[Served]:
    """A stand-in where each client id may ask for one token: the SDK keeps it, as clients must."""
    with serving("--token-rate-limit", "1/3600") as served:
        yield served


def test_node_sdk(node_sdk: Path, limited: Served) -> None:
    """All tests of the Node SDK are run, and pass."""
    env = {"MOCKSERVER_URL": limited.url, "MOCKSERVER_FIXTURE_FILE": str(locate("default"))}
    ran = subprocess.run(
        ["node", "--test-reporter", "tap", "all.mjs"],
        cwd=node_sdk,
        env=environment(env),
        capture_output=True,
        encoding="utf-8",
        timeout=RUN_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    counts = dict(re.findall(r"^# (tests|pass) (\d+)$", ran.stdout, re.MULTILINE))
    assert int(counts["tests"]) == int(counts["pass"]) > 30, ran.stdout
