"""Two mutations of one body at once, and drawn mixtures of more, without an end."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random
from typing import Any

from contracts.payloads.baseline import Baseline, sent_as
from contracts.payloads.cases.bodies import mutations_of
from contracts.payloads.draft import REMOVE, Draft, Mutation, got, unlike
from contracts.payloads.record import Kind
from contracts.targets.target import encode

_SERIOUS: tuple[Kind, ...] = ("invalid-schema", "invalid-semantic", "boundary", "valid")
_MOST = {"create": 160, "update": 60}


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Pairs of mutations of which neither contains the other, one for each site and rule."""
    random = Random(f"pairs {baseline.seed} {operation}")
    bends = _fitting(baseline, operation)
    random.shuffle(bends)
    kept: dict[Any, Mutation] = {}
    for mutation in bends:
        site = mutation.site
        kept.setdefault((site.pointer, site.keyword, site.rule, mutation.kind), mutation)
    chosen = sorted(kept.values(), key=lambda mutation: mutation.slug)
    pairs = [pair for pair in combinations(chosen, 2) if _independent(pair)]
    for first, second in random.sample(pairs, min(_MOST[operation], len(pairs))):
        yield _mixed(baseline, operation, f"pair.{first.slug}+{second.slug}", (first, second))


def mixtures(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Mixtures of two to four mutations, drawn from the seed, without an end."""
    random = Random(f"mixtures {baseline.seed} {operation}")
    bends = _fitting(baseline, operation)
    number = 0
    while True:
        picked = random.sample(bends, random.choice((2, 2, 3, 4)))
        if _independent(picked):
            number += 1
            yield _mixed(baseline, operation, f"mix.{number:06}", picked)


def _fitting(baseline: Baseline, operation: str) -> list[Mutation]:
    """The mutations that change the usual body, at a place that is there or may be added."""
    body = baseline.usual(operation)

    def fits(mutation: Mutation) -> bool:
        at = mutation.site.pointer
        parent = at.rpartition("/")[0]
        base = mutation.base() if mutation.base is not None else body
        usual = set(base) == set(body) and got(base, parent) == got(body, parent)
        same = mutation.value is not REMOVE and got(body, at) == mutation.value
        return usual and not mutation.also and not same

    return list(filter(fits, mutations_of(baseline, operation)))


def _independent(bends: Sequence[Mutation]) -> bool:
    return all(unlike(a.site.pointer, b.site.pointer) for a, b in combinations(bends, 2))


def _mixed(baseline: Baseline, operation: str, slug: str, bends: Sequence[Mutation]) -> Draft:
    body = baseline.usual(operation)
    for mutation in bends:
        body = mutation.applied(body)
    kind = min((mutation.kind for mutation in bends), key=_SERIOUS.index)
    why = "At once: " + " ".join(mutation.why for mutation in bends)
    sites, sent = tuple(mutation.site for mutation in bends), sent_as(operation, encode(body))
    return Draft(f"{operation}.{slug}", kind, sites, why, sent, baseline.setup(operation))
