"""The layer of the journal: it keeps what goes in and out, and changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.state.journal import Entry, Headers
from mockserver.state.worlds import WORLD_KEY, Worlds
from mockserver.steering.acting import LOST_KEY
from mockserver.steering.faults import FAULT_KEY

__all__ = ["JournalLayer"]

_WITHOUT_BODY = ("GET", "HEAD", "DELETE")


class JournalLayer:
    """One app with the journals of all worlds around it.

    `operations` names the operation of each method, `world_name` the world of a request that did
    not get into one, and `path` its path behind all prefixes.
    """

    def __init__(
        self,
        app: ASGIApp,
        operations: Mapping[str, str],
        worlds: Worlds,
        world_name: Callable[[Scope], str],
        path: Callable[[Scope], str],
    ) -> None:
        self.app = app
        self.operations = operations
        self.worlds = worlds
        self.world_name = world_name
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then note it, however it ended."""
        started = perf_counter()
        out = _Out(send)
        if scope["method"] in _WITHOUT_BODY:
            came = None
        else:
            came = _In(receive)
            receive = came.receive
        try:
            await self.app(scope, receive, out.send)
        finally:
            self._note(scope, started, out, b"" if came is None else came.body)

    def _note(self, scope: Scope, started: float, out: _Out, body: bytes) -> None:
        name = scope.get(WORLD_KEY) or self.world_name(scope)
        journal = self.worlds.journal(name)
        journal.written += 1
        entry = Entry(
            journal.written,
            self.worlds.clock(name)(),
            perf_counter() - started,
            self.operations.get(scope["method"]),
            scope.get(FAULT_KEY),
            scope["method"],
            self.path(scope),
            scope["query_string"],
            scope["headers"],
            body,
            out.status,
            out.headers,
            out.body,
            scope.get(LOST_KEY),
        )
        journal.add(entry)


class _Out:
    """Keeps an answer on its way out."""

    __slots__ = ("body", "headers", "onward", "status")

    def __init__(self, onward: Send) -> None:
        self.onward = onward
        self.status = 0
        self.headers: Headers = ()
        self.body = b""

    def send(self, message: Message) -> Awaitable[None]:
        """Keep a message and send it on."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            piece: bytes = message.get("body", b"")
            self.body = self.body + piece if self.body else piece
        return self.onward(message)


class _In:
    """Keeps a request's body on its way in."""

    __slots__ = ("pieces", "wrapped_receive")

    def __init__(self, receive: Receive) -> None:
        self.wrapped_receive = receive
        self.pieces: list[bytes] = []

    async def receive(self) -> Message:
        """Keep the next message and hand it on."""
        message = await self.wrapped_receive()
        piece: bytes = message.get("body", b"")
        if piece:
            self.pieces.append(piece)
        return message

    @property
    def body(self) -> bytes:
        """All that came."""
        return self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)
