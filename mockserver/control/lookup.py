"""The world that a control request names in its path."""

from __future__ import annotations

from starlette.requests import Request

from mockserver.control.answers import ControlError
from mockserver.errors import Refusal, shown
from mockserver.state.journal import Journal
from mockserver.state.names import in_path, is_name
from mockserver.state.world import World
from mockserver.state.worlds import DEFAULT_WORLD, Worlds

__all__ = ["Lookup"]


class Lookup:
    """Finds worlds by the `name` of a path."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds

    def world(self, request: Request) -> World:
        """The world, which must exist; the default one always does. Raises a ControlError (404)."""
        name = request.path_params["name"]
        if name == DEFAULT_WORLD:
            return self.first_use(name)
        if name not in self.worlds:
            names = sorted(world.name for world in self.worlds)[:20]
            known = ", ".join(map(in_path, names)) or "none yet"
            raise ControlError(404, f"world {shown(name)} is not there; worlds: {known}")
        return self.worlds.get(name)

    def journal(self, request: Request) -> Journal:
        """The journal of the world, which need not be there if calls to it were refused."""
        early = self.worlds.early.get(request.path_params["name"])
        return self.world(request).journal if early is None else early

    def made(self, request: Request) -> World:
        """The world, made if it is not there, so that a test can begin by steering it."""
        name = request.path_params["name"]
        return self.first_use(name) if is_name(name) else self.world(request)

    def first_use(self, name: str) -> World:
        """The world, made if it is not there. Raises a ControlError (503) for one too many."""
        try:
            return self.worlds.get(name)
        except Refusal as refusal:
            raise ControlError(503, refusal.message) from None
