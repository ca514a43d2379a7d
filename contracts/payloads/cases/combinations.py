"""Two bends of one body at once, and drawn mixtures of more, which never end."""

from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

from contracts.payloads.baseline import Ground
from contracts.payloads.cases.bodies import bends_of, framed
from contracts.payloads.draft import REMOVE, Bend, Draft, got, unlike
from contracts.payloads.record import Kind

Json = dict[str, Any]
_SERIOUS: tuple[Kind, ...] = ("invalid-schema", "invalid-semantic", "boundary", "valid")
_MOST = {"create": 160, "update": 60}


def drafts(ground: Ground, operation: str) -> Iterator[Draft]:
    """Pairs of bends at places that do not hold each other, one bend a place and rule."""
    random = Random(f"pairs {ground.seed} {operation}")
    chosen = _chosen(ground, operation, random)
    pairs = [pair for pair in combinations(chosen, 2) if _independent(pair)]
    for first, second in random.sample(pairs, min(_MOST[operation], len(pairs))):
        yield _mixed(ground, operation, f"pair.{first.slug}+{second.slug}", (first, second))


def mixtures(ground: Ground, operation: str) -> Iterator[Draft]:
    """Mixtures of two to four bends, drawn from the seed, without an end."""
    random = Random(f"mixtures {ground.seed} {operation}")
    bends = [bend for bend in bends_of(ground, operation) if _fits(ground, operation, bend)]
    number = 0
    while True:
        picked = random.sample(bends, random.choice((2, 2, 3, 4)))
        if _independent(picked):
            number += 1
            yield _mixed(ground, operation, f"mix.{number:06}", picked)


def _chosen(ground: Ground, operation: str, random: Random) -> list[Bend]:
    """Of the bends that fit the usual body, one for each place, keyword, rule and class."""
    bends = [bend for bend in bends_of(ground, operation) if _fits(ground, operation, bend)]
    random.shuffle(bends)
    kept: dict[Any, Bend] = {}
    for bend in bends:
        bent = bend.bent
        kept.setdefault((bent.pointer, bent.keyword, bent.rule, bend.kind), bend)
    return sorted(kept.values(), key=lambda bend: bend.slug)


def _fits(ground: Ground, operation: str, bend: Bend) -> bool:
    """Whether a bend changes the usual body, at a place that is there or may be added."""
    body = ground.body() if operation == "create" else ground.changes()
    parent, _, _ = bend.bent.pointer.rpartition("/")
    base = bend.base() if bend.base is not None else body
    usual = not bend.also and set(base) == set(body) and got(base, parent) == got(body, parent)
    same = bend.value is not REMOVE and got(body, bend.bent.pointer) == bend.value
    return usual and not same


def _independent(bends: Any) -> bool:
    return all(unlike(a.bent.pointer, b.bent.pointer) for a, b in combinations(bends, 2))


def _mixed(ground: Ground, operation: str, slug: str, bends: Any) -> Draft:
    body = ground.body() if operation == "create" else ground.changes()
    for bend in bends:
        body = bend.applied(body)
    sent, setup = framed(ground, operation, body)
    kind = min((bend.kind for bend in bends), key=_SERIOUS.index)
    why = "At once: " + " ".join(bend.why for bend in bends)
    bents = tuple(bend.bent for bend in bends)
    return Draft(f"{operation}.{slug}", operation, kind, bents, why, sent, setup)
