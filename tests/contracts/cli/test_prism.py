"""A mock that keeps no state breaks laws, and neither crashes nor holds up the suite."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.contracts.cli.conftest import Call
from tests.serving import PATIENCE_SECONDS, ROOT

PRISM = shutil.which("prism")
DOCUMENT = ROOT / "mockserver" / "spec" / "openapi.json"


@contextmanager
def prism(*flags: str) -> Iterator[str]:
    """The base URL of a Prism that serves the published document."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [str(PRISM), "mock", *flags, "--port", str(port), str(DOCUMENT)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _await(port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise AssertionError("prism does not listen")


@pytest.mark.skipif(PRISM is None, reason="no prism on the path: npm i -g @stoplight/prism-cli")
@pytest.mark.parametrize("flags", [(), ("--dynamic",)])
def test_a_mock_without_state_breaks_laws(
    flags: tuple[str, ...], call: Call, tmp_path: Path
) -> None:
    """The run ends by itself within its budget, and tells which laws of state are broken."""
    words = ("--token", "any", "--world", str(ROOT / "fixtures" / "default.json"))
    ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
    with prism(*flags) as url:
        result = call("run", "--target", url, "--random-seed", "1", *words, *ledger)
    assert result.exit_code == 1, result.output
    assert "delete-makes-gone" in result.output or "create-id-is-fresh" in result.output
    assert "by directed, turbo" in result.output.splitlines()[-1]
