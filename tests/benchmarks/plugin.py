"""What the pytest plugin costs: a world for a test, and a run of tests that steer a world each."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.commands import Took, timed
from tests.benchmarks.measures import Measure

__all__ = ["OWN", "plugin"]

ROUNDS = 3
MANY, STEERED = 1_000, 500

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


def plugin(cores: tuple[int, int]) -> list[Measure]:
    """What a world adds to a test, and how long tests take that each steer a world of their own."""
    with tempfile.TemporaryDirectory() as folder:
        tests = _Tests(Path(folder), cores)
        served = tuple(tests.cost() for _ in range(ROUNDS))
        in_process = tuple(tests.cost("--mockserver-in-process") for _ in range(ROUNDS))
        took = tests.timed(OWN.format(tests=STEERED), "-n", "2")
    return [
        Measure("plugin_served", served),
        Measure("plugin_in_process", in_process),
        Measure("plugin_run", (took.wall_s,), f"under -n 2; {took.cpu_s:.1f} s of CPU"),
    ]


class _Tests:
    """Runs tests in a folder, on all cores."""

    def __init__(self, folder: Path, cores: tuple[int, int]) -> None:
        self.folder = folder
        self.cores = cores

    def cost(self, *options: str) -> float:
        """The milliseconds that a world adds to a test, beyond starting the stand-in."""
        took = {
            (fixture, tests): self.timed(
                NOTHING.format(fixture=fixture, tests=tests), *options
            ).cpu_s
            for fixture in ("", ", mockserver_world")
            for tests in (1, MANY)
        }
        alone = took["", MANY] - took["", 1]
        with_world = took[", mockserver_world", MANY] - took[", mockserver_world", 1]
        return (with_world - alone) / (MANY - 1) * 1_000

    def timed(self, text: str, *options: str) -> Took:
        """The time that a run of these tests takes."""
        (self.folder / "test_it.py").write_text(text, "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", *options]
        return timed(command, self.folder, self.cores)
