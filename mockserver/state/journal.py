"""The journal of one world: its last calls, as bytes that are decoded when somebody reads them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

__all__ = ["Entry", "Journal"]

_BYTES_OF_AN_ENTRY = 1_000
"""What an entry takes beside the bytes it holds, roughly."""

Headers = tuple[tuple[bytes, bytes], ...] | list[tuple[bytes, bytes]]


class Entry(NamedTuple):
    """One call. `status` is 0 where no answer went out; `lost` is what a fault then kept back."""

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

    @property
    def size(self) -> int:
        """How many bytes the entry keeps, roughly."""
        size = _BYTES_OF_AN_ENTRY + len(self.path) + len(self.query) + len(self.body)
        size += len(self.answer) + (len(self.lost[2]) if self.lost else 0)
        return size + sum(map(len, chain.from_iterable(self.headers)))


class Journal:
    """A ring of at most so many calls and bytes; the oldest make room."""

    def __init__(self, most_calls: int, most_bytes: int) -> None:
        self.most_calls = most_calls
        self.most_bytes = most_bytes
        self.written = 0
        """The number of the last call; numbers go on after a clear."""
        self.bytes = 0
        self._entries: deque[Entry] = deque()
        self._sizes: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> None:
        """Keep a call, in constant time; one that is larger than the whole ring is not kept."""
        entries, size = self._entries, entry.size
        entries.append(entry)
        self._sizes.append(size)
        self.bytes += size
        while len(entries) > self.most_calls or self.bytes > self.most_bytes:
            entries.popleft()
            self.bytes -= self._sizes.popleft()

    def clear(self) -> None:
        """Forget all calls."""
        self._entries.clear()
        self._sizes.clear()
        self.bytes = 0
