"""Payloads of create and update that change a good body: in one way, in two, or in more."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import partial
from itertools import combinations
from random import Random
from typing import Any

from contracts.generate import values as edge_values
from contracts.generate.mutations import BAD_CHANGES, BAD_PARTS
from contracts.model.openapi import body_schema
from contracts.payloads.baseline import Baseline, create, sent_as, update
from contracts.payloads.cases.by_keyword import Keywords
from contracts.payloads.cases.by_rule import EARMARKS, create_bends, update_bends
from contracts.payloads.cases.place import Base, Changes, Place
from contracts.payloads.draft import REMOVE, Draft, Mutation, got, shown, unlike, word_of
from contracts.payloads.record import Kind, Site
from contracts.targets.target import encode

Json = dict[str, Any]
_SERIOUS: tuple[Kind, ...] = ("invalid-schema", "invalid-semantic", "boundary", "valid")
_MOST = {"create": 160, "update": 60}


def mutations_of(baseline: Baseline, operation: str) -> list[Mutation]:
    """Every mutation of a create's or an update's body."""
    schema = body_schema(operation)
    assert schema is not None
    created = operation == "create"
    example = _example_of_create if created else _example_of_update
    words = Keywords(partial(example, baseline), partial(_amounts, baseline))
    by_keyword = words.bends(schema, Place(partial(baseline.usual, operation)))
    return [*by_keyword, *(create_bends if created else update_bends)(baseline)]


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """A payload of each mutation."""
    setup = baseline.setup(operation)
    for mutation in mutations_of(baseline, operation):
        good = mutation.base() if mutation.base is not None else baseline.usual(operation)
        sent, site = sent_as(operation, encode(mutation.applied(good))), mutation.site
        name = f"{operation}.{mutation.slug}"
        yield Draft(name, mutation.kind, (site,), mutation.why, sent, setup)


def _example_of_create(baseline: Baseline, at: str, branch: str) -> tuple[Base, Any] | None:
    if at.endswith("/earmark"):
        return (baseline.body, EARMARKS[branch]) if baseline.organization.earmarking else None
    target = baseline.target(branch)

    def room() -> Json:
        part = {"amount_cents": baseline.cents, "target": deepcopy(target)}
        return {**baseline.body(), "allocations": [part]}

    return (room, target) if target is not None else None


def _example_of_update(baseline: Baseline, at: str, branch: str) -> tuple[Base, Any]:
    good = baseline.changes()[at[1:]]
    return baseline.changes, good if branch == "set" else {"type": "remove"}


def _amounts(baseline: Baseline, at: str, cents: int) -> Changes:
    target = baseline.body()["allocations"][0]["target"]
    alone = ("/allocations", [{"amount_cents": cents, "target": target}])
    return (alone,) if at == "/amount_cents" else (("/amount_cents", cents), alone)


_POOL_GOOD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("check_number", edge_values.CHECK_NUMBERS),
    ("refund_note", (*edge_values.PLAIN_TEXTS, "y" * 5_000)),
    ("refund_timestamp", edge_values.TIMESTAMPS),
)
_POOL_BAD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("non_insurance_payer_id", (*edge_values.BAD_UUIDS, 5)),
    ("invoice_id", (*edge_values.BAD_UUIDS, "x", 5)),
    ("amount_cents", edge_values.NOT_INTEGERS),
    ("refund_reason", edge_values.BAD_REASONS),
    ("refund_timestamp", (*edge_values.BAD_TIMESTAMPS, "2024-01-15T23:59:60Z", 1_700_000_000)),
    ("check_number", (1, ["1"], True)),
    ("refund_note", (1, True)),
    ("allocations", (None, {}, [[]], [None])),
)


def pool_drafts(baseline: Baseline) -> Iterator[Draft]:
    """Creates and updates of every value that the drivers draw from."""
    whole, least = baseline.body(), baseline.least()
    for name, values in _POOL_GOOD:
        site = Site(f"/{name}", "type", "in")
        for value in values:
            why = f"{name} is {shown(value)}, and comes back as it was sent."
            slug = f"{name}-is-{word_of(value)}"
            yield _create(slug, "boundary", site, why, {**whole, name: value})
    for name, wrong in _POOL_BAD:
        site = Site(f"/{name}", "type", "out", "body-shape")
        for value in wrong:
            why = f"{name} may not be {shown(value)}."
            slug, body = f"{name}-may-not-be-{word_of(value)}", {**whole, name: value}
            yield _create(slug, "invalid-schema", site, why, body)
    payer = ("target", {"type": "payer_by_id", "value": baseline.payer})
    for name, value in (*BAD_PARTS, payer):
        missing = name == "earmark" and value is None
        target = (least if missing else whole)["allocations"][0]["target"]
        part = {"amount_cents": baseline.cents, "target": target, name: value}
        site = Site(f"/allocations/0/{name}", law="record-as-predicted")
        why = f"The {name} of the only allocation is {shown(value)}."
        kind: Kind = "boundary" if missing else "invalid-semantic"
        slug = f"only-allocation.{name}-is-{word_of(value)}"
        yield _create(slug, kind, site, why, {**whole, "allocations": [part]})
    bare = {name: value for name, value in least.items() if name != "check_number"}
    site, why = Site("", law="create-leaves-absent"), "The body has the required fields alone."
    yield _create("required-fields-alone", "valid", site, why, bare)
    site = Site("", law="create-id-is-fresh")
    why = "The same create a second time makes a second refund."
    yield Draft("create.sent-twice", "boundary", (site,), why, create(whole), (baseline.made,))
    yield from _pool_updates(baseline)
    yield from _pool_bodies(baseline)


def _create(slug: str, kind: Kind, site: Site, why: str, body: Json) -> Draft:
    return Draft(f"create.{slug}", kind, (site,), why, create(body))


def _pool_updates(baseline: Baseline) -> Iterator[Draft]:
    setup = (baseline.made,)
    for name, value in BAD_CHANGES:
        why = f"An update has {shown(value)} for {name}."
        site, sent = Site(f"/{name}", law="update-refuses-malformed"), update({name: value})
        kind: Kind = "boundary" if value is None else "invalid-schema"
        slug = f"update.{name}-change-{word_of(value)}"
        yield Draft(slug, kind, (site,), why, sent, setup, "implied")
    site = Site("/refund_note/value", "type", "in")
    for text in edge_values.PLAIN_TEXTS:
        why = f"refund_note is set to {shown(text)}; a note may be any text."
        sent = update({"refund_note": {"type": "set", "value": text}})
        slug = f"update.refund_note-set-to-{word_of(text)}"
        yield Draft(slug, "boundary", (site,), why, sent, setup)


def _pool_bodies(baseline: Baseline) -> Iterator[Draft]:
    site, law = Site("", rule="body-json"), Site("", law="update-body-is-one-object")
    setup = (baseline.made,)
    for word, body in zip(_HOSTILE, edge_values.HOSTILE_BODIES, strict=True):
        why = f"The body begins {body[:30]!r}, which is not what the API takes."
        name, sent = f"create.hostile-body.{word}", sent_as("create", body)
        yield Draft(name, "malformed-wire", (site,), why, sent)
        if body not in {b"", b"{}"}:
            # With a member of no name of its own an update is let in, with a warning.
            kind: Kind = "invalid-schema" if body.startswith(b'{"a') else "malformed-wire"
            name, sent = f"update.hostile-body.{word}", sent_as("update", body)
            yield Draft(name, kind, (law,), why, sent, setup, "assumed")
    sent = sent_as("create", encode(baseline.body()) + b" trailing")
    why = "Something stands behind the object."
    yield Draft("create.hostile-body.more-behind", "malformed-wire", (site,), why, sent)


_HOSTILE = (
    "none",
    "open-brace",
    "list",
    "text",
    "null",
    "no-fields",
    "no-utf-8",
    "byte-order-mark",
    "nan",
    "infinity",
    "trailing-comma",
    "lone-surrogate",
    "raw-surrogate",
    "1e400",
    "5000-digits",
    "trailing-text",
    "utf-16",
    "2000-lists",
    "2000-objects",
)
"""A word for each of `HOSTILE_BODIES`."""


def pairs(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Pairs of mutations of which neither contains the other, one for each site and rule."""
    random = Random(f"pairs {baseline.seed} {operation}")
    bends = _fitting(baseline, operation)
    random.shuffle(bends)
    kept: dict[Any, Mutation] = {}
    for mutation in bends:
        site = mutation.site
        kept.setdefault((site.pointer, site.keyword, site.rule, mutation.kind), mutation)
    chosen = sorted(kept.values(), key=lambda mutation: mutation.slug)
    apart = [pair for pair in combinations(chosen, 2) if _independent(pair)]
    for first, second in random.sample(apart, min(_MOST[operation], len(apart))):
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
    why = "At once: " + "; and ".join(mutation.why.rstrip(".") for mutation in bends) + "."
    sites, sent = tuple(mutation.site for mutation in bends), sent_as(operation, encode(body))
    return Draft(f"{operation}.{slug}", kind, sites, why, sent, baseline.setup(operation))
