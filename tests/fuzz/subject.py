"""A stand-in in this process that takes raw bytes, and what each input costs it."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from starlette.types import ASGIApp
from uvicorn.server import ServerState

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from mockserver.cli.protocol import Protocol
from mockserver.cli.running import configured
from mockserver.errors import MockserverError
from mockserver.fixtures.reading import parse
from mockserver.rules import BY_ID
from tests.fuzz.inputs import Recipe

__all__ = ["Cost", "Subject"]

STEPS = 200
"""How often the event loop goes round for one request at most; some wait for a time."""


class Cost(NamedTuple):
    """What one input took: CPU time in milliseconds, and bytes of memory at their most."""

    milliseconds: float
    peak_bytes: int = 0


class Subject:
    """Serves inputs; `renew` forgets all state. `around` puts something around the app."""

    def __init__(self, around: Callable[[Mockserver], ASGIApp] | None = None) -> None:
        logging.disable(logging.CRITICAL)
        self.around = around
        self.loop = asyncio.new_event_loop()
        self.key = create_app().tokens.key
        self.renew()

    def renew(self) -> None:
        """Start over."""
        app = create_app(Settings())
        app.tokens.key = self.key  # to make one takes longer than any input may
        self.config = configured(app, Protocol)
        if self.around is not None:
            self.config.app = self.around(app)
        self.config.load()
        gc.collect()

    def close(self) -> None:
        """Give up the event loop, and log again."""
        self.loop.close()
        logging.disable(logging.NOTSET)

    def cost(self, recipe: Recipe, *, of_memory: bool = False) -> Cost:
        """What the input costs; memory is traced on demand, which distorts the time."""
        data, suffix = recipe.data(), recipe.source.suffix
        if of_memory:
            tracemalloc.start()
        before = time.process_time()
        if suffix:
            with suppress(MockserverError):
                parse(data, "fuzz", BY_ID, yaml=suffix != ".json")
        else:
            self.loop.run_until_complete(self._send(data))
        spent = 1_000 * (time.process_time() - before)
        peak = 0
        if of_memory:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return Cost(spent, peak)

    async def _send(self, data: bytes) -> None:
        state = ServerState()
        protocol = Protocol(
            config=self.config, server_state=state, app_state={}, _loop=asyncio.get_running_loop()
        )
        transport = _Nowhere(protocol)
        protocol.connection_made(transport)
        protocol.data_received(data)
        for _ in range(STEPS):
            if not state.tasks:
                break
            await asyncio.sleep(0)
        if not transport.is_closing():
            transport.close()
        protocol.connection_lost(None)
        for task in state.tasks:
            task.cancel()
        await asyncio.gather(*state.tasks, return_exceptions=True)


class _Nowhere(asyncio.Transport):
    """A transport whose client reads everything and looks at nothing."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.protocol = protocol
        self.closing = False

    def write(self, data: Any) -> None:
        """Forget it."""

    def write_eof(self) -> None:
        """Nothing to do."""

    def get_write_buffer_size(self) -> int:
        """All was read."""
        return 0

    def pause_reading(self) -> None:
        """What is sent is there already."""

    def resume_reading(self) -> None:
        """What is sent is there already."""

    def is_closing(self) -> bool:
        """Whether the protocol hung up."""
        return self.closing

    def close(self) -> None:
        """Hang up."""
        self.closing = True

    abort = close
