"""How fast the judge is: turbo's steps, and how long its commands take."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks import inprocess
from tests.benchmarks.commands import Took, timed
from tests.benchmarks.measures import Measure
from tests.benchmarks.peers import lineup
from tests.benchmarks.servers import HOST, cpu_seconds, running
from tests.serving import ROOT

__all__ = ["CONTRACTS", "DEFECTS", "RUN", "VERIFY", "judge", "once", "verified"]

ROUNDS = 5
CONTRACTS = (sys.executable, "-m", "contracts")
RUN = (*CONTRACTS, "run", "--target", "app", "--random-seed", "1", "--jobs", "2", "--quiet")
DEFECTS = (sys.executable, "-m", "tests.defects", "--jobs", "2")
VERIFY = (*CONTRACTS, "payloads", "verify")


def judge(cores: tuple[int, int]) -> list[Measure]:
    """Turbo's steps a second of CPU, and the seconds that commands take on an idle machine."""
    return [
        inprocess.steps(cores[0]),
        once("judge_run", RUN, cores),
        once("judge_defects", DEFECTS, cores),
        verified(VERIFY, cores),
    ]


def once(key: str, command: Sequence[str], cores: tuple[int, int]) -> Measure:
    """How long a command takes that is long enough to be run once."""
    took = timed(command, ROOT, cores)
    return Measure(key, (took.wall_s,), f"two processes; {took.cpu_s:.1f} s of CPU")


def verified(command: Sequence[str], cores: tuple[int, int]) -> Measure:
    """How long it takes to send payloads to a running stand-in, which has the first core."""
    with tempfile.TemporaryDirectory() as folder, running(lineup.standin(), cores[0]) as server:
        target = ("--target", f"http://{HOST}:{server.port}")
        before, samples = cpu_seconds(server.pid), list[Took]()
        for _ in range(ROUNDS):
            samples.append(timed([*command, *target], Path(folder), cores[1:]))
        served = (cpu_seconds(server.pid) - before) / ROUNDS
    cpu = median(took.cpu_s for took in samples)
    small_print = f"{cpu:.2f} s of CPU, and {served:.2f} of the stand-in's"
    return Measure("judge_verify", tuple(took.wall_s for took in samples), small_print)
