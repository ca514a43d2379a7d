"""Faults under /_mock/worlds/{name}/faults: listed, set, shown and cleared."""

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
from mockserver.state.faults import MOST_FAULTS, Fault
from mockserver.state.world import World
from mockserver.state.worlds import Worlds
from mockserver.steering.documents import Vocabulary, read_fault

__all__ = ["routes"]

_EXAMPLE = '{"operation": "*.create", "answer": 503}'


def routes(worlds: Worlds, known: Vocabulary, max_body_bytes: int) -> list[Route]:
    """The route table of the faults."""
    control = _Control(worlds, known, max_body_bytes)
    all_of_them = "/_mock/worlds/{name}/faults"
    return [
        at(all_of_them, GET=control.list, POST=control.set, DELETE=control.clear),
        at(all_of_them + "/{fault}", GET=control.show, DELETE=control.remove),
        at(all_of_them + "/{fault}/reset", POST=control.reset),
    ]


def described(fault: Fault) -> dict[str, Any]:
    """A fault as it was set, with its id, the calls that matched and those that it acted on."""
    told = {"id": fault.id, **fault.spec.document, "seen": fault.seen, "hits": fault.hits}
    return told if fault.until is None else {**told, "until": instant_text(fault.until)}


class _Control:
    def __init__(self, worlds: Worlds, known: Vocabulary, max_body_bytes: int) -> None:
        self.worlds = worlds
        self.lookup = Lookup(worlds)
        self.known = known
        self.max_body_bytes = max_body_bytes

    async def list(self, request: Request) -> Response:
        return pretty({"faults": [described(fault) for fault in self.lookup.world(request).faults]})

    async def set(self, request: Request) -> Response:
        asked = await read_object(request, None, self.max_body_bytes, _EXAMPLE)
        spec = read_fault(asked, self.known)
        world = self.lookup.made(request)
        if len(world.faults) >= MOST_FAULTS:
            raise ControlError(409, f"all {MOST_FAULTS} faults are set; clear some first")
        fault = world.faults.add(spec, world.clock())
        self.worlds.note_faults(world)
        return pretty(described(fault), 201)

    async def show(self, request: Request) -> Response:
        return pretty(described(self._fault(self.lookup.world(request), request)))

    async def reset(self, request: Request) -> Response:
        world = self.lookup.world(request)
        fault = self._fault(world, request)
        fault.begin(world.clock())
        return pretty(described(fault))

    async def clear(self, request: Request) -> Response:
        world = self.lookup.world(request)
        world.faults.clear()
        self.worlds.note_faults(world)
        return Response(status_code=204)

    async def remove(self, request: Request) -> Response:
        world = self.lookup.world(request)
        world.faults.remove(self._fault(world, request).id)
        self.worlds.note_faults(world)
        return Response(status_code=204)

    def _fault(self, world: World, request: Request) -> Fault:
        fault_id = request.path_params["fault"]
        found = world.faults.faults.get(fault_id)
        if found is None:
            known = ", ".join(world.faults.faults) or "none"
            raise ControlError(404, f"fault {shown(fault_id)} is not set; faults: {known}")
        return found
