"""Times one create and one get, driven as an ASGI coroutine; run as a module, prints JSON."""

from __future__ import annotations

import asyncio
import json
import time

from mockserver import Settings, create_app
from tests.benchmarks.driver import Driver, bodies

BATCHES = 40
BATCH = 50


async def measure() -> list[float]:
    """Processor time, in µs, of a create and a get of what was created, batch by batch."""
    driver = Driver(create_app(Settings()))
    await driver.sign_in("pair")
    ready = bodies(0, (BATCHES + 1) * BATCH, await driver.second_line())
    found = []
    for first in range(0, len(ready), BATCH):
        began = time.process_time()
        for body in ready[first : first + BATCH]:
            await driver.get(await driver.create(body))
        found.append((time.process_time() - began) / BATCH * 1e6)
    return found[1:]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
