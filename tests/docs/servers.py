"""Serves the apps that a document has its reader serve, each on a free port until the end."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.serving import PATIENCE_SECONDS, Lines

__all__ = ["Servers"]

_SERVES = re.compile(r"uvicorn (\w+:\w+) --port (\d+) &")
_READY = re.compile(r"running on (http://[\d.:]+)")


class Servers:
    """The children that serve; `moved` says where each address of a document really is."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.moved: dict[str, str] = {}
        self._folder = folder
        self._environment = environment
        self._children: list[tuple[subprocess.Popen[str], Lines, Lines]] = []

    def takes(self, command: str) -> bool:
        """Whether a command serves an app; then it is served from now on."""
        found = _SERVES.fullmatch(command)
        if found is None:
            return False
        self.moved[f"http://127.0.0.1:{found[2]}"] = self._served(found[1])
        return True

    def end(self) -> None:
        """End all of them."""
        for child, *pipes in self._children:
            child.terminate()
            child.wait(PATIENCE_SECONDS)
            for pipe in pipes:
                pipe.rest()

    def _served(self, app: str) -> str:
        child = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", app, "--port", "0"],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert child.stdout is not None
        assert child.stderr is not None
        out, err = Lines(child.stdout), Lines(child.stderr)
        self._children.append((child, out, err))
        while (ready := _READY.search(err.next())) is None:
            pass
        return ready[1]
