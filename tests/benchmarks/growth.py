"""Grows a world in this process and times it beside a small one; run as a module, prints JSON.

Both worlds live in one process and are timed in turn, so that what the machine does
meanwhile meets both alike. Times are of the processor: nothing here waits. Every refund
is created through the app, as a client would.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial

from mockserver import Settings, create_app
from tests.benchmarks.driver import Driver, bodies
from tests.benchmarks.memory import settled_rss, traced
from tests.benchmarks.scenarios import EVERY_LIST, FIRST_PAGE, PAYER_PAGE

SMALL = 1000
BATCHES = 25
BATCH = 20
TRACED = "--traced"
Step = Callable[[], Awaitable[object]]


async def grow(driver: Driver, second_line: str, count: int) -> None:
    """Store refunds, a thousand bodies at a time so that the bodies themselves take no room."""
    for first in range(0, count, 1000):
        for body in bodies(first, min(1000, count - first), second_line):
            await driver.create(body)


async def middle_page(driver: Driver, count: int) -> bytes:
    """The query of a page from the middle of the list, reached by walking there."""
    query = b"limit=999"
    for _ in range(count // 999 // 2):
        token = json.loads(await driver.page(query))["next_page_token"]
        query = b"limit=999&page_token=" + token.encode()
    return query.replace(b"limit=999", b"limit=100")


async def batch_us(step: Step) -> float:
    """Processor time of one step in microseconds, over a batch of them."""
    began = time.process_time()
    for _ in range(BATCH):
        await step()
    return (time.process_time() - began) / BATCH * 1e6


async def compared(small: Step, large: Step) -> dict[str, object]:
    """The large world's time as a multiple of the small one's, batch by batch in turn."""
    pairs = [(await batch_us(small), await batch_us(large)) for _ in range(BATCHES)]
    return {
        "ratios": [large_us / small_us for small_us, large_us in pairs],
        "small_us": statistics.median(small_us for small_us, _ in pairs),
        "large_us": statistics.median(large_us for _, large_us in pairs),
    }


async def compare(small: Driver, large: Driver, second_line: str, count: int) -> dict[str, object]:
    """Pages and creates in a world of 1,000 refunds and in one of `count`."""
    found: dict[str, object] = {}
    middles = await middle_page(small, SMALL), await middle_page(large, count)
    queries = (
        ("page", FIRST_PAGE.encode(), FIRST_PAGE.encode()),
        ("payer", PAYER_PAGE.encode(), PAYER_PAGE.encode()),
        ("deep", *middles),
    )
    for key, few, many in queries:
        found[key] = await compared(partial(small.page, few), partial(large.page, many))
    left = iter(bodies(count, 2 * BATCHES * BATCH, second_line))
    found["create"] = await compared(
        lambda: small.create(next(left)), lambda: large.create(next(left))
    )
    return found


async def first_lists_ms(driver: Driver) -> float:
    """Milliseconds until every kind of list has been asked for once: what builds any index."""
    began = time.process_time()
    for query in EVERY_LIST:
        await driver.page(query.encode())
    return (time.process_time() - began) * 1000


async def measure(count: int, trace: bool) -> dict[str, object]:
    """Memory for each refund with all indexes and, unless traced, how times compare."""
    app = create_app(Settings())
    small, large = Driver(app), Driver(app)
    await small.sign_in("small")
    await large.sign_in("large")
    second_line = await small.second_line()
    await grow(small, second_line, SMALL)
    await first_lists_ms(small)
    if trace:
        with traced() as held:
            await grow(large, second_line, count)
            await first_lists_ms(large)
        return {"bytes_each": held[0] / count}
    before = settled_rss()
    began = time.process_time()
    await grow(large, second_line, count)
    found: dict[str, object] = {"seconds": time.process_time() - began}
    found["first_lists_ms"] = await first_lists_ms(large)
    found["bytes_each"] = (settled_rss() - before) / count
    found["times"] = await compare(small, large, second_line, count)
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]), TRACED in sys.argv))))
