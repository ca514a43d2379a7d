"""The layer of the journal: it keeps what goes in and out, and changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from itertools import chain
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.state.journal import Headers
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
        kept = _Kept(receive, send)
        if scope["method"] not in _WITHOUT_BODY:
            receive = kept.receive
        try:
            await self.app(scope, receive, kept.send)
        finally:
            seconds = perf_counter() - started
            name = scope.get(WORLD_KEY) or self.world_name(scope)
            journal, clock = self.worlds.noting(name)
            headers, query = scope["headers"], scope["query_string"]
            sent, answer = b"".join(kept.sent), b"".join(kept.answer)
            size = (
                len(query) + len(sent) + len(answer) + sum(map(len, chain.from_iterable(headers)))
            )
            lost = scope.get(LOST_KEY)
            call = (
                clock(),
                seconds,
                self.operations.get(scope["method"]),
                scope.get(FAULT_KEY),
                scope["method"],
                self.path(scope) if scope.get("root_path") else scope["path"],
                query,
                headers,
                sent,
                kept.status,
                kept.headers,
                answer,
                lost,
            )
            journal.add(call, size if lost is None else size + len(lost.body))
            if self.worlds.followers:
                self.worlds.wake(name)


class _Kept:
    """Keeps the bytes of a request and of its answer on their way."""

    __slots__ = ("answer", "headers", "onward", "sent", "status", "wrapped_receive")

    def __init__(self, receive: Receive, send: Send) -> None:
        self.wrapped_receive = receive
        self.onward = send
        self.sent: list[bytes] = []
        self.answer: list[bytes] = []
        self.status = 0
        self.headers: Headers = ()

    async def receive(self) -> Message:
        """Keep the next message and hand it on."""
        message = await self.wrapped_receive()
        self.sent.append(message.get("body", b""))
        return message

    def send(self, message: Message) -> Awaitable[None]:
        """Keep a message and send it on."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.answer.append(message.get("body", b""))
        return self.onward(message)
