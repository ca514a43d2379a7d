"""The layer of faults: an app behind it answers as ever, unless a fault of the world acts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.errors import Refusal
from mockserver.state.faults import Fault, FaultSpec, Seen
from mockserver.state.world import World
from mockserver.state.worlds import WORLD_KEY, Worlds
from mockserver.steering.acting import Act
from mockserver.steering.documents import Vocabulary
from mockserver.steering.effects import Delay, Effect, Headers
from mockserver.steering.evolution import Evolution
from mockserver.steering.outcomes import canned_status
from mockserver.wire.codings import readable

__all__ = ["FAULT_KEY", "FaultLayer", "FaultTools"]

FAULT_KEY = "mockserver.fault"
"""Where the scope names the fault that acted."""

PREFER = "prefer"
"""What the fault of a Prefer header is called."""

_FEW = 4
"""Of how many faults the method and the headers are compared before the world is looked up."""

_MOST_WAITED_SECONDS = 600
_PREFERENCE = re.compile(r'\s*(code|wait)\s*=\s*"?([0-9]{1,3})"?\s*(?:;[^,]*)?', re.IGNORECASE)


@dataclass(slots=True)
class FaultTools:
    """What all layers of faults of one stand-in share.

    `world_name` names the world of a request without judging it, and `client_name` the one that the
    body of a token call names, if any; `path` is a path behind all prefixes; `sleep` waits seconds.
    """

    worlds: Worlds
    world_name: Callable[[Scope], str]
    client_name: Callable[[bytes], str | None]
    path: Callable[[Scope], str]
    known: Vocabulary
    evolution: Evolution
    most_body_bytes: int
    body_names_world: frozenset[str] = frozenset()
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    def faulty(self, name: str) -> World | None:
        """The world of this name if it has faults; one that starts with some is made."""
        worlds = self.worlds
        if worlds.template.all_faults and name not in worlds:
            try:
                worlds.get(name)
            except Refusal:
                return None
        return worlds.faulty.get(name)


class FaultLayer:
    """One app with faults around it; `operations` names the operation of each method."""

    def __init__(self, app: ASGIApp, operations: Mapping[str, str], tools: FaultTools) -> None:
        self.app = app
        self.operations = operations
        self.tools = tools

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve the request; where no world has a fault, nothing is looked at but its headers."""
        tools, operation = self.tools, self.operations.get(scope["method"])
        specs = tools.worlds.faulted(operation)
        if specs and (len(specs) > _FEW or _is_met(specs, scope)):
            if operation in tools.body_names_world:
                return self._named_by_body(operation, scope, receive, send)
            world = tools.faulty(tools.world_name(scope))
            if world is not None and world.faults.reads_body(operation):
                return self._read(world, operation, scope, receive, send)
            if world is not None and world.faults.concerning(operation):
                fault = world.faults.acting(self._seen(operation, scope), world.clock)
                if fault is not None:
                    return self._act(fault, operation, world, scope, receive, send)
        for key, _ in scope["headers"]:
            if key == b"prefer":
                return self._preferred(scope, receive, send)
        return self.app(scope, receive, send)

    def _seen(self, operation: str | None, scope: Scope, body: bytes | None = None) -> Seen:
        path = self.tools.path(scope)
        body = body and readable(body, scope["headers"])
        return Seen(operation, scope["method"], path, scope["headers"], body)

    async def _named_by_body(
        self, operation: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a request whose world is known once its body is read."""
        replay = Replay(receive)
        body = await replay.read(self.tools.most_body_bytes)
        named = self.tools.client_name(readable(body, scope["headers"]))
        name = self.tools.world_name(scope if named is None else {WORLD_KEY: named, **scope})
        world = self.tools.faulty(name)
        if world is None:
            await self._preferred(scope, replay.receive, send)
        else:
            await self._read(world, operation, scope, replay.receive, send)

    async def _read(
        self, world: World, operation: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a request whose body a fault looks at."""
        replay = Replay(receive)
        body = await replay.read(self.tools.most_body_bytes)
        fault = world.faults.acting(self._seen(operation, scope, body), world.clock)
        if fault is None:
            await self._preferred(scope, replay.receive, send)
        else:
            await self._act(fault, operation, world, scope, replay.receive, send)

    async def _act(
        self,
        fault: Fault,
        operation: str | None,
        world: World,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        scope[FAULT_KEY] = fault.id
        told = ((b"mock-fault", fault.id.encode()),)
        act = self._acting(fault.spec.effect, fault.hits, told, operation)
        await act.on(world, scope, receive, send)

    async def _preferred(self, scope: Scope, receive: Receive, send: Send) -> None:
        values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"prefer"]
        effect, applied = _wish(values, self.tools.known) if values else (None, "")
        if effect is None:
            await self.app(scope, receive, send)
            return
        scope[FAULT_KEY] = PREFER
        told = ((b"mock-fault", PREFER.encode()), (b"preference-applied", applied.encode()))
        act = self._acting(effect, 1, told, self.operations.get(scope["method"]))
        await act.on(None, scope, receive, send)

    def _acting(self, effect: Effect, hit: int, told: Headers, operation: str | None) -> Act:
        tools = self.tools
        return Act(self.app, effect, hit, told, operation, tools.evolution, tools.sleep)


def _is_met(specs: Sequence[FaultSpec], scope: Scope) -> bool:
    """Whether a call meets what some fault asks of the method and the headers."""
    method, headers = scope["method"], scope["headers"]
    for spec in specs:  # noqa: SIM110 – every call comes by here, and any() takes twice as long
        if spec.meets(method, headers):
            return True
    return False


def _wish(values: Sequence[str], known: Vocabulary) -> tuple[Effect | None, str]:
    """What Prefer headers (RFC 7240) ask for, and what of it is applied; the rest is ignored."""
    wishes = dict[str, int]()
    for part in ",".join(values).split(","):
        found = _PREFERENCE.fullmatch(part)
        if found is not None:
            wishes.setdefault(found[1].lower(), int(found[2]))
    if not 200 <= wishes.get("code", 200) <= 599 or wishes.get("wait", 0) > _MOST_WAITED_SECONDS:
        return None, ""
    applied = ", ".join(f"{name}={wish}" for name, wish in wishes.items())
    answer = canned_status(wishes["code"], known.error) if "code" in wishes else None
    delay = Delay("fixed", wishes["wait"] * 1_000) if "wait" in wishes else None
    return (Effect(answer=answer, delay=delay) if wishes else None), applied


class Replay:
    """A request's messages, read ahead and given again."""

    def __init__(self, receive: Receive) -> None:
        self.wrapped_receive = receive
        self.messages: list[Message] = []

    async def read(self, most: int) -> bytes:
        """The body, as far as it is not longer than `most` bytes; b"" for one that is."""
        pieces: list[bytes] = []
        size = 0
        while size <= most:
            message = await self.wrapped_receive()
            self.messages.append(message)
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if not message.get("more_body"):
                return b"".join(pieces)
        return b""

    async def receive(self) -> Message:
        """The next message."""
        return self.messages.pop(0) if self.messages else await self.wrapped_receive()
