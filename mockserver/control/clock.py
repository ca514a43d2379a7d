"""The clock of a world under /_mock/worlds/{name}/clock: shown, set and moved."""

from __future__ import annotations

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import nearest, shown
from mockserver.state.clock import Clock, Ticking, clock_of, instant_text, mode_of, moved
from mockserver.state.world import World
from mockserver.state.worlds import Worlds
from mockserver.steering.fields import read_instant

__all__ = ["routes"]

_EXAMPLE = '{"mode": "frozen", "at": "2024-01-15T09:30:00Z"} or {"advance_seconds": 3600}'
_FIELDS = ("mode", "at", "tick_seconds", "advance_seconds")
_MODES = ("real", "frozen", "running", "ticking")
_LONGEST_SECONDS = 10**11


def routes(worlds: Worlds, max_body_bytes: int) -> list[Route]:
    """The route table of the clock."""
    control = _Control(worlds, max_body_bytes)
    return [at("/_mock/worlds/{name}/clock", GET=control.show, POST=control.set)]


def described(world: World) -> dict[str, Any]:
    """The mode of a world's clock, its instant, and how far it ticks."""
    clock = world.clock
    told = {"mode": mode_of(clock), "now": instant_text(clock())}
    return {**told, "tick_seconds": clock.seconds} if isinstance(clock, Ticking) else told


class _Control:
    def __init__(self, worlds: Worlds, max_body_bytes: int) -> None:
        self.worlds = worlds
        self.lookup = Lookup(worlds)
        self.max_body_bytes = max_body_bytes

    async def show(self, request: Request) -> Response:
        return pretty(described(self.lookup.world(request)))

    async def set(self, request: Request) -> Response:
        asked = await read_object(request, _FIELDS, self.max_body_bytes, _EXAMPLE)
        if not asked:
            raise ControlError(422, f"the body is {{}}; expected one like {_EXAMPLE}")
        _check(asked)
        world = self.lookup.made(request)
        clock = _clock(asked, world.clock)
        if "advance_seconds" in asked:
            clock = moved(clock, asked["advance_seconds"])
        world.set_clock(clock)
        self.worlds.note_clock(world)
        return pretty(described(world))


def _check(asked: dict[str, Any]) -> None:
    mode = asked.get("mode")
    if "mode" in asked and mode not in _MODES:
        near = nearest(mode, _MODES)
        modes = ", ".join(_MODES)
        raise ControlError(
            422, f"mode {shown(mode)} is not known; did you mean {near}? modes: {modes}"
        )
    if "at" in asked and mode in (None, "real"):
        raise ControlError(422, "at needs a mode: frozen, running or ticking")
    if "tick_seconds" in asked and mode != "ticking":
        raise ControlError(422, 'tick_seconds needs "mode": "ticking"')
    for name in ("tick_seconds", "advance_seconds"):
        _is_span(name, asked.get(name, 0))


def _is_span(name: str, seconds: object) -> None:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not (is_number and abs(cast(float, seconds)) <= _LONGEST_SECONDS):  # NaN is not
        raise ControlError(422, f"{name} is {shown(seconds)}; expected a number of seconds")


def _clock(asked: dict[str, Any], old: Clock) -> Clock:
    mode = asked.get("mode")
    if mode is None:
        return old
    instant = read_instant("at", asked["at"]) if "at" in asked else old()
    return clock_of(mode, instant, asked.get("tick_seconds", 1))
