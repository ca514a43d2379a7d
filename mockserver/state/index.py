"""The refunds that a world made or changed, by id, and the sorted views that lists are served from,
each built when first asked for and then kept.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator

from sortedcontainers import SortedKeyList

from mockserver.state.order import ATTRIBUTES, EVERYTHING, ORDERS, Filter, Order, filters_of
from mockserver.state.refund import Refund, encode_opening

__all__ = ["Index"]

_WORTH_KEEPING = 64
_FEW = 8
"""How many filters are tried in turn; of more, those that admit a refund are looked up."""

_MOST_VIEWS = 1_000
View = SortedKeyList[Refund, int]
"""Refunds in an order, by their keys."""


class Index:
    """A set of refunds that answers by id and in any order under any filter.

    A write touches only the views that are there, so a world that is never listed pays nothing for
    lists.
    """

    __slots__ = ("_ids", "_members", "_views", "records")

    def __init__(self, refunds: Iterable[Refund] = ()) -> None:
        self.records: dict[int, Refund] = {refund.sequence: refund for refund in refunds}
        self._ids = {refund.opening: refund.sequence for refund in self.records.values()}
        self._members: dict[str, dict[str | None, list[int]]] = {}
        self._views: dict[Filter, dict[Order, View]] = {}

    def __len__(self) -> int:
        return len(self.records)

    def sequence(self, refund_id: str) -> int | None:
        """The sequence of the refund with this id, or None."""
        return self._ids.get(encode_opening(refund_id))

    def add(self, refund: Refund) -> None:
        """Take in a refund whose sequence is new here."""
        self.records[refund.sequence] = refund
        self._ids[refund.opening] = refund.sequence
        for attribute, members in self._members.items():
            insort(members.setdefault(ATTRIBUTES[attribute](refund), []), refund.sequence)
        for view in self._views_of(refund):
            view.add(refund)

    def remove(self, refund: Refund) -> None:
        """Give up a refund that is here."""
        del self.records[refund.sequence], self._ids[refund.opening]
        for attribute, members in self._members.items():
            value = ATTRIBUTES[attribute](refund)
            sequences = members[value]
            del sequences[bisect_left(sequences, refund.sequence)]
            if not sequences:
                del members[value]
        for view in self._views_of(refund):
            view.remove(refund)

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
        view = self.view(where, order)
        return view.irange_key(after, before, inclusive=(False, False), reverse=reverse)

    def view(self, where: Filter, order: Order) -> View:
        """The admitted refunds in this order, ascending by its keys."""
        view = self._views.get(where, {}).get(order)
        if view is None:
            candidates = self._candidates(where)
            records = map(self.records.__getitem__, candidates)
            view = SortedKeyList(filter(where.admits, records), ORDERS[order])
            if where == EVERYTHING or len(candidates) > _WORTH_KEEPING:
                self._keep(where, order, view)
        return view

    def _keep(self, where: Filter, order: Order, view: View) -> None:
        if where not in self._views and len(self._views) >= _MOST_VIEWS:
            del self._views[next(kept for kept in self._views if kept != EVERYTHING)]
        self._views.setdefault(where, {})[order] = view

    def _views_of(self, refund: Refund) -> Iterator[View]:
        if len(self._views) > _FEW:
            for where in filters_of(refund):
                yield from self._views.get(where, {}).values()
            return
        for where, views in self._views.items():
            if where == EVERYTHING or where.admits(refund):
                yield from views.values()

    def _candidates(self, where: Filter) -> Collection[int]:
        """The shortest list of sequences that holds all that `where` admits."""
        lists = [
            self._membership(attribute).get(value, [])
            for attribute, value in where._asdict().items()
            if value is not None
        ]
        return min(lists, key=len) if lists else self.records

    def _membership(self, attribute: str) -> dict[str | None, list[int]]:
        members = self._members.get(attribute)
        if members is None:
            members = self._members[attribute] = {}
            value_of = ATTRIBUTES[attribute]
            for sequence in sorted(self.records):
                value = value_of(self.records[sequence])
                if value in members:
                    members[value].append(sequence)
                else:
                    members[value] = [sequence]
        return members
