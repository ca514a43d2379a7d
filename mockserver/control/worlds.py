"""Worlds under /_mock/worlds: list, create from a fixture, look, export, reset, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import MockserverError, Refusal, shown
from mockserver.fixtures.building import exported
from mockserver.state.world import Template, World
from mockserver.state.worlds import NAME_PATTERN, Worlds, is_name

__all__ = ["routes"]

Templates = Callable[[str], Template]
"""Answers the template of a fixture's name or file; raises MockserverError for an unusable one."""

_MANY_REFUNDS = 1_000
"""How many refunds a world may hold to be exported at once: else a thread makes piece by piece."""

_EXAMPLE = '{"name": "me", "fixture": "empty"}'


def routes(worlds: Worlds, templates: Templates, max_body_bytes: int) -> list[Route]:
    """The route table of the worlds."""
    control = _Control(worlds, templates, max_body_bytes)
    one = "/_mock/worlds/{name}"
    return [
        at("/_mock/worlds", GET=control.list, POST=control.create),
        at(one, GET=control.show, DELETE=control.delete),
        at(one + "/export", GET=control.export),
        at(one + "/reset", POST=control.reset),
    ]


def described(world: World) -> dict[str, Any]:
    """What a list of worlds tells of one."""
    template = world.template
    return {
        "name": world.name,
        "fixture": template.fixture,
        "profile": template.profile,
        "refunds": len(world),
        "ids_drawn": world.sequence,
        "now": world.now_text(),
    }


class _Control:
    def __init__(self, worlds: Worlds, templates: Templates, max_body_bytes: int) -> None:
        self.worlds = worlds
        self.lookup = Lookup(worlds)
        self.templates = templates
        self.max_body_bytes = max_body_bytes

    async def list(self, _request: Request) -> Response:
        return pretty({"worlds": [described(world) for world in self.worlds]})

    async def create(self, request: Request) -> Response:
        fields = ("name", "fixture", "snapshot")
        asked = await read_object(request, fields, self.max_body_bytes, _EXAMPLE)
        name, fixture = asked.get("name"), asked.get("fixture")
        if not isinstance(name, str) or not is_name(name):
            raise ControlError(422, f"name is {shown(name)}; expected text like {NAME_PATTERN}")
        if name in self.worlds:
            advice = f"reset it (POST /_mock/worlds/{name}/reset) or delete it first"
            raise ControlError(409, f"world {shown(name)} is there already; {advice}")
        if fixture is not None and not isinstance(fixture, str):
            raise ControlError(422, f"fixture is {shown(fixture)}; expected a fixture's name")
        if "snapshot" in asked:
            return pretty(described(self._branch(name, fixture, asked["snapshot"])), 201)
        try:
            template = self.worlds.template if fixture is None else self.templates(fixture)
            world = self.worlds.create(name, template)
        except MockserverError as error:
            raise ControlError(422, str(error)) from None
        except Refusal as refusal:
            raise ControlError(503, refusal.message) from None
        return pretty(described(world), 201)

    def _branch(self, name: str, fixture: object, asked: object) -> World:
        """A new world that holds what a snapshot of another has."""
        if fixture is not None:
            raise ControlError(422, "a world has a fixture or a snapshot, not both")
        if not isinstance(asked, dict) or asked.keys() != {"world", "name"}:
            told = 'expected {"world": "me", "name": "before"}'
            raise ControlError(422, f"snapshot is {shown(asked)}; {told}")
        if not all(isinstance(text, str) for text in asked.values()):
            raise ControlError(422, f"snapshot is {shown(asked)}; expected text for both names")
        origin = self.worlds.get(asked["world"]) if asked["world"] in self.worlds else None
        if origin is None or asked["name"] not in origin.snapshots:
            known = ", ".join(origin.snapshots) if origin is not None else "no such world"
            raise ControlError(422, f"snapshot {shown(asked)} is not there; snapshots: {known}")
        snapshot = origin.snapshots[asked["name"]]
        try:
            world = self.worlds.create(name, snapshot.template)
        except Refusal as refusal:
            raise ControlError(503, refusal.message) from None
        world.restore(snapshot)
        self.worlds.note_clock(world)
        return world

    async def show(self, request: Request) -> Response:
        return pretty(described(self.lookup.world(request)))

    async def export(self, request: Request) -> Response:
        world = self.lookup.world(request)
        pieces = exported(world)
        if len(world) > _MANY_REFUNDS:
            return StreamingResponse(pieces, media_type="application/json")
        return Response(b"".join(pieces), media_type="application/json")

    async def reset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.worlds and is_name(name):
            return pretty(described(self.lookup.first_use(name)))
        return pretty(described(self.worlds.reset(self.lookup.world(request).name)))

    async def delete(self, request: Request) -> Response:
        self.worlds.delete(self.lookup.world(request).name)
        return Response(status_code=204)
