"""An operation as an ASGI app: admit, read the whole request, then answer in one step that never
waits.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from starlette.types import Receive, Scope, Send

from mockserver.api.answers import Answer, messages
from mockserver.api.bodies import Disconnected, header, read_body
from mockserver.api.errors import refused
from mockserver.api.gate import WORLD_KEY, Gate
from mockserver.errors import Breach, Refusal, lines_of, shown
from mockserver.state.journal import REFUSED_KEY, SAID_KEY, WARNED_KEY
from mockserver.state.world import World
from mockserver.state.worlds import Worlds

__all__ = ["Call", "Methods", "Operation", "respond"]

log = logging.getLogger("mockserver")


class Call(NamedTuple):
    """A request that was read and let in, and the world it acts on, one of all worlds."""

    world: World
    worlds: Worlds
    scope: Scope
    body: bytes
    media_type: str
    warnings: list[Breach]


Handler = Callable[[Call], Answer]


class Operation:
    """One operation of the vendor's API.

    Its verb is the handler's name, in the SDK's words. The handler is no coroutine, so nothing
    comes between its reading and its writing of a world.
    """

    verb: str

    def __init__(self, gate: Gate, handler: Handler, max_body_bytes: int = 0) -> None:
        """`max_body_bytes` of 0 is for an operation whose body, if any, is not read."""
        self.gate = gate
        self.handler = handler
        self.verb = handler.__name__
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        warnings: list[Breach] = []
        lines: tuple[str, ...] = ()
        try:
            answer = await self.answer(scope, receive, warnings)
        except Refusal as refusal:
            scope[REFUSED_KEY] = refusal.breaches, refusal.lines
            answer = refused(refusal)
        except Disconnected:
            return
        except Exception:
            log.exception("%s %s failed", shown(scope["method"]), shown(scope["path"]))
            answer = internal_error()
        if warnings:
            lines = lines_of(warnings)
            scope[WARNED_KEY] = warnings, lines
        start, content = messages(answer, lines, len(warnings), scope.get(WORLD_KEY))
        scope[SAID_KEY] = start, content
        await send(start)
        await send(content)

    async def answer(self, scope: Scope, receive: Receive, warnings: list[Breach]) -> Answer:
        """The handler's answer, once the request is let in and read."""
        name = scope[WORLD_KEY] = self.gate.world_name(scope)
        body, media_type = b"", ""
        if self.max_body_bytes:
            body = await read_body(scope, receive, self.max_body_bytes)
            media_type = header(scope, b"content-type")
        world = self.gate.enter(name, scope)
        return self.handler(Call(world, self.gate.worlds, scope, body, media_type, warnings))


class Methods:
    """All the operations on one path; any other method is answered 405 with a right Allow."""

    def __init__(self, **operations: Operation) -> None:
        self.operations: Mapping[str, Operation] = operations
        self.allow = ", ".join(operations)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request to the operation of its method."""
        operation = self.operations.get(scope["method"])
        if operation is not None:
            return operation(scope, receive, send)
        return respond(scope, send, self._not_allowed(scope))

    def _not_allowed(self, scope: Scope) -> Refusal:
        return Refusal(
            "MethodNotAllowedError",
            message=f"{scope['method']} is not allowed on {scope['path']}; use {self.allow}",
            headers=((b"allow", self.allow.encode()),),
        )


async def respond(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Answer with a refusal outside any operation."""
    said = scope[SAID_KEY] = messages(refused(refusal), (), 0, scope.get(WORLD_KEY))
    for message in said:
        await send(message)


def internal_error() -> Answer:
    """A fault of the stand-in itself: the log has the traceback, the client a plain 500."""
    message = "the stand-in failed; its log says how. This is a bug in it: please report it"
    return refused(Refusal("InternalError", message=message))
