"""A list of refunds that never change, in an order; which refunds it has is decided elsewhere."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import compress

from mockserver.state.refund import Refund

__all__ = ["FilteredView", "View"]

_STEP = 1_000
"""How many refunds are looked at at once: some hundredths of a millisecond."""


class View:
    """The sequences of some refunds in an order, by whose keys they are read."""

    __slots__ = ("_key", "_records", "_sequences")

    def __init__(
        self, records: Mapping[int, Refund], key: Callable[[Refund], int], sequences: array[int]
    ) -> None:
        self._records = records
        self._key = key
        self._sequences = sequences

    def __iter__(self) -> Iterator[Refund]:
        return self.between(None, None)

    def between(
        self, after: int | None, before: int | None, *, reverse: bool = False
    ) -> Iterator[Refund]:
        """The refunds whose keys lie between two, from the end if `reverse`."""
        records, sequences = self._records, self._sequences
        if reverse:
            self._find_up_to(before)
            places = range(self._start(after), self._end(before))
            for place in reversed(places):
                yield records[sequences[place]]
            return
        if after is not None:
            self._find_up_to(after)
        start, more = self._start(after), True
        while more:
            end = self._end(before)
            for place in range(start, end):
                yield records[sequences[place]]
            start, more = end, end == len(sequences) and self._find_more()

    def _start(self, after: int | None) -> int:
        return 0 if after is None else bisect_right(self._sequences, after, key=self._key_of)

    def _end(self, before: int | None) -> int:
        if before is None:
            return len(self._sequences)
        return bisect_left(self._sequences, before, key=self._key_of)

    def _key_of(self, sequence: int) -> int:
        return self._key(self._records[sequence])

    def _find_up_to(self, key: int | None) -> None:
        """Make sure that all up to a key are known, or simply all."""

    def _find_more(self) -> bool:
        """Look for more behind those that are known; False if there is nothing to look at."""
        return False


class FilteredView(View):
    """The refunds of a whole view that are marked, found only as far as they were asked for.

    The mark of a sequence is the byte at its place, 0 or 1.
    """

    __slots__ = ("_marks", "_seen", "_whole")

    def __init__(self, whole: View, marks: bytearray) -> None:
        super().__init__(whole._records, whole._key, array("I"))
        self._whole = whole._sequences
        self._marks = marks
        self._seen = 0

    def _find_up_to(self, key: int | None) -> None:
        found = self._sequences
        while key is None or not found or self._key_of(found[-1]) < key:
            if not self._find_more():
                return

    def _find_more(self) -> bool:
        looked_at = self._whole[self._seen : self._seen + _STEP]
        self._seen += len(looked_at)
        self._sequences.extend(compress(looked_at, map(self._marks.__getitem__, looked_at)))
        return bool(looked_at)
