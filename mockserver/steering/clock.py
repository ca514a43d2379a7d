"""The layer that lets clocks tick with the requests of their worlds."""

from __future__ import annotations

from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.state.clock import Ticking
from mockserver.state.worlds import WORLD_KEY, Worlds

__all__ = ["ClockLayer"]


class ClockLayer:
    """One app, after each request to which a ticking clock goes on by one step.

    A request that got into no world lets no clock tick.
    """

    def __init__(self, app: ASGIApp, worlds: Worlds) -> None:
        self.app = app
        self.worlds = worlds

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve the request."""
        if self.worlds.ticking:
            return self._tick(scope, receive, send)
        return self.app(scope, receive, send)

    async def _tick(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            world = self.worlds.ticking.get(scope.get(WORLD_KEY, ""))
            if world is not None and isinstance(world.clock, Ticking):
                world.clock.tick()
