"""What a new world costs over a large fixture; run as a module with its file, prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable

from mockserver import Settings, create_app
from tests.benchmarks.driver import App, Driver
from tests.benchmarks.memory import traced

WORLDS = 200
ONE = b"limit=1"


async def taken_us(step: Awaitable[object]) -> float:
    """Processor time of one request, in microseconds."""
    began = time.process_time()
    await step
    return (time.process_time() - began) * 1e6


def visitor(app: App, name: str) -> Driver:
    """A client of the named world, which is made when first asked for."""
    driver = Driver(app, prefix=f"/_mock/w/{name}")
    driver.carry("any")
    return driver


async def plain_body(world: Driver) -> bytes:
    """A create body that fits the fixture, whatever it holds."""
    refund = json.loads(await world.page(ONE))["items"][0]
    payer_id = refund["non_insurance_payer"]["non_insurance_payer_id"]
    allocation = {"amount_cents": 1, "target": {"type": "unattributed"}}
    body = {"non_insurance_payer_id": payer_id, "amount_cents": 1, "allocations": [allocation]}
    return json.dumps(body).encode()


async def added_us(app: App) -> tuple[list[float], list[float]]:
    """What the first page and the first create of a world take more than the second ones."""
    body = await plain_body(visitor(app, "warm"))
    made, written = [], []
    for n in range(WORLDS):
        world = visitor(app, f"timed-{n}")
        new, known = [await taken_us(world.page(ONE)) for _ in range(2)]
        made.append(new - known)
        new, known = [await taken_us(world.create(body)) for _ in range(2)]
        written.append(new - known)
    return made, written


async def bytes_each(app: App) -> float:
    """What a world that was read from once holds."""
    with traced() as held:
        for n in range(WORLDS):
            await visitor(app, f"held-{n}").page(ONE)
    return held[0] / WORLDS


async def measure(fixture: str) -> dict[str, object]:
    """Time and memory of new worlds over the fixture."""
    began = time.process_time()
    app = create_app(Settings(fixture=fixture))
    loaded = time.process_time() - began
    made, written = await added_us(app)
    return {
        "made_us": made,
        "written_us": written,
        "bytes_each": await bytes_each(app),
        "load_s": loaded,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1]))))
