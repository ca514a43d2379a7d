"""What a world costs a test, by CPU time, that of the stand-in included; and a run of many tests.

It is started by `python -m tests.benchmarks.plugin [TESTS]`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.serving import environment

__all__ = ["main"]

ROUNDS = 3
MANY = 1_000

NOTHING = """
import pytest

@pytest.mark.parametrize("number", range({tests}))
def test_nothing(number{fixture}):
    pass
"""

OWN = """
import httpx
import pytest

REFUNDS = "/api/non-insurance-payer-refunds/v1"
BODY = {{
    "non_insurance_payer_id": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "amount_cents": 1,
    "allocations": [{{"amount_cents": 1, "target": {{"type": "unattributed"}}}}],
}}
POOL = httpx.Client(headers={{"Authorization": "Bearer any"}})

@pytest.mark.mockserver(faults=["*.create=after-503"], clock="2024-02-29T12:00:00Z")
@pytest.mark.parametrize("number", range({tests}))
def test_own(number, mockserver_world):
    world = mockserver_world
    world.advance(number)
    before = world.clock()["now"]
    world.fault(operation="*.get_multi", nth=number % 3 + 1, answer=418)
    assert POOL.post(world.api_url + REFUNDS, json=BODY).status_code == 503
    seen = [POOL.get(world.api_url + REFUNDS + "?limit=1").status_code for _ in range(3)]
    assert [place for place, status in enumerate(seen) if status == 418] == [number % 3]
    assert world.describe()["refunds"] == 49
    assert len(world.journal()) == 4
    assert world.clock()["now"] == before
"""


def main() -> None:
    """Print the cost of a world for a test, then the time of tests that each steer their own."""
    tests = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        for name, options in {"served": (), "in process": ("--mockserver-in-process",)}.items():
            costs = sorted(_cost(Path(folder), options) for _ in range(ROUNDS))
            shown = ", ".join(f"{cost:.2f}" for cost in costs)
            print(f"a world costs a test, {name}: {shown} ms")
        took, cpu = _seconds(Path(folder), OWN.format(tests=tests), "-n", "2")
        told = f"{took:.1f} s, {cpu:.1f} s of CPU time"
        print(f"{tests} tests with faults, clock and journal under -n 2: {told}")


def _cost(folder: Path, options: tuple[str, ...]) -> float:
    """The milliseconds that a world adds to a test, beyond starting the stand-in."""
    took = {
        (fixture, tests): _seconds(folder, NOTHING.format(fixture=fixture, tests=tests), *options)[
            1
        ]
        for fixture in ("", ", mockserver_world")
        for tests in (1, MANY)
    }
    alone = took["", MANY] - took["", 1]
    with_world = took[", mockserver_world", MANY] - took[", mockserver_world", 1]
    return (with_world - alone) / (MANY - 1) * 1_000


def _seconds(folder: Path, text: str, *options: str) -> tuple[float, float]:
    """The time that a run takes, by the clock and of CPU."""
    (folder / "test_it.py").write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", *options]
    started, used = time.perf_counter(), _cpu_seconds()
    ended = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - started
    assert ended.returncode == 0, ended.stdout
    return took, _cpu_seconds() - used


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
