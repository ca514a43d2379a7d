"""The journal of one world: its last calls, as bytes that are decoded when somebody reads them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from mockserver.state.clock import instant_of

__all__ = ["PIECES_KEY", "REFUSED_KEY", "SAID_KEY", "WARNED_KEY", "Entry", "Journal"]

REFUSED_KEY = "mockserver.refused"
"""Where the scope has the breaches that an operation refused the request for, and their lines."""

WARNED_KEY = "mockserver.warned"
"""Where the scope has the same of those that it only warned of."""

SAID_KEY = "mockserver.said"
"""Where the scope has the messages of the answer, as far as one goes out: its start first."""

PIECES_KEY = "mockserver.pieces"
"""Where the scope has the body of an answer that was joined, and the stored pieces it is made of: a
journal that keeps these in its place takes no memory for it.
"""

_BYTES_OF_AN_ENTRY = 1_000
"""What an entry takes beside the bytes it holds, roughly."""

Headers = tuple[tuple[bytes, bytes], ...] | list[tuple[bytes, bytes]]


Call = tuple[Any, ...]
"""The fields of an Entry behind its number: a plain tuple, as one is made for every request. Its
answer may be the pieces of one, and its instant a number of nanoseconds since 1970.
"""


class Entry(NamedTuple):
    """One call. `status` is 0 where no answer went out; `lost` is what a fault kept back or broke.

    `ended` is an instant of the monotonic clock. `refusals` and `warnings` are the broken rules in
    full, a line each; `rules` has their ids.
    """

    number: int
    at: datetime
    seconds: float
    operation: str | None
    fault: str | None
    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes
    status: int
    answer_headers: Headers
    answer: bytes
    lost: Any = None
    ended: float = 0.0
    rules: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Journal:
    """A ring of at most so many calls and bytes; the oldest make room."""

    def __init__(self, most_calls: int, most_bytes: int) -> None:
        self.most_calls = most_calls
        self.most_bytes = most_bytes
        self.written = 0
        """The number of the last call; numbers go on after a clear."""
        self.bytes = 0
        self.met = 0
        """What the calls met of the contract, a bit each; a clear keeps it."""
        self.known = set[tuple[str, int, tuple[str, ...]]]()
        """How calls ended that have nothing to add to that: operation, status and broken rules."""
        self._calls: deque[tuple[int, Call]] = deque()

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Entry]:
        calls = tuple(self._calls)
        first = self.written - len(calls) + 1
        return (_entry(number, call) for number, (_, call) in enumerate(calls, first))

    def after(self, number: int) -> list[Entry]:
        """The calls behind this number, at the cost of those alone."""
        count = min(len(self._calls), max(0, self.written - number))
        calls = [call for _, call in islice(reversed(self._calls), count)]
        return [_entry(self.written - place, call) for place, call in enumerate(calls)][::-1]

    def add(self, call: Call, size: int) -> None:
        """Keep a call of `size` bytes, in constant time.

        One that is larger than the whole ring is not kept, and neither is what was there.
        """
        self.written += 1
        calls, size = self._calls, size + _BYTES_OF_AN_ENTRY
        calls.append((size, call))
        self.bytes += size
        if len(calls) > self.most_calls:
            self.bytes -= calls.popleft()[0]
        while self.bytes > self.most_bytes:
            self.bytes -= calls.popleft()[0]

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()
        self.bytes = 0


def _entry(number: int, call: Call) -> Entry:
    entry = Entry(number, *call)
    at: Any = entry.at
    answer: Any = entry.answer
    if isinstance(at, int):
        entry = entry._replace(at=instant_of(at))
    return entry if isinstance(answer, bytes) else entry._replace(answer=b"".join(answer))
