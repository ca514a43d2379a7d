"""Snapshots of a world under /_mock/worlds/{name}/snapshots: taken, listed, compared, exported,
restored, deleted.

A new world is made from one under /_mock/worlds.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.exporting import as_fixture
from mockserver.control.lookup import Lookup
from mockserver.errors import shown
from mockserver.state.clock import instant_text
from mockserver.state.comparing import differences
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
        at(one, GET=control.show, DELETE=control.delete),
        at(one + "/compare", GET=control.compare),
        at(one + "/export", GET=control.export),
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


def compared(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    """What was added, removed and changed, each record in whole, and how many are as they were."""
    told: dict[str, Any] = {"added": [], "removed": [], "changed": []}
    for old, new in differences(before, after):
        if old is None or new is None:
            kind, record = ("added", new) if old is None else ("removed", old)
            told[kind].append(None if record is None else record.export())
        else:
            was, now = old.export(), new.export()
            names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
            told["changed"].append({"id": old.id, "fields": names, "before": was, "after": now})
    told["unchanged"] = before.refunds - len(told["removed"]) - len(told["changed"])
    return told


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

    async def show(self, request: Request) -> Response:
        world = self.lookup.world(request)
        name = self._name(world, request)
        return pretty(described(name, world.snapshots[name]))

    async def compare(self, request: Request) -> Response:
        """From the snapshot to the world as it is now, or to another snapshot of it."""
        world = self.lookup.world(request)
        before = world.snapshots[self._name(world, request)]
        asked = dict(request.query_params)
        other = asked.pop("with", None)
        if asked:
            raise ControlError(422, f"{shown(next(iter(asked)))} is not known; use with=SNAPSHOT")
        after = world.snapshot() if other is None else world.snapshots[self._known(world, other)]
        return pretty(compared(before, after))

    async def export(self, request: Request) -> Response:
        world = self.lookup.world(request)
        held = World(world.name, world.template)
        held.faults.clear()
        held.profile, held.verdicts = world.profile, world.verdicts
        held.organization = world.organization
        held.restore(world.snapshots[self._name(world, request)])
        return as_fixture(request, held)

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
        return self._known(world, request.path_params["snapshot"])

    def _known(self, world: World, name: str) -> str:
        if name not in world.snapshots:
            known = ", ".join(world.snapshots) or "none"
            raise ControlError(404, f"snapshot {shown(name)} is not there; snapshots: {known}")
        return name
