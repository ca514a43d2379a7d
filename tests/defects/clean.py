"""Runs turbo on the stand-in without an alarm, with `python -m tests.defects.clean STEPS`."""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time
from typing import Literal

from contracts.drivers import turbo
from contracts.kernel.session import Sessions
from contracts.kernel.terms import Terms
from contracts.model.organization import load_organization
from contracts.model.rules import profile
from contracts.run.stand_in import StandIn
from contracts.targets.app import AppTarget
from mockserver import Settings, create_app
from tests.defects.matrix import workers

Name = Literal["default", "strict", "lenient"]
NAMES: tuple[Name, ...] = ("default", "strict", "lenient")
FIXTURE = Path(__file__).parents[2] / "fixtures" / "default.json"


def alarm(name: Name, steps: int, seed: int = 1) -> str:
    """What came of so many steps in one profile, in a line."""
    app = create_app(Settings(profile=name, clock="frozen"))
    terms = Terms(load_organization(FIXTURE), rules=profile(name))
    target = AppTarget(app, "clean")
    target.bearer()
    sessions = Sessions(lambda name: StandIn(target).world(target, name), terms)
    began = process_time()
    log = turbo.run(sessions, seed, turbo.Limits(steps=steps))
    pace = log.steps / (process_time() - began)
    found = "; ".join(str(failure.breach) for failure in log.failures.values())
    what = f"{log.steps:,} steps, {log.requests:,} requests, {pace:,.0f} steps a CPU second"
    return f"{name}: {what}, {found or 'no alarm'}"


def main(steps: int) -> int:
    """Print a line a profile; exit code 1 where a law was broken."""
    with workers() as pool:
        told = list(pool.map(alarm, NAMES, [steps] * len(NAMES)))
    print("\n".join(told))
    return 0 if all(line.endswith("no alarm") for line in told) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
