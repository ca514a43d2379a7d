"""Two mutations of one body at once, and drawn mixtures of more, without an end."""

from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

from contracts.payloads.baseline import Baseline
from contracts.payloads.cases.bodies import framed, mutations_of
from contracts.payloads.draft import REMOVE, Draft, Mutation, got, unlike
from contracts.payloads.record import Kind

Json = dict[str, Any]
_SERIOUS: tuple[Kind, ...] = ("invalid-schema", "invalid-semantic", "boundary", "valid")
_MOST = {"create": 160, "update": 60}


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Pairs of mutations of which neither contains the other, one for each site and rule."""
    random = Random(f"pairs {baseline.seed} {operation}")
    chosen = _chosen(baseline, operation, random)
    pairs = [pair for pair in combinations(chosen, 2) if _independent(pair)]
    for first, second in random.sample(pairs, min(_MOST[operation], len(pairs))):
        yield _mixed(baseline, operation, f"pair.{first.slug}+{second.slug}", (first, second))


def mixtures(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Mixtures of two to four mutations, drawn from the seed, without an end."""
    random = Random(f"mixtures {baseline.seed} {operation}")
    bends = [
        mutation
        for mutation in mutations_of(baseline, operation)
        if _fits(baseline, operation, mutation)
    ]
    number = 0
    while True:
        picked = random.sample(bends, random.choice((2, 2, 3, 4)))
        if _independent(picked):
            number += 1
            yield _mixed(baseline, operation, f"mix.{number:06}", picked)


def _chosen(baseline: Baseline, operation: str, random: Random) -> list[Mutation]:
    """Of the mutations that fit the usual body, one for each place, keyword, rule and class."""
    bends = [
        mutation
        for mutation in mutations_of(baseline, operation)
        if _fits(baseline, operation, mutation)
    ]
    random.shuffle(bends)
    kept: dict[Any, Mutation] = {}
    for mutation in bends:
        site = mutation.site
        kept.setdefault((site.pointer, site.keyword, site.rule, mutation.kind), mutation)
    return sorted(kept.values(), key=lambda mutation: mutation.slug)


def _fits(baseline: Baseline, operation: str, mutation: Mutation) -> bool:
    """Whether a mutation changes the usual body, at a place that is there or may be added."""
    body = baseline.body() if operation == "create" else baseline.changes()
    parent, _, _ = mutation.site.pointer.rpartition("/")
    base = mutation.base() if mutation.base is not None else body
    usual = not mutation.also and set(base) == set(body) and got(base, parent) == got(body, parent)
    same = mutation.value is not REMOVE and got(body, mutation.site.pointer) == mutation.value
    return usual and not same


def _independent(bends: Any) -> bool:
    return all(unlike(a.site.pointer, b.site.pointer) for a, b in combinations(bends, 2))


def _mixed(baseline: Baseline, operation: str, slug: str, bends: Any) -> Draft:
    body = baseline.body() if operation == "create" else baseline.changes()
    for mutation in bends:
        body = mutation.applied(body)
    sent, setup = framed(baseline, operation, body)
    kind = min((mutation.kind for mutation in bends), key=_SERIOUS.index)
    why = "At once: " + " ".join(mutation.why for mutation in bends)
    bents = tuple(mutation.site for mutation in bends)
    return Draft(f"{operation}.{slug}", operation, kind, bents, why, sent, setup)
