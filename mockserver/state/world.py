"""A world: one isolated copy of everything, a copy-on-write view over what its template holds."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from mockserver.settings import LimitScope, Rate
from mockserver.state.clock import Clock, instant_text, real, resumed, steady_us
from mockserver.state.faults import Faults, FaultSpec
from mockserver.state.frozen_index import FrozenIndex
from mockserver.state.ids import seed_key, uuid_text
from mockserver.state.index import Index
from mockserver.state.journal import Journal
from mockserver.state.limits import rate_of, window_of
from mockserver.state.order import ORDERS, Filter, Order
from mockserver.state.organization import Organization
from mockserver.state.refund import Refund

__all__ = ["MOST_SNAPSHOTS", "Page", "Snapshot", "Template", "World"]

MOST_SNAPSHOTS = 100
"""The most snapshots of a world."""

_FEW = 8


@dataclass(frozen=True, slots=True)
class Template:
    """What a new world starts as; shared by all its worlds and never changed.

    `verdicts` is whatever the rules layer made of profile and levels: state keeps it for a world
    and does not look inside.
    """

    fixture: str
    organization: Organization
    refunds: FrozenIndex
    verdicts: Any
    profile: str = "default"
    clock: Clock = real
    sequence: int = 0
    random_seed: int = 0
    rate_limit: Rate | None = None
    token_rate_limit: Rate | None = None
    limit_per: LimitScope = "world"
    flag_faults: tuple[FaultSpec, ...] = ()
    faults: tuple[FaultSpec, ...] = ()
    """Those of the fixture, behind those that every world starts with."""
    journal_calls: int = 1_000
    journal_bytes: int = 16 * 2**20

    def journal(self) -> Journal:
        """A journal within the bounds that were set."""
        return Journal(self.journal_calls, self.journal_bytes)

    @property
    def all_faults(self) -> tuple[FaultSpec, ...]:
        """The faults that a world starts with."""
        return (*self.flag_faults, *self.faults)


@dataclass(frozen=True, slots=True)
class Page:
    """Some refunds of a list in its order, the keys at both ends, and whether more lie beyond."""

    refunds: list[Refund]
    first: int
    last: int
    more: bool


class Snapshot(NamedTuple):
    """What a world held at an instant: its changes to the template, its sequence and its clock."""

    template: Template
    own: dict[int, Refund]
    hidden: frozenset[int]
    sequence: int
    clock: Clock
    at: datetime
    refunds: int


class World:
    """The state behind one client id.

    Only `add`, `replace`, `remove`, `draw_id` and `restore` change its refunds, and none of them
    waits: a request that reads and then writes does so in one step.
    """

    def __init__(self, name: str, template: Template) -> None:
        self.name = name
        self.template = template
        self.organization = template.organization
        self.verdicts = template.verdicts
        self.profile = template.profile
        self.clock = template.clock
        self.key = seed_key(template.random_seed, name)
        self.sequence = max(template.sequence, len(template.refunds))
        self.limit_per = template.limit_per
        """Whose requests the limits count together: a LimitScope."""
        self.set_limits(template.rate_limit, template.token_rate_limit)
        self.limit_headers = "none"
        """What a 429 says of when to come again: a key of LIMIT_HEADERS."""
        self.token_epoch = 0
        """How often the tokens of this world were made to expire; older tokens do not count."""
        self.journal = template.journal()
        self.faults = Faults()
        for spec in template.all_faults:
            self.faults.add(spec, self.clock())
        self.snapshots: dict[str, Snapshot] = {}
        self._base = template.refunds
        self._own = Index()
        self._hidden: set[int] = set()

    def __len__(self) -> int:
        return len(self._base) - len(self._hidden) + len(self._own)

    def __iter__(self) -> Iterator[Refund]:
        """All refunds in order of creation, as they are now, whatever changes meanwhile.

        What this costs at once follows what was changed here, not what is stored.
        """
        base, hidden = self._base.records, frozenset(self._hidden)
        own = dict(sorted(self._own.records.items()))
        unhidden = (refund for sequence, refund in base.items() if sequence not in hidden)
        return merge(unhidden, own.values(), key=attrgetter("sequence"))

    def now_text(self) -> str:
        """The present instant by this world's clock, as an answer writes it."""
        return instant_text(self.clock())

    def set_clock(self, clock: Clock) -> None:
        """Go by another clock; windows that would lie in its future begin anew."""
        before, self.clock = steady_us(self.clock), clock
        if steady_us(clock) < before:
            self.set_limits(rate_of(self.requests), rate_of(self.tokens))

    def set_limits(self, requests: Rate | None, tokens: Rate | None) -> None:
        """Limit requests and tokens by new windows, which are empty."""
        per_address = self.limit_per == "address"
        self.requests = window_of(requests, per_address=per_address)
        self.tokens = window_of(tokens, per_address=per_address)

    def copied(self) -> World:
        """All refunds as they are now, to be read through while this world changes.

        The cost follows what was changed, not what is stored.
        """
        still = copy(self)
        still._own, still._hidden = Index(), set(self._hidden)
        still._own.records = dict(self._own.records)
        return still

    def snapshot(self) -> Snapshot:
        """What the world holds now; the cost follows what was changed, not what is stored."""
        own, hidden = dict(self._own.records), frozenset(self._hidden)
        clock, at = self.clock, self.clock()
        return Snapshot(self.template, own, hidden, self.sequence, clock, at, len(self))

    def restore(self, snapshot: Snapshot) -> None:
        """Hold what a snapshot of a world over the same template has, and go by its clock."""
        self._own = Index(snapshot.own.values())
        self._hidden = set(snapshot.hidden)
        self.sequence = snapshot.sequence
        clock = snapshot.clock
        self.set_clock(clock if clock is real else resumed(clock, snapshot.at))

    def draw_id(self) -> str:
        """A new id; its place in the sequence is what a new refund is ordered by."""
        self.sequence += 1
        return uuid_text(self.key, self.sequence)

    def find(self, refund_id: str) -> Refund | None:
        """The refund with this id, or None when there is none or it was deleted."""
        sequence = self._own.sequence(refund_id)
        if sequence is not None:
            return self._own.records[sequence]
        sequence = self._base.sequence(refund_id)
        if sequence is None or sequence in self._hidden:
            return None
        return self._base.records[sequence]

    def made(self, refund_id: str) -> bool:
        """Whether this world itself holds the refund, made or changed here."""
        return self._own.sequence(refund_id) is not None

    def started_with(self, refund_id: str) -> bool:
        """Whether the template holds the refund, deleted here or not."""
        return self._base.sequence(refund_id) is not None

    def add(self, refund: Refund) -> None:
        """Keep a new refund."""
        self._own.add(refund)

    def replace(self, old: Refund, new: Refund) -> None:
        """Keep `new` in the place of `old`."""
        self.remove(old)
        self._own.add(new)

    def remove(self, refund: Refund) -> None:
        """Forget a refund; what the template holds is hidden, not touched."""
        if refund.sequence in self._own.records:
            self._own.remove(refund)
        else:
            self._hidden.add(refund.sequence)

    def page(
        self, filters: tuple[Filter, ...], order: Order, limit: int, after: int | None = None
    ) -> Page:
        """At most `limit` refunds that any of the disjoint filters admits, behind a key."""
        found = self._first(filters, order, limit + 1, (after, None), reverse=False)
        return _page(found, order, limit)

    def page_before(
        self, filters: tuple[Filter, ...], order: Order, limit: int, before: int
    ) -> Page:
        """The last `limit` refunds in front of a key; `more` says if others precede them."""
        found = self._first(filters, order, limit + 1, (None, before), reverse=True)
        page = _page(found, order, limit)
        return Page(page.refunds[::-1], page.last, page.first, page.more)

    def _first(
        self,
        filters: tuple[Filter, ...],
        order: Order,
        count: int,
        between: tuple[int | None, int | None],
        *,
        reverse: bool,
    ) -> list[Refund]:
        """The first refunds between two keys, from the end if `reverse`."""
        heads: list[Refund] = []
        key = ORDERS[order]
        for index in (self._own, self._base):
            for where in filters if len(index) else ():
                run = index.between(where, order, *between, reverse=reverse)
                found = list(islice(self._unhidden(run) if index is self._base else run, count))
                if len(found) == count:  # nothing beyond the last of these is among the first
                    bound = key(found[-1])
                    between = (bound, between[1]) if reverse else (between[0], bound)
                heads = _merged(heads, found, key, reverse)
        return heads[:count]

    def _unhidden(self, run: Iterator[Refund]) -> Iterator[Refund]:
        hidden = self._hidden
        return (refund for refund in run if refund.sequence not in hidden) if hidden else run


def _merged(
    heads: list[Refund], found: list[Refund], key: Callable[[Refund], int], reverse: bool
) -> list[Refund]:
    """Both lists in one order. A key takes long to make, so that a few are put in their places."""
    if not heads or not found:
        return heads or found
    if len(found) > _FEW or reverse:
        return sorted(heads + found, key=key, reverse=reverse)
    for refund in found:
        insort(heads, refund, key=key)
    return heads


def _page(found: list[Refund], order: Order, limit: int) -> Page:
    more = len(found) > limit
    del found[limit:]
    key = ORDERS[order]
    return Page(found, key(found[0]), key(found[-1]), more) if found else Page([], 0, 0, more)
