"""Whether the stand-in is alive and ready, and what it is."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import at, pretty
from mockserver.state.worlds import Worlds

__all__ = ["routes"]


def routes(worlds: Worlds, version: str, now: Callable[[], float] = time.monotonic) -> list[Route]:
    """`/_mock/health` and `/_mock/ready`; `now` counts seconds."""
    started = now()

    async def health(_request: Request) -> Response:
        uptime = round(now() - started, 3)
        described = {"version": version, "uptime_seconds": uptime, "worlds": len(worlds)}
        return pretty({"status": "alive", **described})

    async def ready(_request: Request) -> Response:
        template = worlds.template
        seeded = {"fixture": template.fixture, "refunds": len(template.refunds)}
        return pretty({"status": "ready", **seeded})

    return [at("/_mock/health", GET=health), at("/_mock/ready", GET=ready)]
