"""The index answers in any order under any filter what sorting a list would."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.state.index import Index
from mockserver.state.order import Filter, filters_of
from mockserver.state.refund import Refund
from tests.state.naive import FILTERS, ORDERS, fields, listed, refund, refunds

LISTS = [(filters, order) for filters in FILTERS for order in ORDERS if len(filters) == 1]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), fields),
        st.tuples(st.just("remove"), st.integers(0, 200)),
        st.tuples(st.just("replace"), st.tuples(st.integers(0, 200), fields)),
        st.tuples(st.just("look"), st.sampled_from(LISTS)),
    ),
    max_size=30,
)


class Checked:
    """An index beside the dictionary that it should be like."""

    def __init__(self, start: list[Refund]) -> None:
        self.index = Index(start)
        self.standing = {found.sequence: found for found in start}
        self.next = len(start)

    def add(self, values: Any) -> None:
        """Add a refund."""
        self._keep(refund(self.next, values))
        self.next += 1

    def remove(self, pick: int) -> None:
        """Remove a refund, if there is one."""
        if self.standing:
            gone = self.standing.pop(sorted(self.standing)[pick % len(self.standing)])
            self.index.remove(gone)

    def replace(self, change: tuple[int, Any]) -> None:
        """Replace a refund, if there is one, by one of other values in the same place."""
        pick, values = change
        if self.standing:
            sequence = sorted(self.standing)[pick % len(self.standing)]
            self.index.remove(self.standing.pop(sequence))
            self._keep(refund(sequence, values))

    def look(self, asked: tuple[tuple[Filter, ...], Any]) -> None:
        """Assert that a list is what sorting would answer."""
        (where,), order = asked
        found = list(self.index.view(where, order))
        assert found == listed(self.standing.values(), (where,), order)

    def look_everywhere(self) -> None:
        """Assert that everything is what it should be."""
        for asked in LISTS:
            self.look(asked)
        assert len(self.index) == len(self.standing)
        assert self.index.records == self.standing
        for sequence, found in self.standing.items():
            assert self.index.sequence(found.id) == sequence

    def _keep(self, new: Refund) -> None:
        self.index.add(new)
        self.standing[new.sequence] = new


@settings(derandomize=True, deadline=None, database=None, max_examples=60)
@given(count=st.sampled_from([0, 1, 63, 64, 65, 140]), script=steps)
def test_an_index_is_a_sorted_list(count: int, script: list[tuple[str, Any]]) -> None:
    """Adds, removals, replacements and looks in any order leave what sorting the rest would."""
    checked = Checked(refunds(count))
    for verb, argument in script:
        getattr(checked, verb)(argument)
    checked.look_everywhere()


@pytest.mark.parametrize("seen_before", [True, False])
def test_views_do_not_depend_on_when_they_were_built(seen_before: bool) -> None:
    """Views built before two hundred writes and views built after them are the same."""
    random = Random(1)
    checked = Checked(refunds(200))
    if seen_before:
        checked.look_everywhere()
    for _ in range(200):
        verb = random.choice(["remove", "replace"])
        pick, values = (
            random.randrange(200),
            ("p1", random.randint(-3, 3), random.choice([None, 2])),
        )
        getattr(checked, verb)(pick if verb == "remove" else (pick, (*values, "c1", "i2")))
        checked.add((*values, "c2", None))
    checked.look_everywhere()


def test_more_views_than_are_kept() -> None:
    """Thousands of filters, each worth keeping, are answered rightly, also after further writes."""
    start = [refund(n, ("p1", n, None, f"c{n % 20}", f"i{n % 70}")) for n in range(1_400)]
    checked = Checked(start)
    everything = [(Filter("p1", f"c{n}", f"i{m}"),) for n in range(20) for m in range(70)]
    order = ("amount_cents", "desc")
    for _round in range(2):
        for filters in everything[::7]:
            checked.look((filters, order))
        checked.add(("p1", 5, None, "c3", "i3"))
        checked.remove(3)
    checked.look(((Filter("p1", "c3", "i3"),), order))
    checked.look(((Filter(),), order))


def test_a_remove_of_the_last_member_forgets_it() -> None:
    """A filter whose last refund was removed admits none, and admits the next one added."""
    checked = Checked(refunds(70))
    where = (Filter(check_number="rare"),)
    checked.add(("p1", 1, None, "rare", None))
    for order in ORDERS:
        checked.look((where, order))
    checked.remove(70)
    for order in ORDERS:
        checked.look((where, order))
    checked.add(("p2", 1, 1, "rare", None))
    for order in ORDERS:
        checked.look((where, order))


@given(values=fields)
@settings(derandomize=True, deadline=None, database=None, max_examples=50)
def test_filters_of_a_refund_are_those_that_admit_it(values: Any) -> None:
    """Each of the filters that a refund is kept under admits it, and they are all different."""
    made = refund(3, values)
    found = list(filters_of(made))
    assert all(where.admits(made) for where in found)
    assert len(set(found)) == len(found)
    assert set(found) >= {filters[0] for filters in FILTERS if filters[0].admits(made)}


def test_an_unknown_id_has_no_sequence() -> None:
    """An index knows the ids of what it holds, and no others."""
    index = Index(refunds(2))
    assert [index.sequence(f"id-{n}") for n in range(3)] == [0, 1, None]
