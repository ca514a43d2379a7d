"""How the tests of this folder call the command line, in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

Call = Callable[..., Result]
"""`call("run", "--target", url)` answers what the command printed and its exit code."""


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """The command line without any settings of the environment; it never raises."""
    from contracts.cli import main

    for name in ("CLIENT_ID", "CLIENT_SECRET", "HEADERS", "TOKEN"):
        monkeypatch.delenv(f"CONTRACTS_{name}", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def call(*words: str) -> Result:
        result = CliRunner().invoke(main, list(words), prog_name="contracts")
        exits = result.exception is None or isinstance(result.exception, SystemExit)
        assert exits, f"{result.exception!r} after {result.output}"
        return result

    return call
