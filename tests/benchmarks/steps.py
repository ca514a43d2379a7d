"""Counts the steps that turbo takes and its laws judge; run as a module, prints JSON."""

from __future__ import annotations

import json
import time

from contracts.drivers import turbo
from contracts.kernel.session import Sessions
from contracts.kernel.terms import Terms
from contracts.model.organization import load_organization
from contracts.run.stand_in import StandIn
from contracts.targets.app import AppTarget
from mockserver import Settings, create_app
from tests.serving import ROOT

ROUNDS = 5
STEPS = turbo.STEPS
WARM_UP = 400


def measure(steps: int = STEPS) -> list[float]:
    """Steps a second of processor time on the stand-in in this process, one sample a seed."""
    target = AppTarget(create_app(Settings()), "steps")
    terms = Terms(load_organization(ROOT / "fixtures" / "default.json"))
    sessions = Sessions(lambda name: StandIn(target).world(target, name), terms)
    _run(sessions, 0, WARM_UP)
    return [_run(sessions, seed, steps) for seed in range(1, ROUNDS + 1)]


def _run(sessions: Sessions, seed: int, steps: int) -> float:
    began = time.process_time()
    log = turbo.run(sessions, seed, turbo.Limits(steps=steps))
    took = time.process_time() - began
    if log.failures or log.steps < steps:
        raise RuntimeError(f"turbo took {log.steps} of {steps} steps, and broke {[*log.failures]}")
    return log.steps / took


if __name__ == "__main__":
    print(json.dumps(measure()))
