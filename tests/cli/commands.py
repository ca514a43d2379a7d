"""The command line as a user runs it, in a child process or, where that is enough, in this one."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockserver import Settings
from mockserver.cli import main
from tests.serving import PATIENCE_SECONDS, ROOT, environment

__all__ = ["invoke", "ran", "settings_of"]


def ran(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What `python -m mockserver` with these arguments prints, and its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "mockserver", *arguments],
        cwd=ROOT,
        env=environment(env),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def invoke(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """The same in this process."""
    unset: dict[str, str | None] = dict.fromkeys(_variables())
    return CliRunner().invoke(main, arguments, env={**unset, **(env or {})}, prog_name="mockserver")


def settings_of(
    monkeypatch: pytest.MonkeyPatch, *flags: str, env: dict[str, str] | None = None
) -> Settings:
    """The settings that `mockserver serve` would serve with."""
    served: list[Settings] = []
    monkeypatch.setattr("mockserver.cli.running.run", served.append)
    result = invoke("serve", *flags, env=env)
    assert result.exit_code == 0, result.output
    [settings] = served
    return settings


def _variables() -> set[Any]:
    serve = main.commands["serve"]
    return {option.envvar for option in serve.params if option.envvar is not None}
