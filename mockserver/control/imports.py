"""A world of a fixture that is sent, under /_mock/worlds/{name}/import."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_json
from mockserver.control.worlds import described
from mockserver.errors import Refusal, shown
from mockserver.state.names import NAME, is_name
from mockserver.state.world import Template
from mockserver.state.worlds import Worlds

__all__ = ["routes"]

MOST_BYTES = 268_435_456
"""The longest fixture that can be sent."""

LARGE_BYTES = 1_048_576
"""How long a fixture may be to be read at once, while other requests wait."""

Reader = Callable[[bytes], Template]
"""Answers the template of a fixture; raises MockserverError for an unusable one."""


def routes(worlds: Worlds, template_of: Reader) -> list[Route]:
    """The route that makes a world of a fixture, or makes it anew."""

    async def take(request: Request) -> Response:
        name = request.path_params["name"]
        if not is_name(name):
            raise ControlError(404, f"{shown(name)} cannot name a world; use {NAME}")
        body = await read_json(request, MOST_BYTES, "a fixture, as .../export answers one")
        try:
            large = len(body) > LARGE_BYTES
            read = await to_thread.run_sync(template_of, body) if large else template_of(body)
            world = worlds.create(name, read)
        except Refusal as refusal:
            raise ControlError(503, refusal.message) from None
        return pretty(described(world), 201)

    return [at("/_mock/worlds/{name}/import", POST=take)]
