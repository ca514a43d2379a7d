"""The calls of a journal beside what the document says of their operations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from mockserver.state.faults import NOTHING
from mockserver.state.journal import Entry
from mockserver.steering.contract import Contract, OperationFacts

__all__ = ["Call", "Calls", "decoded"]

_OF_BODY = (b"content-type", b"content-encoding")


class Call(NamedTuple):
    """An entry of the journal, and what the document says of its operation."""

    entry: Entry
    name: str
    facts: OperationFacts
    started: float

    @property
    def request(self) -> tuple[object, ...]:
        """What makes two calls the same."""
        entry = self.entry
        return entry.method, entry.path, entry.query, entry.body, *map(self.header, _OF_BODY)

    @property
    def outcome(self) -> tuple[int, bytes]:
        """The status and the body that the operation answered, whatever the client got of them."""
        entry = self.entry
        if entry.lost is None:
            return entry.status, entry.answer
        return entry.lost.status, entry.lost.body

    @property
    def is_done(self) -> bool:
        """Whether the operation succeeded, whatever the client got."""
        return 200 <= self.outcome[0] < 300

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters of its query, each with all its values."""
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.entry.query.decode("latin-1"), keep_blank_values=True):
            query.setdefault(name, []).append(value)
        return query

    @property
    def bearer(self) -> str:
        """Its bearer token, "" without one."""
        return self.header(b"authorization").partition(" ")[2].strip()

    def header(self, name: bytes) -> str:
        """The value of a header, "" without one."""
        return next((v.decode("latin-1") for key, v in self.entry.headers if key == name), "")


class Calls:
    """The calls of known operations, in the order in which they began."""

    def __init__(self, entries: Iterable[Entry], contract: Contract) -> None:
        known = contract.operations
        calls = [
            Call(entry, name, known[name], entry.ended - entry.seconds)
            for entry in entries
            if (name := entry.operation or "") in known
        ]
        self.all: Sequence[Call] = sorted(calls, key=lambda call: call.started)

    def repeated(self) -> Iterator[list[Call]]:
        """The calls that are the same, where there is more than one."""
        same = defaultdict[object, list[Call]](list)
        for call in self.all:
            same[call.request].append(call)
        return (calls for calls in same.values() if len(calls) > 1)


def decoded(body: bytes) -> Any:
    """What a body says in JSON, NOTHING if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return NOTHING
