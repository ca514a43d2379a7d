"""Watches the garbage collector of a stand-in; run as a module, it serves under watch.

Started with a file's name and the stand-in's arguments, it serves as `mockserver` does, and
writes a line a collection (end, on the machine's monotonic clock, and length in milliseconds
of processor time) for each of 0.2 ms and more.
"""

from __future__ import annotations

import gc
import runpy
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

NOTED_MS = 0.2


class Watch:
    """A collector callback that writes down how long each collection kept the processor busy."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._began = 0.0

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        """Take the time at the start of a collection, and write at its end."""
        if phase == "start":
            self._began = time.process_time()
            return
        length_ms = (time.process_time() - self._began) * 1000
        if length_ms >= NOTED_MS:
            self._out.write(f"{time.monotonic()} {length_ms}\n")


def read_pauses(notes: Path, since: float) -> list[float]:
    """The lengths, in milliseconds, of the collections that ended after an instant."""
    lines = (line.split() for line in notes.read_text().splitlines())
    return [float(length) for end, length in lines if float(end) > since]


def main() -> None:
    """Serve as `mockserver` does, under watch."""
    notes, *arguments = sys.argv[1:]
    with Path(notes).open("w", buffering=1) as out:
        gc.callbacks.append(Watch(out))
        sys.argv = ["mockserver", *arguments]
        runpy.run_module("mockserver", run_name="__main__")


if __name__ == "__main__":
    main()
