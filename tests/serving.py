"""How tests reach the stand-in: in this process, or served by a child process."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
from starlette.types import ASGIApp

from mockserver import InProcessTransport

__all__ = [
    "PATIENCE_SECONDS",
    "ROOT",
    "Lines",
    "Served",
    "environment",
    "in_process",
    "serving",
]

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 30.0
"""How long a test waits for what should come at once, before it fails."""


def in_process(app: ASGIApp, token: str = "any") -> httpx.Client:
    """A client whose requests are answered by the app, with no socket and no event loop."""
    return httpx.Client(
        transport=InProcessTransport(app),
        base_url="http://mockserver",
        headers={"authorization": f"Bearer {token}"},
    )


class Lines:
    """The lines that a child writes, read as they come by a thread of their own."""

    def __init__(self, pipe: IO[str]) -> None:
        self.seen: list[str] = []
        self._coming: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._reader.start()

    def _read(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                self._coming.put(line.rstrip("\n"))
        self._coming.put(None)

    def next(self) -> str:
        """The next line, once it is there; fails when the child ends or is silent instead."""
        try:
            line = self._coming.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            line = None
        if line is None:
            raise AssertionError(f"no further line came after {self.seen[-20:]}")
        self.seen.append(line)
        return line

    def so_far(self) -> list[str]:
        """All lines that have come by now."""
        while not self._coming.empty():
            if (line := self._coming.get()) is not None:
                self.seen.append(line)
        return self.seen

    def rest(self) -> list[str]:
        """All lines, once the child has ended."""
        self._reader.join(PATIENCE_SECONDS)
        return self.so_far()


class Served:
    """A child process that serves the stand-in; its first line is the one that says it is ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.process = process
        self.out, self.err = Lines(process.stdout), Lines(process.stderr)
        self.ready = ""

    @property
    def url(self) -> str:
        """Where it is, as its JSON ready line says."""
        url: str = json.loads(self.ready)["url"]
        return url

    def client(self, token: str = "any") -> httpx.Client:
        """A client of it, to be closed by whoever asked for it."""
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {token}"})

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it the signal, unless it has ended, and answer its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(*flags: str, env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Serve on a free port until the block ends, then end with SIGTERM, exit code 0, no traceback.

    The ready line is JSON unless the flags say otherwise.
    """
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--log-format", "json"]
    process = subprocess.Popen(
        [*command, *flags],
        cwd=ROOT,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    served = Served(process)
    try:
        served.ready = served.out.next()
        yield served
        code = served.end()
        errors = "\n".join(served.err.rest())
        assert (code, "Traceback" in errors) == (0, False), f"exit code {code}: {errors}"
    except AssertionError as error:
        process.kill()
        error.add_note(f"stderr of the child: {served.err.rest()[-40:]}")
        raise
    finally:
        process.kill()
        process.wait()
        served.out.rest()
        served.err.rest()


def environment(added: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment for a child, with no settings of the stand-in but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    return {**kept, **(added or {})}
