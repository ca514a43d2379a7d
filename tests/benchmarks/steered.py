"""What faults and snapshots cost; run as a module with a fixture's file, prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from mockserver.state.faults import FaultSpec
from mockserver.steering.documents import read_fault
from mockserver.steering.faults import FaultLayer
from tests.benchmarks.driver import BASE_SCOPE
from tests.benchmarks.worlds import plain_body, visitor

CALLS = 20_000
ROUNDS = 15
CHANGES = 10
OPERATION = "non_insurance_payer_refunds.create"
HEADERS = [(b"host", b"localhost:5050"), (b"accept", b"*/*"), (b"accept-encoding", b"gzip"),
           (b"connection", b"keep-alive"), (b"user-agent", b"python-httpx/0.28.1"),
           (b"authorization", b"Bearer any"), (b"content-type", b"application/json"),
           (b"content-length", b"300")]  # fmt: skip
SCOPE: dict[str, Any] = {**BASE_SCOPE, "method": "POST", "path": "/", "headers": HEADERS}
ABSENT = {"operation": "*.create", "header": {"name": "X-Absent"}, "answer": 503}
ELSEWHERE = {"operation": "auth.get_token", "answer": 503}


def layer(count: int, document: dict[str, Any]) -> Callable[[], None]:
    """Serves calls by a layer of faults with so many of one kind, and nothing behind it."""
    app = create_app(Settings())
    spec: FaultSpec = read_fault(document, app.faults.known)
    world = app.worlds.get("default")
    for _ in range(count):
        world.faults.add(spec, world.clock())
    app.worlds.note_faults(world)

    def nothing(_scope: Any, _receive: Any, _send: Any) -> Any:
        return None

    served: Any = FaultLayer(nothing, {"POST": OPERATION}, app.faults)

    def run() -> None:
        for _ in range(CALLS):
            served(SCOPE, None, None)

    return run


def taken_us(work: Callable[[], object]) -> float:
    """Processor time, in microseconds."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e6


def faults_ns() -> dict[str, list[float]]:
    """What a fault that does not match, and 1,000 on another operation, add to a call."""
    plain, absent, elsewhere = layer(0, ABSENT), layer(1, ABSENT), layer(1_000, ELSEWHERE)
    found: dict[str, list[float]] = {"fault": [], "faults_elsewhere": []}
    for _ in range(ROUNDS):
        base = taken_us(plain)
        for key, run in (("fault", absent), ("faults_elsewhere", elsewhere)):
            found[key].append((taken_us(run) - base) / CALLS * 1_000)
    return found


async def snapshots_us(app: Mockserver) -> dict[str, list[float]]:
    """What a snapshot, a restore and a new world from one take after a few changes."""
    found: dict[str, list[float]] = {"snapshot": [], "restore": [], "branch": []}
    visits = visitor(app, "kept")
    body = await plain_body(visits)
    world = app.worlds.get("kept")
    for number in range(ROUNDS):
        for _ in range(CHANGES):
            await visits.create(body)
        found["snapshot"].append(taken_us(world.snapshot))
        kept = world.snapshot()

        def branch(name: str = f"branch-{number}", kept: Any = kept) -> None:
            app.worlds.create(name, kept.template).restore(kept)

        found["branch"].append(taken_us(branch))
        found["restore"].append(taken_us(lambda kept=kept: world.restore(kept)))  # type: ignore[misc]
    return found


def measure(fixture: str) -> dict[str, list[float]]:
    """All of it."""
    return {**faults_ns(), **asyncio.run(snapshots_us(create_app(Settings(fixture=fixture))))}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
