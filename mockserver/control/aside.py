"""Long work in a thread beside the event loop, so that other requests are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

__all__ = ["Aside", "in_loop"]

T = TypeVar("T")


class Aside:
    """Does one piece of long work at a time: each may take much memory."""

    @cached_property
    def _limiter(self) -> CapacityLimiter:
        return CapacityLimiter(1)

    async def __call__(self, work: Callable[[], T], *, is_long: bool) -> T:
        """What the work returns or raises; short work, or where no loop runs, is done at once."""
        if not is_long or not in_loop():
            return work()
        return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._limiter)


def in_loop() -> bool:
    """Whether an event loop runs; a stand-in in this process may be called without one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
