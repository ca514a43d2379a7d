"""How soon a server answers after its start, and how much memory it holds when idle."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.measures import Measure
from tests.benchmarks.servers import Launch, cpu_seconds, rss_mib, running

SETTLE_S = 0.5


@dataclass(frozen=True)
class Start:
    """Seconds from start to first answer, by both clocks, and resident MiB half a second later."""

    first_answer: Measure
    start_cpu: Measure
    idle_rss: Measure


def starts(launches: Sequence[Launch], rounds: int, cpu: int) -> dict[str, Start]:
    """Start each server alone, in turn, round after round."""
    found: dict[str, list[tuple[float, float, float]]] = {launch.name: [] for launch in launches}
    for _ in range(rounds):
        for launch in launches:
            with running(launch, cpu) as server:
                used = cpu_seconds(server.pid)
                time.sleep(SETTLE_S)
                found[launch.name].append((server.first_answer_s, rss_mib(server.pid), used))
    return {name: _start(samples) for name, samples in found.items()}


def _start(samples: list[tuple[float, float, float]]) -> Start:
    seconds, mib, used = zip(*samples, strict=True)
    return Start(
        Measure("first_answer", seconds), Measure("start_cpu", used), Measure("idle_rss", mib)
    )
