"""Where output goes: files get UTF-8, terminals what they can show, a full disk is one line."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.spec import openapi_bytes
from tests.cli.commands import invoke
from tests.serving import PATIENCE_SECONDS, ROOT, environment, serving

FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
CODE_PAGE = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}


def written(path: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and standard error of a command whose output goes to a file."""
    command = [sys.executable, "-m", "mockserver", *arguments]
    with path.open("wb") as file:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(env),
            stdout=file,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    return done.returncode, done.stderr


@full
@pytest.mark.parametrize(
    "command",
    ["openapi", "rules --json", "--help", "fixtures generate --refunds 9", "serve --port 0"],
)
def test_a_full_disk_is_one_line(command: str) -> None:
    """What cannot be written is told with the reason, and the exit code is 2."""
    assert written(FULL, *command.split()) == (
        2, "Error: the output cannot be written: No space left on device\n",
    )  # fmt: skip


@full
def test_a_file_on_a_full_disk_is_named() -> None:
    """The message has the path."""
    result = invoke("fixtures", "generate", "--refunds", "1", "-o", str(FULL))
    assert result.exit_code == 2
    assert f"{FULL} cannot be written: No space left on device" in result.stderr


def test_a_file_is_in_utf_8(tmp_path: Path) -> None:
    """Under a code page of Windows a file holds the same bytes as elsewhere."""
    path = tmp_path / "openapi.json"
    assert written(path, "openapi", env=CODE_PAGE) == (0, "")
    assert path.read_bytes() == openapi_bytes()
    assert not path.read_bytes().isascii()


def test_a_terminal_shows_what_it_can(tmp_path: Path) -> None:
    """A terminal whose code page lacks a letter shows a question mark in its place."""
    path = tmp_path / "клиника.json"
    path.write_text('{"format": 1}')
    command = [sys.executable, "-m", "mockserver", "fixtures", "validate", str(path)]
    outer, inner = pty.openpty()
    done = subprocess.run(
        command, cwd=ROOT, env=environment(CODE_PAGE), stdout=inner, stderr=inner, check=False
    )
    shown = os.read(outer, 4_096).decode()
    os.close(outer)
    os.close(inner)
    assert done.returncode == 0, shown
    assert shown.endswith("/???????.json: good: 0 refunds, 0 payers\r\n")


def test_a_name_outside_the_code_page_is_served(tmp_path: Path) -> None:
    """The ready line names such a fixture, and the server serves."""
    path = tmp_path / "клиника.json"
    path.write_text('{"format": 1}')
    flags = ("--fixture", str(path), "--log-format", "text")
    with serving(*flags, env=CODE_PAGE) as served:
        assert f"(fixture {path}, " in served.ready
