"""Runs the in-process measurements, each in a fresh pinned interpreter, and reads their JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.measures import Measure
from tests.benchmarks.servers import end

FIXTURE_REFUNDS = 100_000
FIXTURE_PAYERS = 50
LARGE_PAYERS = 10
KIB = 1024


def pair(cpu: int) -> list[Measure]:
    """One create and get, driven as an ASGI coroutine."""
    return [Measure("pair", tuple(_child(cpu, "pair")))]


def steps(cpu: int) -> Measure:
    """Turbo's steps a second of processor time."""
    return Measure("judge_steps", tuple(_child(cpu, "steps")), "each judged by the laws")


def growth(cpu: int, count: int) -> list[Measure]:
    """Times at `count` refunds as multiples of those at 1,000, and memory for each refund."""
    found = _child(cpu, "growth", str(count))
    measures = [
        Measure(
            f"{key}_{count}",
            tuple(times["ratios"]),
            f"{times['small_us']:.0f} → {times['large_us']:.0f} µs",
        )
        for key, times in found["times"].items()
    ]
    each = Measure(f"memory_{count}", (found["bytes_each"] / KIB,), "resident, in process")
    return [*measures, each, Measure(f"lists_{count}", (found["first_lists_ms"],), "five kinds")]


def traced_memory(cpu: int, count: int) -> list[Measure]:
    """Memory for each of few refunds, as Python's allocator counts it: pages are too coarse."""
    found = _child(cpu, "growth", str(count), "--traced")
    return [Measure(f"memory_{count}", (found["bytes_each"] / KIB,), "allocated")]


def new_world(cpu: int) -> list[Measure]:
    """Time and memory of a new world over a generated fixture of 100,000 refunds."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = Path(folder) / "large.json"
        _generate(fixture)
        found = _child(cpu, "worlds", str(fixture))
    loaded = f"the fixture itself loads in {found['load_s']:.1f} s"
    return [
        Measure("world_time", tuple(found["made_us"]), loaded),
        Measure("world_write", tuple(found["written_us"]), "over the second create"),
        Measure("world_memory", (found["bytes_each"] / KIB,), "allocated"),
    ]


def steering(cpu: int) -> list[Measure]:
    """What faults add to a call, and what snapshots take over a fixture of 100,000 refunds."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = Path(folder) / "large.json"
        _generate(fixture)
        found = _child(cpu, "steered", str(fixture))
    return [Measure(key, tuple(samples), "in process") for key, samples in found.items()]


def large_fixture(cpu: int, count: int) -> list[Measure]:
    """What a start over a generated fixture of `count` refunds costs, and its export."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = Path(folder) / "large.json"
        _generate(fixture, count, LARGE_PAYERS)
        found = _child(cpu, "large", str(fixture))
    return [
        Measure(f"large_start_{count}", (found["start_s"],)),
        Measure(f"large_memory_{count}", (found["bytes_each"] / KIB,), "with reference data"),
        Measure(f"large_peak_{count}", (found["peak"],)),
        Measure(f"large_list_{count}", (found["list_ms"],), "of all, and of one payer in ten"),
        Measure(f"large_export_{count}", (found["export_s"],)),
        Measure(f"large_piece_{count}", (found["piece_ms"],)),
    ]


def _generate(path: Path, count: int = FIXTURE_REFUNDS, payers: int = FIXTURE_PAYERS) -> None:
    sizes = ("--refunds", str(count), "--payers", str(payers))
    options = (*sizes, "--random-seed", "1", "-o", str(path))
    _output([sys.executable, "-m", "mockserver", "fixtures", "generate", *options])


def _child(cpu: int, module: str, *arguments: str) -> Any:
    pinned = ["taskset", "-c", str(cpu), sys.executable, "-m", f"tests.benchmarks.{module}"]
    return json.loads(_output([*pinned, *arguments]))


def _output(command: list[str]) -> bytes:
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        said, _ = child.communicate()
    finally:
        end(child)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {child.returncode}")
    return said
