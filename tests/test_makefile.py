"""`make serve` serves this folder, not a copy of it that somebody installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import ROOT

INSTALL = "--no-build-isolation --editable ."
COPY = Path(".venv/lib/python3.12/site-packages/mockserver")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder in which everything that serving needs is installed, by its stamps."""
    for name in ("Makefile", "pyproject.toml", ".requirements/serve.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".venv").mkdir()
    for seconds, name in enumerate((".made", ".serving"), 1):
        (tmp_path / ".venv" / name).touch()
        os.utime(tmp_path / ".venv" / name, (seconds, seconds))
    return tmp_path


def done_by(clone: Path) -> str:
    """What `make serve` would run, also where `make test` runs this test."""
    command = ["make", "--dry-run", "serve"]
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    own = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    made = subprocess.run(
        command, cwd=clone, env=own, capture_output=True, encoding="utf-8", check=True
    )
    return made.stdout


def test_a_folder_that_is_installed_is_served_at_once(clone: Path) -> None:
    """Nothing is installed again."""
    assert done_by(clone).split() == [".venv/bin/mockserver", "serve"]


def test_a_copy_is_noticed_and_replaced(clone: Path) -> None:
    """After `pip install .` in .venv the folder is installed once more, and a line says why."""
    (clone / COPY).mkdir(parents=True)
    told = done_by(clone)
    assert f"echo 'this folder takes the place of the copy in {COPY}'" in told
    assert INSTALL in told
