"""The layer of the journal: it keeps what goes in and out, and changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.errors import Breach, lines_of
from mockserver.state.journal import REFUSED_KEY, WARNED_KEY, Headers
from mockserver.state.worlds import WORLD_KEY, Worlds
from mockserver.steering.acting import LOST_KEY
from mockserver.steering.coverage import Coverage
from mockserver.steering.faults import FAULT_KEY

__all__ = ["JournalLayer"]

_WITHOUT_BODY = ("GET", "HEAD", "DELETE")


class JournalLayer:
    """One app with the journals of all worlds around it, which also count what calls meet.

    `operations` names the operation of each method, `world_name` the world of a request that did
    not get into one, and `path` its path behind all prefixes.
    """

    def __init__(
        self,
        app: ASGIApp,
        operations: Mapping[str, str],
        worlds: Worlds,
        coverage: Coverage,
        world_name: Callable[[Scope], str],
        path: Callable[[Scope], str],
    ) -> None:
        self.app = app
        self.operations = operations
        self.worlds = worlds
        self.coverage = coverage
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
            self._note(scope, started, kept)

    def _note(self, scope: Scope, started: float, kept: _Kept) -> None:
        ended = perf_counter()
        name = scope.get(WORLD_KEY) or self.world_name(scope)
        journal, clock = self.worlds.noting(name)
        headers, query = scope["headers"], scope["query_string"]
        sent, answer = b"".join(kept.sent), b"".join(kept.answer)
        size = len(query) + len(sent) + len(answer) + sum(map(len, chain.from_iterable(headers)))
        lost, operation = scope.get(LOST_KEY), self.operations.get(scope["method"])
        refused, warned = scope.get(REFUSED_KEY, ()), scope.get(WARNED_KEY, ())
        told = _broken(refused, warned) if refused or warned else ((), (), ())
        if told[0]:
            size += sum(map(len, told[1] + told[2]))
        call = (
            clock(),
            ended - started,
            operation,
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
            ended,
            *told,
        )
        journal.add(call, size if lost is None else size + len(lost.body))
        if operation is not None:
            is_whole = lost is None or kept.status >= 400
            status = kept.status if is_whole else 0
            self.coverage.count(journal, operation, (headers, sent), (status, answer), told[0])
        if self.worlds.followers:
            self.worlds.wake(name)


def _broken(refused: Sequence[Breach], warned: Sequence[Breach]) -> tuple[tuple[str, ...], ...]:
    """The rules that a call broke, each once, and how: those it was refused and warned for."""
    rules = dict.fromkeys(breach.rule for breach in (*refused, *warned))
    return tuple(rules), lines_of(refused), lines_of(warned)


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
