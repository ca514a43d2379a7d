"""The official Node SDK, whose own tests run here where Node and npm, or an installed SDK, are."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.fixtures.catalog import locate
from tests.serving import Served, environment, serving

NODE = shutil.which("node")
FOLDER = Path(__file__).parent / "node"
INSTALL = ("install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
INSTALL_SECONDS = 120
RUN_SECONDS = 60


@pytest.fixture(scope="module")
def installed() -> None:
    """The SDK is in tests/sdk/node/node_modules, or what needs it is skipped with the reason."""
    if NODE is None:
        pytest.skip("node is not installed")
    if (FOLDER / "node_modules" / "candidhealth" / "package.json").is_file():
        return
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"the Node SDK is not in {FOLDER.name}/node_modules, and npm is not installed")
    try:
        subprocess.run(
            [npm, *INSTALL], cwd=FOLDER, check=True, capture_output=True, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"npm could not install the Node SDK: {error}")


@pytest.fixture(scope="module")
def limited() -> Iterator[Served]:
    """A stand-in where each client id may ask for one token: the SDK keeps it, as clients must."""
    with serving("--token-rate-limit", "1/3600") as served:
        yield served


@pytest.mark.usefixtures("installed")
def test_node_sdk(limited: Served) -> None:
    """All tests of the Node SDK are run, and pass."""
    env = {"MOCKSERVER_URL": limited.url, "MOCKSERVER_FIXTURE_FILE": str(locate("default"))}
    assert NODE is not None
    ran = subprocess.run(
        [NODE, "--test-reporter", "tap", "all.mjs"],
        cwd=FOLDER,
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    counts = dict(re.findall(r"^# (tests|pass) (\d+)$", ran.stdout, re.MULTILINE))
    assert int(counts["tests"]) == int(counts["pass"]) > 30, ran.stdout
