"""Every payload of a seed, in one fixed order, and the choice among them; nothing is sent."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
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
from contracts.payloads.draft import Draft
from contracts.payloads.oracle import Oracle
from contracts.payloads.record import Auth, Profile, Record

_TRIES = 20
"""Of mixtures for each payload asked for, before it is taken that no more of them fit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which payloads to take; an empty filter lets all through.

    Attributes:
        operations: names of operations.
        kinds: classes.
        rules: ids of rules that are probed, or behind a right refusal.
        count: how many; None for all. More than there are is filled up by drawn mixtures of
            mutations, less is a sample spread over operations and classes.
    """

    operations: Collection[str] = ()
    kinds: Collection[str] = ()
    rules: Collection[str] = ()
    count: int | None = None

    def __str__(self) -> str:
        """The filters as options, such as `--operation token --rule payer-exists`."""
        chosen = {"operation": self.operations, "class": self.kinds, "rule": self.rules}
        words = [f"--{name} {value}" for name, values in chosen.items() for value in values]
        return " ".join(words) or "what was asked for"

    def asks_for(self, operation: str) -> bool:
        """Whether payloads of an operation are to be taken."""
        return not self.operations or operation in self.operations

    def takes(self, record: Record) -> bool:
        """Whether the filters let a record through."""
        return (
            self.asks_for(record.operation)
            and (not self.kinds or record.kind in self.kinds)
            and (not self.rules or not set(self.rules).isdisjoint(record.rules))
        )


def records(
    world: World | None = None,
    seed: int = 0,
    profile: Profile = "default",
    choice: Choice | None = None,
    auth: Auth = "unknown",
) -> list[Record]:
    """The records of a seed, with what is right under a profile.

    Args:
        world: the ids to use; None for those of the stand-in's default fixture.
        seed: the same seed gives the same records.
        profile: default, strict, lenient or unknown.
        choice: which to take; None for all.
        auth: whether tokens that the API did not issue are let in: any, issued or unknown.
    """
    choice = choice or Choice()
    baseline = Baseline(world or load_world(), seed)
    oracle = Oracle(baseline.world, profile, seed, auth)
    wanted = [draft for draft in merged(drafts(baseline)) if choice.asks_for(draft.operation)]
    found = list(filter(choice.takes, map(oracle.record, wanted)))
    if choice.count is None:
        return found
    if choice.count <= len(found):
        return _spread(found, choice.count, seed)
    tried = islice(_mixtures(baseline, choice), _TRIES * choice.count)
    more = filter(choice.takes, map(oracle.record, tried))
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
    ids: set[str] = set()
    found: dict[object, Draft] = {}
    for draft in drafted:
        if draft.id in ids:
            raise ValueError(f"two payloads are called {draft.id}")
        ids.add(draft.id)
        key = (draft.operation, draft.request, repr(draft.setup))
        first = found.get(key, draft)
        found[key] = replace(first, bends=tuple(dict.fromkeys((*first.bends, *draft.bends))))
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
