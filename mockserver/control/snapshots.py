"""Snapshots of a world under /_mock/worlds/{name}/snapshots: taken, listed, restored, deleted.

A new world is made from one under /_mock/worlds.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import shown
from mockserver.state.clock import instant_text
from mockserver.state.names import NAME, is_name
from mockserver.state.world import MOST_SNAPSHOTS, Snapshot, World
from mockserver.state.worlds import Worlds

__all__ = ["routes"]

_EXAMPLE = '{"name": "before"}'


def routes(worlds: Worlds, max_body_bytes: int) -> list[Route]:
    """The route table of the snapshots."""
    control = _Control(worlds, max_body_bytes)
    all_of_them = "/_mock/worlds/{name}/snapshots"
    one = all_of_them + "/{snapshot}"
    return [
        at(all_of_them, GET=control.list, POST=control.take),
        at(one, DELETE=control.delete),
        at(one + "/restore", POST=control.restore),
    ]


def described(name: str, snapshot: Snapshot) -> dict[str, Any]:
    """What a list of snapshots tells of one."""
    return {
        "name": name,
        "refunds": snapshot.refunds,
        "ids_drawn": snapshot.sequence,
        "now": instant_text(snapshot.at),
    }


class _Control:
    def __init__(self, worlds: Worlds, max_body_bytes: int) -> None:
        self.worlds = worlds
        self.lookup = Lookup(worlds)
        self.max_body_bytes = max_body_bytes

    async def list(self, request: Request) -> Response:
        snapshots = self.lookup.world(request).snapshots
        return pretty({"snapshots": [described(*each) for each in snapshots.items()]})

    async def take(self, request: Request) -> Response:
        asked = await read_object(request, ("name",), self.max_body_bytes, _EXAMPLE)
        name = asked.get("name")
        if not isinstance(name, str) or not is_name(name):
            raise ControlError(422, f"name is {shown(name)}; expected {NAME}")
        world = self.lookup.made(request)
        if name in world.snapshots:
            raise ControlError(409, f"snapshot {shown(name)} is there already; delete it first")
        if len(world.snapshots) >= MOST_SNAPSHOTS:
            raise ControlError(409, f"all {MOST_SNAPSHOTS} snapshots are taken; delete one first")
        snapshot = world.snapshots[name] = world.snapshot()
        return pretty(described(name, snapshot), 201)

    async def delete(self, request: Request) -> Response:
        world = self.lookup.world(request)
        del world.snapshots[self._name(world, request)]
        return Response(status_code=204)

    async def restore(self, request: Request) -> Response:
        world = self.lookup.world(request)
        name = self._name(world, request)
        world.restore(world.snapshots[name])
        self.worlds.note_clock(world)
        return pretty(described(name, world.snapshots[name]))

    def _name(self, world: World, request: Request) -> str:
        name: str = request.path_params["snapshot"]
        if name not in world.snapshots:
            known = ", ".join(world.snapshots) or "none"
            raise ControlError(404, f"snapshot {shown(name)} is not there; snapshots: {known}")
        return name
