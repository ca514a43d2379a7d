"""Commands of the judge in processes of their own, forked from one that has imported them.

Importing takes longer than a short run does.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Lock

from contracts.cli import main
from tests.serving import ROOT

_PARENT = get_context("forkserver")
_PARENT.set_forkserver_preload(["contracts.run.run", "contracts.reports.files", __name__])
_ONE_AT_A_TIME = Lock()
"""multiprocessing asks all processes for their end at each start, and each can be asked once."""


class Command:
    """`contracts` with some words, running."""

    def __init__(
        self, words: Sequence[str], variables: Mapping[str, str], file_bytes: int | None = None
    ) -> None:
        """Start it; no file that it writes may have more than `file_bytes`."""
        self._output, writing = _PARENT.Pipe(duplex=False)
        arguments = (list(words), dict(variables), file_bytes, writing)
        self._process = _PARENT.Process(target=_run, args=arguments)
        with _ONE_AT_A_TIME:
            self._process.start()
        writing.close()

    def send(self, signal: int) -> None:
        """Send it a signal, unless it has ended."""
        with _ONE_AT_A_TIME:
            if self._process.is_alive() and self._process.pid:
                os.kill(self._process.pid, signal)

    def wait(self, seconds: float) -> tuple[int, str]:
        """Its exit code, -N where signal N ended it, and what it printed.

        Raises:
            TimeoutError: it still ran after `seconds`, and was killed.
        """
        deadline, parts = time.monotonic() + seconds, list[bytes]()
        while self._output.poll(max(0.0, deadline - time.monotonic())):
            parts.append(os.read(self._output.fileno(), 65_536))
            if not parts[-1]:
                break
        else:
            self._process.kill()
            raise TimeoutError(f"process {self._process.pid} runs for more than {seconds} s")
        self._output.close()
        with _ONE_AT_A_TIME:
            self._process.join(seconds)
        code = self._process.exitcode
        assert code is not None, f"process {self._process.pid} closed its output and runs on"
        return code, b"".join(parts).decode("utf-8", "replace")


def _run(
    words: list[str], variables: dict[str, str], file_bytes: int | None, output: Connection
) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(variables)
    if file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    for descriptor in (1, 2):
        os.dup2(output.fileno(), descriptor)
    output.close()
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["contracts", *words]
    main(words, prog_name="contracts")
