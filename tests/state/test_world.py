"""A world pages as slicing a sorted list would, over its template, which no world ever changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.state import frozen_index
from mockserver.state.frozen_index import FrozenIndex
from mockserver.state.order import ORDERS as KEYS
from mockserver.state.order import Filter, Order
from mockserver.state.organization import Organization
from mockserver.state.refund import Refund
from mockserver.state.world import Template, World
from tests.state.naive import FILTERS, ORDERS, fields, listed, refund, refunds

LISTS = [(filters, order) for filters in FILTERS for order in ORDERS]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), fields),
        st.tuples(st.just("remove"), st.integers(0, 200)),
        st.tuples(st.just("replace"), st.tuples(st.integers(0, 200), fields)),
        st.tuples(st.just("look"), st.sampled_from(LISTS)),
    ),
    max_size=25,
)


def template(count: int, sequence: int = 0) -> Template:
    """A template of so many refunds."""
    return Template("test", Organization(), FrozenIndex(refunds(count)), None, sequence=sequence)


class Checked:
    """A world beside the dictionary that it should be like."""

    def __init__(self, made_from: Template, name: str = "w") -> None:
        self.world = World(name, made_from)
        self.standing: dict[int, Refund] = dict(made_from.refunds.records)

    def add(self, values: Any) -> None:
        """Add a refund, as the API does: its sequence is that of the id it draws."""
        self.world.draw_id()
        made = refund(self.world.sequence, values)
        self.world.add(made)
        self.standing[made.sequence] = made

    def remove(self, pick: int) -> None:
        """Remove a refund, if there is one."""
        if self.standing:
            self.world.remove(self.standing.pop(self._picked(pick)))

    def replace(self, change: tuple[int, Any]) -> None:
        """Replace a refund, if there is one."""
        pick, values = change
        if self.standing:
            sequence = self._picked(pick)
            new = refund(sequence, values)
            self.world.replace(self.standing[sequence], new)
            self.standing[sequence] = new

    def look(self, asked: tuple[tuple[Filter, ...], Order], limit: int = 7) -> None:
        """Assert that walking a list forwards and backwards is slicing the sorted one."""
        filters, order = asked
        whole = listed(self.standing.values(), filters, order)
        keys = [KEYS[order](found) for found in whole]
        after = None
        for start in range(0, len(whole) or 1, limit):
            page = self.world.page(filters, order, limit, after)
            assert page.refunds == whole[start : start + limit]
            assert page.more == (len(whole) > start + limit)
            if page.refunds:
                assert (page.first, page.last) == (keys[start], keys[start:][:limit][-1])
            after = page.last
        for end in range(len(whole) - 1, 0, -limit):
            page = self.world.page_before(filters, order, limit, keys[end])
            assert page.refunds == whole[max(0, end - limit) : end]
            assert page.more == (end > limit)
            assert (page.first, page.last) == (keys[max(0, end - limit)], keys[end - 1])

    def look_everywhere(self) -> None:
        """Assert that everything is what it should be."""
        for asked in LISTS:
            self.look(asked)
        assert len(self.world) == len(self.standing)
        assert list(self.world) == [self.standing[s] for s in sorted(self.standing)]
        for found in self.standing.values():
            assert self.world.find(found.id) == found

    def _picked(self, pick: int) -> int:
        return sorted(self.standing)[pick % len(self.standing)]


@settings(derandomize=True, deadline=None, database=None, max_examples=40)
@given(
    count=st.sampled_from([0, 1, 65, 140]),
    soon_sorted=st.sampled_from([0, 10_000]),
    script=steps,
)
def test_a_world_is_a_sorted_list(
    count: int, soon_sorted: int, script: list[tuple[str, Any]]
) -> None:
    """Writes and looks in any order leave what sorting and slicing the rest would answer, whether
    the lists of the template are sorted or found in the list of all.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frozen_index, "_SOON_SORTED", soon_sorted)
        checked = Checked(template(count))
        for verb, argument in script:
            getattr(checked, verb)(argument)
        checked.look_everywhere()


@settings(derandomize=True, deadline=None, database=None, max_examples=25)
@given(
    count=st.sampled_from([0, 3, 70]),
    script=st.lists(st.tuples(st.sampled_from([0, 1]), steps.map(lambda found: found[:3]))),
)
def test_two_worlds_never_see_each_other(count: int, script: list[tuple[int, Any]]) -> None:
    """Whatever two worlds over one template do in turn, each is what it would be alone."""
    shared = template(count)
    both = [Checked(shared, "one"), Checked(shared, "two")]
    for which, verbs in script:
        for verb, argument in verbs:
            getattr(both[which], verb)(argument)
    for checked in both:
        checked.look_everywhere()
    fresh = Checked(shared, "three")
    fresh.look_everywhere()
    assert list(fresh.world) == refunds(count)


@pytest.mark.parametrize("count", [3, 100])
def test_a_removed_refund_is_not_found(count: int) -> None:
    """A refund of the template, removed or first replaced, is gone from this world only."""
    shared = template(count)
    world, other = World("a", shared), World("b", shared)
    first, second = refunds(2)
    world.remove(first)
    changed = second._replace(nanoseconds=9)
    world.replace(second, changed)
    assert world.find(second.id) == changed
    world.remove(changed)
    assert (world.find(first.id), world.find(second.id)) == (None, None)
    assert (len(world), len(other)) == (count - 2, count)
    assert other.find(second.id) == second


def test_a_world_pages_where_nothing_is() -> None:
    """A page of nothing is empty in both directions, from wherever it is asked for."""
    world = World("empty", template(0))
    for filters, order in LISTS:
        for key in (None, -1, 0, 10**50):
            page = world.page(filters, order, 5, key)
            assert (page.refunds, page.more) == ([], False)
        before = world.page_before(filters, order, 5, 0)
        assert (before.refunds, before.more) == ([], False)


@pytest.mark.parametrize(("count", "told", "first"), [(0, 0, 1), (5, 0, 6), (5, 40, 41), (5, 2, 6)])
def test_ids_go_on_where_the_template_ended(count: int, told: int, first: int) -> None:
    """A new world draws ids beyond its template's refunds, and beyond what those had drawn."""
    world = World("w", template(count, told))
    world.draw_id()
    assert world.sequence == first


def test_the_same_world_draws_the_same_ids() -> None:
    """A world made again draws the same ids in the same order; another name draws others."""
    shared = template(3)
    again, other = World("w", shared), World("v", shared)
    drawn = [World("w", shared).draw_id(), *(again.draw_id() for _ in range(50))]
    assert drawn[0] == drawn[1]
    assert not {other.draw_id() for _ in range(50)} & set(drawn)
    assert len(set(drawn)) == 50
