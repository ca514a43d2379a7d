"""Fresh worlds for runs that must not see each other."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from contracts.targets.target import Reply, Request, Target

Worlds = Callable[[str], AbstractContextManager[Target]]
"""From a name not used before to a target whose world is fresh for as long as it is open."""


class Prefixed:
    """A target whose requests all get a path in front."""

    def __init__(self, target: Target, prefix: str) -> None:
        self._target = target
        self._prefix = prefix

    def bearer(self) -> str:
        """The token of the target behind."""
        return self._target.bearer()

    def send(self, request: Request) -> Reply:
        """Send the request with the path in front."""
        return self._target.send(replace(request, path=self._prefix + request.path))


def mock_worlds(target: Target) -> Worlds:
    """Worlds of a served stand-in: made by naming them in the path, deleted when done with."""

    @contextmanager
    def world(name: str) -> Iterator[Target]:
        yield Prefixed(target, f"/_mock/w/{name}")
        target.send(Request("DELETE", f"/_mock/worlds/{name}", authorized=False))

    return world


def client_worlds(make: Callable[[str], Target]) -> Worlds:
    """Worlds made by a client id not used before."""

    @contextmanager
    def world(name: str) -> Iterator[Target]:
        yield make(name)

    return world


def one_world(target: Target) -> Worlds:
    """The same target each time, for an API that has no fresh worlds."""

    @contextmanager
    def world(name: str) -> Iterator[Target]:
        del name
        yield target

    return world
