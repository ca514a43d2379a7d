"""The rate limits of a world under /_mock/worlds/{name}/limits: shown and set."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import SettingsError, nearest, shown
from mockserver.settings import Rate, parse_rate
from mockserver.state.limits import LIMIT_HEADERS, RollingWindow
from mockserver.state.world import World
from mockserver.state.worlds import Worlds

__all__ = ["routes"]

_EXAMPLE = '{"requests": "5/10", "tokens": "off", "headers": "retry-after"}'


def routes(worlds: Worlds, max_body_bytes: int) -> list[Route]:
    """The route table of the limits."""
    control = _Control(worlds, max_body_bytes)
    return [at("/_mock/worlds/{name}/limits", GET=control.show, POST=control.set)]


def described(world: World) -> dict[str, Any]:
    """The limits of a world as `--rate-limit` writes them, and what its 429s say."""
    windows = {"requests": world.requests, "tokens": world.tokens}
    return {**{name: _written(each) for name, each in windows.items()},
            "headers": world.limit_headers}  # fmt: skip


class _Control:
    def __init__(self, worlds: Worlds, max_body_bytes: int) -> None:
        self.lookup = Lookup(worlds)
        self.max_body_bytes = max_body_bytes

    async def show(self, request: Request) -> Response:
        return pretty(described(self.lookup.world(request)))

    async def set(self, request: Request) -> Response:
        fields = ("requests", "tokens", "headers")
        asked = await read_object(request, fields, self.max_body_bytes, _EXAMPLE)
        rates = {name: _rate(name, asked[name]) for name in fields[:2] if name in asked}
        headers = asked.get("headers", "none")
        if headers not in LIMIT_HEADERS:
            near = nearest(headers, LIMIT_HEADERS)
            raise ControlError(
                422,
                f"headers {shown(headers)} is not known; did you mean {near}? use one of"
                f" {', '.join(LIMIT_HEADERS)}",
            )
        world = self.lookup.made(request)
        if "requests" in rates:
            world.requests = _window(rates["requests"])
        if "tokens" in rates:
            world.tokens = _window(rates["tokens"])
        world.limit_headers = headers if "headers" in asked else world.limit_headers
        return pretty(described(world))


def _rate(name: str, sent: object) -> Rate | None:
    try:
        return parse_rate(sent if isinstance(sent, str) else shown(sent))
    except SettingsError as error:
        raise ControlError(422, f"{name}: {error}") from None


def _window(rate: Rate | None) -> RollingWindow | None:
    return None if rate is None else RollingWindow(rate)


def _written(window: RollingWindow | None) -> str:
    if window is None:
        return "off"
    return f"{window.rate.requests}/{window.rate.window_seconds:g}"
