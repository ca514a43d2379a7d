"""Payloads of create and update that change a good body in one way."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from contracts.generate import values as edge_values
from contracts.generate.mutations import BAD_CHANGES, BAD_PARTS
from contracts.model import REFUNDS
from contracts.model.openapi import body_schema
from contracts.payloads.baseline import ITEM, Baseline, create, create_step, update
from contracts.payloads.cases.by_keyword import Base, Examples, Keywords
from contracts.payloads.cases.by_rule import create_bends, update_bends
from contracts.payloads.draft import Draft, Mutation
from contracts.payloads.record import Kind, Sent, Site, Step
from contracts.targets.target import JSON_HEADERS

Json = dict[str, Any]
_EARMARKS: dict[str, Json] = {
    "date_of_service": {"type": "date_of_service", "value": "2024-02-29"},
    "external_encounter_id": {"type": "external_encounter_id", "value": "not yet seen"},
}


def mutations_of(baseline: Baseline, operation: str) -> list[Mutation]:
    """Every mutation of a create's or an update's body."""
    schema = body_schema(operation)
    assert schema is not None
    if operation == "create":
        words = Keywords(_examples_of_create(baseline), _amounts(baseline), _is_text)
        return [*words.bends(schema, baseline.body), *create_bends(baseline)]
    words = Keywords(_examples_of_update(baseline), _no_amounts, _is_text)
    return [*words.bends(schema, baseline.changes), *update_bends(baseline)]


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """A payload of each mutation."""
    for mutation in mutations_of(baseline, operation):
        base = mutation.base or (baseline.body if operation == "create" else baseline.changes)
        yield draft_of(baseline, operation, mutation, mutation.applied(base()))


def draft_of(baseline: Baseline, operation: str, mutation: Mutation, body: Any) -> Draft:
    """A mutation's payload with a body."""
    sent, setup = framed(baseline, operation, body)
    name = f"{operation}.{mutation.slug}"
    return Draft(name, operation, mutation.kind, (mutation.site,), mutation.why, sent, setup)


def framed(baseline: Baseline, operation: str, body: Any) -> tuple[Sent, tuple[Step, ...]]:
    """The request of a body, and the steps before it."""
    if operation == "create":
        return create(body), ()
    return update(body), (create_step(baseline.body()),)


def _examples_of_create(baseline: Baseline) -> Examples:
    def examples(at: str, branch: str) -> tuple[Base, Any] | None:
        if at.endswith("/earmark"):
            return (baseline.body, _EARMARKS[branch]) if baseline.organization.earmarking else None
        target = baseline.target(branch)

        def room() -> Json:
            part = {"amount_cents": baseline.cents, "target": deepcopy(target)}
            return {**baseline.body(), "allocations": [part]}

        return (room, target) if target is not None else None

    return examples


def _examples_of_update(baseline: Baseline) -> Examples:
    def examples(at: str, branch: str) -> tuple[Base, Any] | None:
        good = baseline.changes()[at[1:]]
        return baseline.changes, good if branch == "set" else {"type": "remove"}

    return examples


def _amounts(baseline: Baseline) -> Any:
    def changes(at: str, cents: int) -> tuple[tuple[str, Any], ...]:
        target = baseline.body()["allocations"][0]["target"]
        alone = [{"amount_cents": cents, "target": target}]
        if at == "/amount_cents":
            return (("/allocations", alone),)
        return (("/amount_cents", cents), ("/allocations", alone))

    return changes


def _no_amounts(at: str, cents: int) -> tuple[tuple[str, Any], ...]:
    del at, cents
    return ()


def _is_text(at: str) -> bool:
    return at in {"/refund_note", "/check_number", "/refund_note/value"} or (
        at.endswith("/earmark/value")
    )


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
    """Creates, updates and gets of every value."""
    for name, values in _POOL_GOOD:
        for number, value in enumerate(values, 1):
            why = f"{name} may be this, and comes back as it was sent."
            body, site = {**baseline.body(), name: value}, Site(f"/{name}", "type", "in")
            yield _pool_create(f"{name}.{number}", "boundary", site, why, body)
    for name, wrong in _POOL_BAD:
        for number, value in enumerate(wrong, 1):
            why, body = f"{name} may not be this.", {**baseline.body(), name: value}
            site = Site(f"/{name}", "type", "out", "body-shape")
            yield _pool_create(f"{name}.not-{number}", "invalid-schema", site, why, body)
    for number, (name, value) in enumerate(BAD_PARTS, 1):
        yield _pool_part(baseline, number, name, value)
    target = {"type": "payer_by_id", "value": baseline.payer}
    yield _pool_part(baseline, 0, "target", target)
    same, site = create(baseline.body()), Site("", law="create-id-is-fresh")
    why, steps = (
        "The same create a second time makes a second refund.",
        (create_step(baseline.body()),),
    )
    yield Draft("create.pool.again", "create", "boundary", (site,), why, same, steps)
    yield from _pool_updates(baseline)
    yield from _pool_bodies(baseline)


def _pool_create(slug: str, kind: Kind, site: Site, why: str, body: Json) -> Draft:
    return Draft(f"create.pool.{slug}", "create", kind, (site,), why, create(body))


def _pool_part(baseline: Baseline, number: int, name: str, value: Any) -> Draft:
    whole = baseline.body()
    part = {"amount_cents": baseline.cents, "target": baseline.least()["allocations"][0]["target"]}
    if name != "earmark" or value is not None:
        part["target"] = whole["allocations"][0]["target"]
    whole["allocations"] = [{**part, name: value}]
    site = Site(f"/allocations/0/{name}", law="record-as-predicted")
    why = "An allocation with one member that the drivers draw."
    kind: Kind = "boundary" if value is None and name == "earmark" else "invalid-semantic"
    return _pool_create(f"part.{number}", kind, site, why, whole)


def _pool_updates(baseline: Baseline) -> Iterator[Draft]:
    step = (create_step(baseline.body()),)
    for number, (name, value) in enumerate(BAD_CHANGES, 1):
        site, why = Site(f"/{name}", law="update-refuses-malformed"), "A change the drivers draw."
        kind: Kind = "boundary" if value is None else "invalid-schema"
        sent = update({name: value})
        yield Draft(f"update.pool.{number}", "update", kind, (site,), why, sent, step, "implied")
    for number, text in enumerate(edge_values.PLAIN_TEXTS, 1):
        site, why = Site("/refund_note/value", "type", "in"), "A note may be any text."
        sent, name = update({"refund_note": {"type": "set", "value": text}}), f"note.{number}"
        yield Draft(f"update.pool.{name}", "update", "boundary", (site,), why, sent, step)


def _pool_bodies(baseline: Baseline) -> Iterator[Draft]:
    step = (create_step(baseline.body()),)
    for number, body in enumerate(edge_values.HOSTILE_BODIES, 1):
        site, why = Site("", rule="body-json"), "No good body."
        sent = Sent("POST", REFUNDS, headers=JSON_HEADERS, body=body)
        name = f"create.pool.body.{number}"
        yield Draft(name, "create", "malformed-wire", (site,), why, sent)
        if body not in {b"", b"{}"}:
            sent = Sent("PATCH", ITEM, headers=JSON_HEADERS, body=body)
            name = f"update.pool.body.{number}"
            law = Site("", law="update-body-is-one-object")
            yield Draft(name, "update", _pool_class(body), (law,), why, sent, step, "assumed")
    whole = (create(baseline.body()).body or b"") + b" trailing"
    sent = Sent("POST", REFUNDS, headers=JSON_HEADERS, body=whole)
    site, why = Site("", rule="body-json"), "Something stands behind the object."
    yield Draft("create.pool.trailing", "create", "malformed-wire", (site,), why, sent)


def _pool_class(body: bytes) -> Kind:
    """An update that only has a member of no name of its own is let in with a warning."""
    return "invalid-schema" if body.startswith(b'{"a') else "malformed-wire"
