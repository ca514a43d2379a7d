"""What a start over a large fixture costs; run as a module with its file, prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterable

from mockserver.app import create_app
from mockserver.fixtures.building import exported
from mockserver.settings import Settings
from mockserver.state.order import EVERYTHING, ORDERS, Filter
from tests.benchmarks.memory import settled_rss


def peak() -> int:
    """The most bytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def longest(steps: Iterable[object]) -> tuple[float, float]:
    """Processor time in seconds of all steps together, and of the longest one."""
    began = last = time.process_time()
    most = 0.0
    for _ in steps:
        now = time.process_time()
        most, last = max(most, now - last), now
    return time.process_time() - began, most


def measure(fixture: str) -> dict[str, float]:
    """Seconds of the start, of the first lists and of an export, and bytes for each refund."""
    before, began = settled_rss(), time.process_time()
    app = create_app(Settings(fixture=fixture))
    start = time.process_time() - began
    steady, most = settled_rss(), peak()
    world = app.worlds.get("large")
    payer_id = next(iter(world)).payer.id
    asked = [((where,), order) for where in (EVERYTHING, Filter(payer_id)) for order in ORDERS]
    _, list_s = longest(world.page(*each, 100) for each in asked)
    export, piece = longest(exported(world))
    return {
        "start_s": start,
        "bytes_each": (steady - before) / len(world),
        "peak": most / steady,
        "list_ms": list_s * 1000,
        "export_s": export,
        "piece_ms": piece * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
