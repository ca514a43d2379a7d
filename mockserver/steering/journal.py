"""The layer of the journal: it keeps what goes in and out, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter, time_ns
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.errors import Breach
from mockserver.state.clock import real
from mockserver.state.journal import PIECES_KEY, REFUSED_KEY, SAID_KEY, WARNED_KEY, Headers
from mockserver.state.worlds import WORLD_KEY, Worlds
from mockserver.steering.acting import LOST_KEY
from mockserver.steering.coverage import Coverage
from mockserver.steering.faults import FAULT_KEY

__all__ = ["JournalLayer"]

_WITHOUT_BODY = ("GET", "HEAD", "DELETE")
_UNBROKEN: tuple[tuple[str, ...], ...] = ((), (), ())
_NOTHING: tuple[Any, Any] = ((), ())

Told = tuple[Sequence[Breach], tuple[str, ...]]
"""Breaches, and the lines that tell them."""


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
        self.last: tuple[Headers, int] = (), 0
        """The last headers that were heard, and their bytes: a client mostly sends the same."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then note it, however it ended."""
        started = perf_counter()
        heard: list[bytes] = []
        if scope["method"] not in _WITHOUT_BODY:
            receive = _Heard(receive, heard).receive
        try:
            await self.app(scope, receive, send)
        finally:
            self._note(scope, started, heard)

    def _note(self, scope: Scope, started: float, heard: list[bytes]) -> None:
        ended = perf_counter()
        status, answer_headers, answer = _answered(scope.get(SAID_KEY))
        name = scope.get(WORLD_KEY) or self.world_name(scope)
        journal, clock = self.worlds.noting(name)
        method, query = scope["method"], scope["query_string"]
        headers, size = self._weighed(scope["headers"])
        sent = b"".join(heard) if heard else b""
        size += len(query) + len(sent) + len(answer)
        lost, operation = scope.get(LOST_KEY), self.operations.get(method)
        if lost is not None:
            size += len(lost.body)
        refused, warned = scope.get(REFUSED_KEY), scope.get(WARNED_KEY)
        told = _UNBROKEN
        if refused or warned:
            told = _broken(refused or _NOTHING, warned or _NOTHING)
            size += sum(map(len, told[1] + told[2]))
        joined, pieces = scope.get(PIECES_KEY, _NOTHING)
        rules, refusals, warnings = told
        call = (
            time_ns() if clock is real else clock(),
            ended - started,
            operation,
            scope.get(FAULT_KEY),
            method,
            self.path(scope),
            query,
            headers,
            sent,
            status,
            answer_headers,
            pieces if answer is joined else answer,
            lost,
            ended,
            rules,
            refusals,
            warnings,
        )
        journal.add(call, size)
        if operation is not None:
            went_out = status if lost is None or status >= 400 else 0
            error = answer if went_out >= 400 else b""
            is_known = (operation, went_out, rules) in journal.known
            if not is_known or (error and (lost is not None or not rules)):
                self.coverage.count(journal, operation, went_out, error, rules)
            if sent:
                self.coverage.look_into(journal, operation, headers, sent)
        if self.worlds.followers:
            self.worlds.wake(name)

    def _weighed(self, headers: Headers) -> tuple[Headers, int]:
        """The headers and their bytes; those of the call before where they are the same."""
        if headers != self.last[0]:
            self.last = headers, sum([len(key) + len(value) for key, value in headers])
        return self.last


def _answered(said: Sequence[Message] | None) -> tuple[int, Headers, bytes]:
    """The status, the headers and the body that went out; 0 where no answer did."""
    if said is not None and len(said) == 2:
        start, content = said
        return start["status"], start["headers"], content.get("body", b"")
    if not said:
        return 0, (), b""
    body = b"".join([message.get("body", b"") for message in said[1:]])
    return said[0]["status"], said[0]["headers"], body


def _broken(refused: Told, warned: Told) -> tuple[tuple[str, ...], ...]:
    """The rules that a call broke, each once, and how: those it was refused and warned for."""
    rules = dict.fromkeys([breach.rule for breach in (*refused[0], *warned[0])])
    return tuple(rules), refused[1], warned[1]


class _Heard:
    """Keeps the pieces of a request's body on their way."""

    __slots__ = ("pieces", "wrapped_receive")

    def __init__(self, receive: Receive, pieces: list[bytes]) -> None:
        self.wrapped_receive = receive
        self.pieces = pieces

    async def receive(self) -> Message:
        """Keep the next message's piece and hand the message on."""
        message = await self.wrapped_receive()
        self.pieces.append(message.get("body", b""))
        return message
