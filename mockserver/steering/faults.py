"""The layer of faults: an app behind it answers as ever, unless a fault of the world acts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.errors import Refusal
from mockserver.state.faults import Fault, Faults, Seen
from mockserver.state.world import World
from mockserver.state.worlds import WORLD_KEY, Worlds
from mockserver.steering.connection import client_left, drain, lose, pause
from mockserver.steering.documents import Vocabulary, canned_status
from mockserver.steering.effects import LOSSES, TOKEN_SECONDS_KEY, Canned, Delay, Effect
from mockserver.steering.evolution import Evolution

__all__ = ["FAULT_KEY", "LOST_KEY", "FaultLayer", "FaultTools"]

FAULT_KEY = "mockserver.fault"
"""Where the scope names the fault that acted."""

LOST_KEY = "mockserver.lost"
"""Where the scope has the answer of an operation that ran, if the client did not get it whole."""

PREFER = "prefer"
"""What the fault of a Prefer header is called."""

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

    def faults(self, name: str) -> Faults | None:
        """The faults of a world, if it has any; a world that starts with some is made."""
        worlds = self.worlds
        if worlds.template.faults and name not in worlds:
            try:
                worlds.get(name)
            except Refusal:
                return None
        world = worlds.faulty.get(name)
        return None if world is None else world.faults


class FaultLayer:
    """One app with faults around it; `operations` names the operation of each method."""

    def __init__(self, app: ASGIApp, operations: Mapping[str, str], tools: FaultTools) -> None:
        self.app = app
        self.operations = operations
        self.tools = tools

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve the request; where no world has a fault, nothing is looked at but its headers."""
        tools, worlds = self.tools, self.tools.worlds
        operation = self.operations.get(scope["method"])
        if worlds.is_faulted(operation):
            if operation in tools.body_names_world:
                return self._named_by_body(operation, scope, receive, send)
            name = tools.world_name(scope)
            faults = tools.faults(name)
            if faults is not None and faults.reads_body(operation):
                return self._read(faults, operation, name, scope, receive, send)
            if faults is not None and faults.concerning(operation):
                fault = faults.acting(self._seen(operation, scope))
                if fault is not None:
                    return self._act(fault, operation, name, scope, receive, send)
        for key, _ in scope["headers"]:
            if key == b"prefer":
                return self._preferred(scope, receive, send)
        return self.app(scope, receive, send)

    def _seen(self, operation: str | None, scope: Scope, body: bytes | None = None) -> Seen:
        path = self.tools.path(scope)
        return Seen(operation, scope["method"], path, scope["headers"], body)

    async def _named_by_body(
        self, operation: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a request whose world is known once its body is read."""
        replay = Replay(receive)
        body = await replay.read(self.tools.most_body_bytes)
        named = self.tools.client_name(body)
        name = self.tools.world_name(scope if named is None else {WORLD_KEY: named, **scope})
        faults = self.tools.faults(name)
        if faults is None:
            await self._preferred(scope, replay.receive, send)
        else:
            await self._read(faults, operation, name, scope, replay.receive, send)

    async def _read(
        self,
        faults: Faults,
        operation: str | None,
        name: str,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Serve a request whose body a fault looks at."""
        replay = Replay(receive)
        body = await replay.read(self.tools.most_body_bytes)
        fault = faults.acting(self._seen(operation, scope, body))
        if fault is None:
            await self._preferred(scope, replay.receive, send)
        else:
            await self._act(fault, operation, name, scope, replay.receive, send)

    async def _act(
        self,
        fault: Fault,
        operation: str | None,
        name: str,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        scope[FAULT_KEY] = fault.id
        act = _Act(self, fault.spec.effect, fault.hits, fault.id.encode(), operation)
        await act.on(self.tools.worlds.get(name), scope, receive, send)

    async def _preferred(self, scope: Scope, receive: Receive, send: Send) -> None:
        values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"prefer"]
        effect, applied = _wish(values, self.tools.known) if values else (None, "")
        if effect is None:
            await self.app(scope, receive, send)
            return
        scope[FAULT_KEY] = PREFER
        operation = self.operations.get(scope["method"])
        act = _Act(self, effect, 1, PREFER.encode(), operation, applied.encode())
        await act.on(None, scope, receive, send)


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
    answer = canned_status(wishes["code"], known) if "code" in wishes else None
    delay = Delay("fixed", wishes["wait"] * 1_000) if "wait" in wishes else None
    return (Effect(answer=answer, delay=delay) if wishes else None), applied


class Replay:
    """A request's messages, read ahead and given again."""

    def __init__(self, receive: Receive) -> None:
        self.wrapped_receive = receive
        self.messages: list[Message] = []

    async def read(self, most: int) -> bytes:
        """The body, as far as it is not longer than `most` bytes; b"" for one that is."""
        pieces, size = list[bytes](), 0
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


class _Act:
    """One fault that acts on one call."""

    def __init__(
        self,
        layer: FaultLayer,
        effect: Effect,
        hit: int,
        fault_id: bytes,
        operation: str | None,
        applied: bytes = b"",
    ) -> None:
        self.layer = layer
        self.effect = effect
        self.hit = hit
        self.operation = operation
        self.told: tuple[tuple[bytes, bytes], ...] = ((b"mock-fault", fault_id),)
        if applied:
            self.told += ((b"preference-applied", applied),)

    async def on(self, world: World | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Do all that the fault does, in the order of time."""
        effect = self.effect
        if effect.tokens == "expire" and world is not None:
            world.token_epoch += 1
        elif effect.tokens is not None:
            scope[TOKEN_SECONDS_KEY] = effect.tokens
        if effect.moment == "before":
            await self._wait(receive)
        answer = await self._answer(scope, receive)
        if effect.moment == "after":
            await self._wait(receive)
        if answer is None:  # the client went away in the middle of its request
            return
        if effect.broken in LOSSES:
            await lose(effect.broken, receive)
        elif await client_left(receive):
            scope.setdefault(LOST_KEY, answer)
        else:
            await self._send(answer, receive, send)

    async def _wait(self, receive: Receive) -> None:
        if self.effect.delay is not None:
            seconds = self.effect.delay.seconds(self.hit)
            await pause(seconds, receive, self.layer.tools.sleep)

    async def _answer(self, scope: Scope, receive: Receive) -> Canned | None:
        effect = self.effect
        replaces = effect.answer is not None or effect.broken in (*LOSSES, "empty")
        if effect.moment == "before" and replaces:
            await drain(receive)
            return _broken(effect.answer or Canned(200, (), b""), effect.broken)
        kept = _Kept()
        await self.layer.app(scope, receive, kept.send)
        if kept.answer is None:
            return None
        if effect.answer is not None or effect.broken is not None:
            scope[LOST_KEY] = kept.answer
        answer = effect.answer if effect.answer is not None else kept.answer
        if effect.evolve is not None and self.operation is not None and answer.status == 200:
            tools = self.layer.tools
            body = tools.evolution.evolved(self.operation, effect.evolve, answer.body)
            answer = answer._replace(body=body)
        return _broken(answer, effect.broken)

    async def _send(self, answer: Canned, receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % len(answer.body))
        headers = [*answer.headers, *self.told]
        if answer.status not in (204, 304):
            headers.insert(0, length)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if self.effect.broken == "truncated" and answer.body:
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await lose("truncated", receive)
            return
        body, chunks = answer.body, self.effect.chunks
        while chunks is not None and len(body) > chunks.size:
            piece, body = body[: chunks.size], body[chunks.size :]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await pause(chunks.delay_ms / 1_000, receive, self.layer.tools.sleep)
        await send({"type": "http.response.body", "body": body})


class _Kept:
    """What an app sends, kept back."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body: list[bytes] = []
        self.answer: Canned | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body.append(message.get("body", b""))
        if not message.get("more_body"):
            headers = tuple(
                (name, value)
                for name, value in self.start.get("headers", ())
                if name != b"content-length"
            )
            self.answer = Canned(self.start["status"], headers, b"".join(self.body))


def _broken(answer: Canned, how: str | None) -> Canned:
    """The answer with its body or its type broken."""
    body = answer.body
    if how == "empty":
        return answer._replace(body=b"")
    if how == "garbled":
        third = len(body) // 3
        noise = b"\xff" * (len(body) - 2 * third or 1)
        return answer._replace(body=body[:third] + noise + body[len(body) - third :])
    if how == "malformed-json":
        return answer._replace(body=body[:-1] if len(body) > 1 else b"{")
    if how == "wrong-content-type":
        others = tuple(pair for pair in answer.headers if pair[0] != b"content-type")
        return answer._replace(headers=((b"content-type", b"text/html"), *others))
    return answer
