"""Lists of refunds that never change: all that are given, in order, or those of an order that are
marked.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import compress

from mockserver.state.refund import Refund

__all__ = ["FilteredView", "View"]

_STEP = 1_000
"""How many refunds are looked at at once: some hundredths of a millisecond."""


class View:
    """Some refunds in an order, by whose keys they are read."""

    __slots__ = ("_key", "_refunds")

    def __init__(self, refunds: list[Refund], key: Callable[[Refund], int]) -> None:
        self._refunds = refunds
        self._key = key

    def between(
        self, after: int | None, before: int | None, *, reverse: bool = False
    ) -> Iterator[Refund]:
        """The refunds whose keys lie between two, from the end if `reverse`."""
        places = range(self._start(after), self._end(before))
        return map(self._refunds.__getitem__, reversed(places) if reverse else places)

    def _start(self, after: int | None) -> int:
        return 0 if after is None else bisect_right(self._refunds, after, key=self._key)

    def _end(self, before: int | None) -> int:
        refunds = self._refunds
        return len(refunds) if before is None else bisect_left(refunds, before, key=self._key)


class FilteredView:
    """The refunds of a whole order that are marked, found only as far as they were asked for.

    `sequences` are those of the whole order; the mark of a sequence is the byte at its place in
    `marks`, 0 or 1. What is found is kept as sequences, so that to find it reads no refund.
    """

    __slots__ = ("_found", "_key", "_marks", "_records", "_seen", "_sequences")

    def __init__(
        self,
        records: Mapping[int, Refund],
        key: Callable[[Refund], int],
        sequences: array[int],
        marks: bytearray,
    ) -> None:
        self._records = records
        self._key = key
        self._sequences = sequences
        self._marks = marks
        self._seen = 0
        self._found = array("I")

    def between(
        self, after: int | None, before: int | None, *, reverse: bool = False
    ) -> Iterator[Refund]:
        """The refunds whose keys lie between two, from the end if `reverse`."""
        if reverse:
            self._find_up_to(before)
            return self._at(reversed(range(self._start(after), self._end(before))))
        return self._forwards(after, before)

    def _forwards(self, after: int | None, before: int | None) -> Iterator[Refund]:
        if after is not None:
            self._find_up_to(after)
        start, more = self._start(after), True
        while more:
            end = self._end(before)
            yield from self._at(range(start, end))
            start, more = end, end == len(self._found) and self._find_more()

    def _at(self, places: Iterable[int]) -> Iterator[Refund]:
        return map(self._records.__getitem__, map(self._found.__getitem__, places))

    def _start(self, after: int | None) -> int:
        return 0 if after is None else bisect_right(self._found, after, key=self._key_of)

    def _end(self, before: int | None) -> int:
        found = self._found
        return len(found) if before is None else bisect_left(found, before, key=self._key_of)

    def _key_of(self, sequence: int) -> int:
        return self._key(self._records[sequence])

    def _find_up_to(self, key: int | None) -> None:
        """Find all up to a key, or simply all."""
        found = self._found
        while key is None or not found or self._key_of(found[-1]) < key:
            if not self._find_more():
                return

    def _find_more(self) -> bool:
        """Look at the next refunds; False if there are no more."""
        looked_at = self._sequences[self._seen : self._seen + _STEP]
        self._seen += len(looked_at)
        self._found.extend(compress(looked_at, map(self._marks.__getitem__, looked_at)))
        return bool(looked_at)
