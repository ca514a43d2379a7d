"""The rules and settings of a world under /_mock/worlds/{name}/settings: shown and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import shown
from mockserver.rules import Verdicts, levels
from mockserver.state.world import World
from mockserver.state.worlds import Worlds

__all__ = ["routes"]

_EXAMPLE = '{"profile": "strict", "rules": {"allocation-sum": "warn"}, "earmarking": true}'
_FIELDS = ("profile", "rules", "earmarking")


def routes(worlds: Worlds, max_body_bytes: int) -> list[Route]:
    """The route table of the settings."""
    lookup = Lookup(worlds)

    async def show(request: Request) -> Response:
        return pretty(described(lookup.world(request)))

    async def change(request: Request) -> Response:
        asked = await read_object(request, _FIELDS, max_body_bytes, _EXAMPLE)
        earmarking = asked.get("earmarking", True)
        if not isinstance(earmarking, bool):
            raise ControlError(422, f"earmarking is {shown(earmarking)}; expected true or false")
        world = lookup.made(request)
        verdicts = _verdicts(asked, world)
        world.profile, world.verdicts = asked.get("profile", world.profile), verdicts
        if "earmarking" in asked:
            world.organization = replace(world.organization, earmarking=earmarking)
        return pretty(described(world))

    return [at("/_mock/worlds/{name}/settings", GET=show, POST=change)]


def described(world: World) -> dict[str, Any]:
    """The profile, the level of every rule, and what the organization has enabled."""
    return {
        "profile": world.profile,
        "rules": world.verdicts.levels,
        "earmarking": world.organization.earmarking,
    }


def _verdicts(asked: dict[str, Any], world: World) -> Verdicts:
    """A profile sets all levels anew; rules are set behind it, or beside those that hold."""
    profile, rules = asked.get("profile", world.profile), asked.get("rules", {})
    if not isinstance(profile, str) or not isinstance(rules, dict):
        raise ControlError(422, f"the body is {shown(asked)}; expected one like {_EXAMPLE}")
    kept = {} if "profile" in asked else world.verdicts.levels
    return Verdicts(levels(profile, {**kept, **rules}))
