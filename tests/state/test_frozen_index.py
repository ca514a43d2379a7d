"""A frozen index answers in any order under any filter what sorting a list would."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.state import frozen_index, view
from mockserver.state.frozen_index import FrozenIndex
from mockserver.state.order import ORDERS as KEYS
from tests.state.naive import FILTERS, ORDERS, listed, refunds

looks = st.tuples(
    st.sampled_from([filters[0] for filters in FILTERS]),
    st.sampled_from(ORDERS),
    st.none() | st.integers(0, 200),
    st.none() | st.integers(0, 200),
    st.booleans(),
)
"""A filter, an order, the refunds whose keys are the bounds, and whether it is read backwards."""


def look(index: FrozenIndex, asked: tuple[Any, ...], limit: int | None = None) -> None:
    """Assert that a part of a list is what sorting and slicing would answer."""
    where, order, after, before, reverse = asked
    standing = [*index.records.values()]
    key = KEYS[order]
    bounds = [
        None if pick is None or not standing else key(standing[pick % len(standing)])
        for pick in (after, before)
    ]
    whole = [
        found
        for found in listed(standing, (where,), order)
        if (bounds[0] is None or bounds[0] < key(found))
        and (bounds[1] is None or key(found) < bounds[1])
    ]
    run = index.between(where, order, *bounds, reverse=reverse)
    expected = whole[::-1] if reverse else whole
    assert list(islice(run, limit)) == expected[:limit]


@pytest.mark.parametrize("soon_sorted", [0, 20, 10_000])
@settings(derandomize=True, deadline=None, database=None, max_examples=40)
@given(
    count=st.sampled_from([0, 1, 63, 140]),
    step=st.sampled_from([1, 7, 1_000]),
    asked=st.lists(st.tuples(looks, st.none() | st.integers(0, 9)), max_size=20),
)
def test_a_frozen_index_is_a_sorted_list(
    soon_sorted: int, count: int, step: int, asked: list[tuple[Any, int | None]]
) -> None:
    """Parts of lists are right whatever was read before, and however their refunds are found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frozen_index, "_SOON_SORTED", soon_sorted)
        patch.setattr(view, "_STEP", step)
        index = FrozenIndex(refunds(count))
        for each, limit in asked:
            look(index, each, limit)


def test_more_views_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """More filters than are kept are answered rightly, each again and again; the oldest go."""
    monkeypatch.setattr(frozen_index, "_MOST_VIEWS", 2)
    monkeypatch.setattr(frozen_index, "_WORTH_KEEPING", 0)
    monkeypatch.setattr(frozen_index, "_SOON_SORTED", 20)
    index = FrozenIndex(refunds(140))
    for _ in range(3):
        for filters in FILTERS:
            look(index, (filters[0], ORDERS[1], None, None, False))
            assert len(index._views) <= 1 + 2
            assert len(index._marks) <= 2


def test_an_unknown_id_has_no_sequence() -> None:
    """An index knows the ids of what it holds, and no others."""
    index = FrozenIndex(refunds(2))
    assert [index.sequence(f"id-{n}") for n in range(3)] == [0, 1, None]
