"""Every payload of a seed, in one fixed order, and the choice among them; nothing is sent."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, zip_longest
from random import Random

from contracts.payloads.baseline import Baseline, World, load_world
from contracts.payloads.cases import (
    auth,
    bodies,
    paths,
    queries,
    scenarios,
    tokens,
    wire,
)
from contracts.payloads.choice import Choice
from contracts.payloads.draft import Draft
from contracts.payloads.oracle import Oracle
from contracts.payloads.record import Auth, Profile, Record

_TRIES = 20
"""Of mixtures for each payload asked for, before it is taken that no more of them fit."""


def records(
    world: World | None = None,
    seed: int = 0,
    profile: Profile = "default",
    choice: Choice | None = None,
    auth: Auth = "unknown",
    fits: Callable[[Record], bool] | None = None,
) -> list[Record]:
    """The records of a seed, with what is right under a profile.

    Args:
        world: the ids to use; None for those of the stand-in's default fixture.
        seed: the same seed gives the same records.
        profile: default, strict, lenient or unknown.
        choice: which to take; None for all.
        auth: whether tokens that the API did not issue are let in: any, issued or unknown.
        fits: whether a format can hold a record; a count is of those that it can.
    """
    choice = choice or Choice()
    baseline = Baseline(world or load_world(), seed)
    oracle = Oracle(baseline.world, profile, seed, auth)
    wanted = [draft for draft in merged(drafts(baseline)) if choice.asks_for(draft.operation)]
    found = list(filter(choice.takes, map(oracle.record, wanted)))
    if choice.count is None:
        return found
    found = list(filter(fits, found))
    if choice.count <= len(found):
        return _spread(found, choice.count, seed)
    tried = islice(_mixtures(baseline, choice), _TRIES * choice.count)
    more = filter(fits, filter(choice.takes, map(oracle.record, tried)))
    return list(islice(chain(found, more), choice.count))


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """All payloads of a baseline, single mutations first."""
    for operation in ("create", "update"):
        yield from bodies.drafts(baseline, operation)
        yield from wire.drafts(baseline, operation)
        yield from bodies.pairs(baseline, operation)
    yield from scenarios.updates(baseline)
    yield from bodies.pool_drafts(baseline)
    for operation in paths.METHODS:
        yield from paths.drafts(baseline, operation)
    yield from scenarios.gets(baseline)
    yield from queries.drafts(baseline)
    yield from scenarios.lists(baseline)
    yield from auth.drafts(baseline)
    yield from paths.method_drafts(baseline)
    yield from tokens.drafts(baseline)


def merged(drafted: Iterable[Draft]) -> list[Draft]:
    """The drafts in order, with those that send the very same thing merged.

    Raises:
        ValueError: two of them have one id.
    """
    found: dict[object, Draft] = {}
    for draft in drafted:
        key = (draft.operation, draft.request, repr(draft.setup))
        first = found.get(key, draft)
        found[key] = replace(first, bends=tuple(dict.fromkeys((*first.bends, *draft.bends))))
    for name, number in Counter(draft.id for draft in found.values()).items():
        if number > 1:
            raise ValueError(f"{number} payloads are called {name}")
    return list(found.values())


def _spread(found: list[Record], count: int, seed: int) -> list[Record]:
    """A sample in which operations and classes take turns, in the order of the whole."""
    random, groups = Random(f"sample {seed}"), dict[object, list[int]]()
    for index, record in enumerate(found):
        groups.setdefault((record.operation, record.kind), []).append(index)
    for group in groups.values():
        random.shuffle(group)
    turns = chain.from_iterable(zip_longest(*groups.values()))
    picked = islice((index for index in turns if index is not None), count)
    return [found[index] for index in sorted(picked)]


def _mixtures(baseline: Baseline, choice: Choice) -> Iterator[Draft]:
    """Mixtures of the operations asked for, in turn; none where no body is."""
    names = filter(choice.asks_for, ("create", "update"))
    for together in zip(*(bodies.mixtures(baseline, name) for name in names), strict=True):
        yield from together
