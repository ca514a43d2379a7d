"""The rate limits of a world under /_mock/worlds/{name}/limits: shown and set."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import SettingsError, nearest, shown
from mockserver.settings import LimitScope, Rate, parse_rate
from mockserver.state.limits import LIMIT_HEADERS, rate_of, rate_text, window_of
from mockserver.state.world import World
from mockserver.state.worlds import Worlds

__all__ = ["routes"]

_EXAMPLE = '{"requests": "5/10", "tokens": "off", "per": "world", "headers": "retry-after"}'


def routes(worlds: Worlds, max_body_bytes: int) -> list[Route]:
    """The route table of the limits."""
    control = _Control(worlds, max_body_bytes)
    return [at("/_mock/worlds/{name}/limits", GET=control.show, POST=control.set)]


def described(world: World) -> dict[str, Any]:
    """The limits of a world as `--rate-limit` writes them, and what its 429s say."""
    windows = {"requests": world.requests, "tokens": world.tokens}
    return {**{name: rate_text(each) for name, each in windows.items()},
            "per": world.limit_per,
            "headers": world.limit_headers}  # fmt: skip


class _Control:
    def __init__(self, worlds: Worlds, max_body_bytes: int) -> None:
        self.lookup = Lookup(worlds)
        self.max_body_bytes = max_body_bytes

    async def show(self, request: Request) -> Response:
        return pretty(described(self.lookup.world(request)))

    async def set(self, request: Request) -> Response:
        fields = ("requests", "tokens", "per", "headers")
        asked = await read_object(request, fields, self.max_body_bytes, _EXAMPLE)
        rates = {name: _rate(name, asked[name]) for name in fields[:2] if name in asked}
        for name, choices in (("per", get_args(LimitScope)), ("headers", LIMIT_HEADERS)):
            _is_one_of(name, asked.get(name, next(iter(choices))), choices)
        world = self.lookup.made(request)
        world.limit_headers = asked.get("headers", world.limit_headers)
        world.limit_per, old = asked.get("per", world.limit_per), world.limit_per
        is_new = world.limit_per != old
        for name in ("requests", "tokens"):
            if name in rates or is_new:
                rate = rates.get(name, rate_of(getattr(world, name)))
                per_address = world.limit_per == "address"
                setattr(world, name, window_of(rate, per_address=per_address))
        return pretty(described(world))


def _is_one_of(name: str, sent: object, choices: Collection[str]) -> None:
    if sent not in tuple(choices):
        near = nearest(sent, choices)
        raise ControlError(
            422,
            f"{name} {shown(sent)} is not known; did you mean {near}? use one of"
            f" {', '.join(choices)}",
        )


def _rate(name: str, sent: object) -> Rate | None:
    try:
        return parse_rate(sent if isinstance(sent, str) else shown(sent))
    except SettingsError as error:
        raise ControlError(422, f"{name}: {error}") from None
