"""The refunds of a template, by id and in every list: they never change, so that a list need not be
kept sorted.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from mockserver.state.order import ATTRIBUTES, EVERYTHING, ORDERS, Filter, Order, in_order
from mockserver.state.refund import Refund, encode_opening
from mockserver.state.view import FilteredView, View

__all__ = ["FrozenIndex"]

_WORTH_KEEPING = 64
_SOON_SORTED = 10_000
"""How many refunds are sorted when a list of them is first asked for: 10 ms of work. More are
looked for in the list of all, where they are not far apart.
"""

_MOST_VIEWS = 1_000


class FrozenIndex:
    """A set of refunds that never changes and answers by id and in any order under any filter.

    Their sequences count from 0. The lists of all are sorted at once; any other list is made when
    it is first asked for.
    """

    __slots__ = ("_ids", "_marks", "_members", "_sequences", "_views", "records")

    def __init__(self, refunds: Iterable[Refund] = ()) -> None:
        self.records: dict[int, Refund] = {refund.sequence: refund for refund in refunds}
        self._ids = {refund.opening: refund.sequence for refund in self.records.values()}
        self._members = {name: self._by(value_of) for name, value_of in ATTRIBUTES.items()}
        ordered = {order: in_order(self.records.values(), order) for order in ORDERS}
        self._views: dict[Filter, dict[Order, View | FilteredView]]
        self._views = {EVERYTHING: {order: View(ordered[order], ORDERS[order]) for order in ORDERS}}
        self._sequences = {
            order: array("I", [refund.sequence for refund in ordered[order]]) for order in ORDERS
        }
        self._marks: dict[Filter, bytearray] = {}

    def __len__(self) -> int:
        return len(self.records)

    def sequence(self, refund_id: str) -> int | None:
        """The sequence of the refund with this id, or None."""
        return self._ids.get(encode_opening(refund_id))

    def between(
        self,
        where: Filter,
        order: Order,
        after: int | None,
        before: int | None,
        *,
        reverse: bool = False,
    ) -> Iterator[Refund]:
        """The admitted refunds whose keys lie between two, from the end if `reverse`."""
        return self._view(where, order).between(after, before, reverse=reverse)

    def _view(self, where: Filter, order: Order) -> View | FilteredView:
        view = self._views.get(where, {}).get(order)
        if view is None:
            admitted = self._admitted(where)
            if len(admitted) > _SOON_SORTED:
                marks, sequences = self._marked(where, admitted), self._sequences[order]
                view = FilteredView(self.records, ORDERS[order], sequences, marks)
            else:
                refunds = map(self.records.__getitem__, admitted)
                view = View(in_order(refunds, order), ORDERS[order])
            if len(admitted) > _WORTH_KEEPING:
                self._keep(where, order, view)
        return view

    def _marked(self, where: Filter, admitted: Sequence[int]) -> bytearray:
        """A byte for each sequence, 1 where it is admitted."""
        marks = self._marks.get(where)
        if marks is None:
            marks = self._marks[where] = bytearray(len(self.records))
            for sequence in admitted:
                marks[sequence] = 1
        return marks

    def _keep(self, where: Filter, order: Order, view: View | FilteredView) -> None:
        if where not in self._views and len(self._views) > _MOST_VIEWS:
            oldest = next(kept for kept in self._views if kept != EVERYTHING)
            del self._views[oldest]
            self._marks.pop(oldest, None)
        self._views.setdefault(where, {})[order] = view

    def _admitted(self, where: Filter) -> Sequence[int]:
        """The sequences of what `where` admits."""
        given = ((name, value) for name, value in where._asdict().items() if value is not None)
        shortest, *others = sorted(
            (self._members[name].get(value, ()) for name, value in given), key=len
        )
        if not others:
            return shortest
        return [each for each in shortest if where.admits(self.records[each])]

    def _by(self, value_of: Callable[[Refund], str | None]) -> Mapping[str, Sequence[int]]:
        """The sequences of the refunds that have a value, by the value."""
        members: defaultdict[str, list[int]] = defaultdict(list)
        for sequence, refund in self.records.items():
            value = value_of(refund)
            if value is not None:
                members[value].append(sequence)
        return members
