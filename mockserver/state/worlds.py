"""The worlds of one stand-in, by name: made on first use, counted and capped, reset and deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from mockserver.errors import Refusal, shown
from mockserver.state.clock import Clock, Ticking
from mockserver.state.faults import FaultSpec
from mockserver.state.journal import Journal
from mockserver.state.organization import Organization
from mockserver.state.world import Template, World

__all__ = ["DEFAULT_WORLD", "WORLD_KEY", "Worlds"]

DEFAULT_WORLD = "default"
"""The world of every bearer token that was not issued here."""

WORLD_KEY = "mockserver.world"
"""Where the scope names the world that the path prefix chose, or that the request got into."""

_MOST_SEARCHED = 1_000
_MOST_EARLY = 100


class Worlds:
    """All worlds by name; `template` is what a world made on first use starts as."""

    def __init__(self, template: Template, most: int) -> None:
        self.template = template
        self.most = most
        self._worlds: dict[str, World] = {}
        self.faulty: dict[str, World] = {}
        """The worlds that have faults."""
        self._faulted: dict[str | None, tuple[FaultSpec, ...]] = {}
        self.ticking: dict[str, World] = {}
        """The worlds whose clocks tick with their requests."""
        self.early: dict[str, Journal] = {}
        """The refused calls of worlds that are not there: a refusal makes no world."""

        self.followers: dict[str, list[Callable[[], None]]] = {}
        """What to call after each call that a world has noted, by the world's name."""
        self.is_ending = False

    def __len__(self) -> int:
        return len(self._worlds)

    def __iter__(self) -> Iterator[World]:
        return iter(self._worlds.values())

    def __contains__(self, name: str) -> bool:
        return name in self._worlds

    def get(self, name: str) -> World:
        """The world of this name, made on first use; a Refusal (503) when there are too many."""
        world = self._worlds.get(name)
        return self.create(name, self.template) if world is None else world

    def organization(self, name: str) -> Organization:
        """The organization of the world of this name, which need not be there yet."""
        found = self._worlds.get(name)
        return self.template.organization if found is None else found.organization

    def timing(self, name: str) -> tuple[Clock, int]:
        """The clock, and the epoch of the tokens that count, of the world of this name, which need
        not be there yet.
        """
        world = self._worlds.get(name)
        return (self.template.clock, 0) if world is None else (world.clock, world.token_epoch)

    def noting(self, name: str) -> tuple[Journal, Clock]:
        """The journal and the clock of the world of this name, which need not be there yet."""
        world = self._worlds.get(name)
        if world is not None:
            return world.journal, world.clock
        found = self.early.get(name)
        if found is None:
            if len(self.early) >= _MOST_EARLY:
                del self.early[next(iter(self.early))]
            found = self.early[name] = self.template.journal()
        return found, self.template.clock

    def end(self) -> None:
        """Let go of all followers."""
        self.is_ending = True
        for name in self.followers:
            self.wake(name)

    def wake(self, name: str) -> None:
        """Tell those who follow a world that it has noted a call."""
        for follower in self.followers.get(name, ()):
            follower()

    def note_faults(self, world: World) -> None:
        """Remember whether a world has faults, after they were set or cleared."""
        self._faulted.clear()
        self.faulty.pop(world.name, None)
        if len(world.faults):
            self.faulty[world.name] = world

    def faulted(self, operation: str | None) -> tuple[FaultSpec, ...]:
        """The faults of all worlds that concern an operation; the others cost it nothing."""
        found = self._faulted.get(operation)
        if found is None:
            set_here = (f for w in self.faulty.values() for f in w.faults.concerning(operation))
            specs = (*self.template.all_faults, *(fault.spec for fault in set_here))
            found = tuple(dict.fromkeys(spec for spec in specs if spec.concerns(operation)))
            self._faulted[operation] = found
        return found

    def note_clock(self, world: World) -> None:
        """Remember whether the clock of a world ticks, after it was set."""
        self.ticking.pop(world.name, None)
        if isinstance(world.clock, Ticking):
            self.ticking[world.name] = world

    def holder(self, refund_id: str, asking: World) -> str | None:
        """The name of another world where this refund was made, looked for in the newest worlds.

        None for what the asking world started with: it was there, and was deleted.
        """
        if asking.started_with(refund_id):
            return None
        newest = islice(reversed(self._worlds.values()), _MOST_SEARCHED)
        return next((world.name for world in newest if world.made(refund_id)), None)

    def create(self, name: str, template: Template) -> World:
        """A new world over `template` in the place of any of that name."""
        if name not in self._worlds and len(self._worlds) >= self.most:
            raise Refusal(
                "HttpServiceUnavailableError",
                message=f"world {shown(name)} was not made: all {self.most} worlds are in use;"
                " delete one (DELETE /_mock/worlds/NAME) or start with a larger --max-worlds",
            )
        world = World(name, template)
        world.journal = self.early.pop(name, world.journal)
        self._worlds[name] = world
        self.note_faults(world)
        self.note_clock(world)
        return world

    def reset(self, name: str) -> World:
        """The world of this name as it was when it was made; its snapshots stay."""
        old = self._worlds[name]
        world = self.create(name, old.template)
        world.snapshots = old.snapshots
        return world

    def delete(self, name: str) -> None:
        """Forget the world of this name; its next use makes a new one."""
        self._faulted.clear()
        self.faulty.pop(name, None)
        self.ticking.pop(name, None)
        del self._worlds[name]

    def replace_template(self, old: Template, new: Template) -> list[str]:
        """Start every world over `old` again from `new`; answers their names."""
        if self.template is old:
            self.template = new
            self._faulted.clear()
        names = [world.name for world in self if world.template is old]
        for name in names:
            self.create(name, new)
        return names
