"""A transport of httpx that has an app of this process answer: for clients that do not await."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.errors import MockserverError

try:
    import httpx
except ImportError:
    told = "mockserver.InProcessTransport needs httpx: pip install httpx"
    raise MockserverError(told) from None

__all__ = ["InProcessTransport"]


class InProcessTransport(httpx.BaseTransport):
    """Has an ASGI app answer each request, in an event loop of the request's own.

    Threads may share it. Code in a running event loop awaits, and so uses `httpx.ASGITransport`.
    """

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self._transport = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The app's answer, read whole. Raises RuntimeError in a running event loop."""
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)
