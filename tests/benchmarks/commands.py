"""Runs whole commands, and says how long each took by the clock and of processor time."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.serving import environment


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of processor time with all processes that it waited for."""

    wall_s: float
    cpu_s: float


def timed(command: Sequence[str], folder: Path, cores: Sequence[int]) -> Took:
    """Run a command in a folder, on some cores.

    Raises:
        RuntimeError: its exit code is not 0; the message has what it printed last.
    """
    pinned = ["taskset", "-c", ",".join(map(str, cores)), *command]
    started, used = time.perf_counter(), _cpu_seconds()
    ended = subprocess.run(
        pinned, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    took = Took(time.perf_counter() - started, _cpu_seconds() - used)
    if ended.returncode:
        told = (ended.stdout + ended.stderr)[-2_000:].strip()
        raise RuntimeError(f"{' '.join(command)} ended with exit code {ended.returncode}: {told}")
    return took


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
