"""A filtered view looks at no more refunds than it must."""

from __future__ import annotations

from array import array
from itertools import islice

import pytest

from mockserver.state import view
from mockserver.state.order import ORDERS, in_order
from mockserver.state.view import FilteredView
from tests.state.naive import refunds

ORDER = ("amount_cents", "asc")


class Marks(bytearray):
    """Marks that count how often one of them is read."""

    read = 0

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        """Read a mark."""
        self.read += 1
        return super().__getitem__(place)


def test_only_what_is_asked_for_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ten of every second refund are among the first twenty, and found once."""
    monkeypatch.setattr(view, "_STEP", 10)
    records = {refund.sequence: refund for refund in refunds(1_000)}
    ordered = in_order(records.values(), ORDER)
    sequences = array("I", [each.sequence for each in ordered])
    marks = Marks(1_000)
    for refund in ordered[::2]:
        marks[refund.sequence] = 1
    filtered = FilteredView(records, ORDERS[ORDER], sequences, marks)
    for _ in range(2):
        assert list(islice(filtered.between(None, None), 10)) == ordered[:20:2]
        assert marks.read == 20
    assert list(filtered.between(None, None)) == ordered[::2]
    assert marks.read == 1_000
