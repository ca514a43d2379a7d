"""Payloads of the values that the suite's own drivers draw from, near every edge they know of."""

from collections.abc import Iterator
from typing import Any

from contracts.generate import values as pools
from contracts.generate.mutations import BAD_CHANGES, BAD_PARTS
from contracts.model import REFUNDS
from contracts.payloads.baseline import ITEM, Ground, create, made, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Bent, Kind, Sent
from contracts.targets.target import JSON_HEADERS

Json = dict[str, Any]
_GOOD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("check_number", pools.CHECK_NUMBERS),
    ("refund_note", (*pools.PLAIN_TEXTS, "y" * 5_000)),
    ("refund_timestamp", pools.TIMESTAMPS),
)
_BAD: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("non_insurance_payer_id", (*pools.BAD_UUIDS, 5)),
    ("invoice_id", (*pools.BAD_UUIDS, "x", 5)),
    ("amount_cents", pools.NOT_INTEGERS),
    ("refund_reason", pools.BAD_REASONS),
    ("refund_timestamp", (*pools.BAD_TIMESTAMPS, "2024-01-15T23:59:60Z", 1_700_000_000)),
    ("check_number", (1, ["1"], True)),
    ("refund_note", (1, True)),
    ("allocations", (None, {}, [[]], [None])),
)


def drafts(ground: Ground) -> Iterator[Draft]:
    """Creates, updates and gets of every value."""
    for name, values in _GOOD:
        for number, value in enumerate(values, 1):
            why = f"{name} may be this, and comes back as it was sent."
            body, bent = {**ground.body(), name: value}, Bent(f"/{name}", "type", "in")
            yield _create(f"{name}.{number}", "boundary", bent, why, body)
    for name, wrong in _BAD:
        for number, value in enumerate(wrong, 1):
            why, body = f"{name} may not be this.", {**ground.body(), name: value}
            bent = Bent(f"/{name}", "type", "out", "body-shape")
            yield _create(f"{name}.not-{number}", "invalid-schema", bent, why, body)
    for number, (name, value) in enumerate(BAD_PARTS, 1):
        yield _part(ground, number, name, value)
    target = {"type": "payer_by_id", "value": ground.payer}
    yield _part(ground, 0, "target", target)
    same, bent = create(ground.body()), Bent("", law="create-id-is-fresh")
    why, steps = "The same create a second time makes a second refund.", (made(ground.body()),)
    yield Draft("create.pool.again", "create", "boundary", (bent,), why, same, steps)
    yield from _updates(ground)
    yield from _bodies(ground)


def _create(slug: str, kind: Kind, bent: Bent, why: str, body: Json) -> Draft:
    return Draft(f"create.pool.{slug}", "create", kind, (bent,), why, create(body))


def _part(ground: Ground, number: int, name: str, value: Any) -> Draft:
    whole = ground.body()
    part = {"amount_cents": ground.cents, "target": ground.least()["allocations"][0]["target"]}
    if name != "earmark" or value is not None:
        part["target"] = whole["allocations"][0]["target"]
    whole["allocations"] = [{**part, name: value}]
    bent = Bent(f"/allocations/0/{name}", law="record-as-predicted")
    why = "An allocation with one member that the drivers draw."
    kind: Kind = "boundary" if value is None and name == "earmark" else "invalid-semantic"
    return _create(f"part.{number}", kind, bent, why, whole)


def _updates(ground: Ground) -> Iterator[Draft]:
    step = (made(ground.body()),)
    for number, (name, value) in enumerate(BAD_CHANGES, 1):
        bent, why = Bent(f"/{name}", law="update-refuses-malformed"), "A change the drivers draw."
        kind: Kind = "boundary" if value is None else "invalid-schema"
        sent = update({name: value})
        yield Draft(f"update.pool.{number}", "update", kind, (bent,), why, sent, step, "implied")
    for number, text in enumerate(pools.PLAIN_TEXTS, 1):
        bent, why = Bent("/refund_note/value", "type", "in"), "A note may be any text."
        sent, name = update({"refund_note": {"type": "set", "value": text}}), f"note.{number}"
        yield Draft(f"update.pool.{name}", "update", "boundary", (bent,), why, sent, step)


def _bodies(ground: Ground) -> Iterator[Draft]:
    step = (made(ground.body()),)
    for number, body in enumerate(pools.HOSTILE_BODIES, 1):
        bent, why = Bent("", rule="body-json"), "No good body."
        sent = Sent("POST", REFUNDS, headers=JSON_HEADERS, body=body)
        name = f"create.pool.body.{number}"
        yield Draft(name, "create", "malformed-wire", (bent,), why, sent)
        if body not in {b"", b"{}"}:
            sent = Sent("PATCH", ITEM, headers=JSON_HEADERS, body=body)
            name = f"update.pool.body.{number}"
            law = Bent("", law="update-body-is-one-object")
            yield Draft(name, "update", _class(body), (law,), why, sent, step, "assumed")
    whole = (create(ground.body()).body or b"") + b" trailing"
    sent = Sent("POST", REFUNDS, headers=JSON_HEADERS, body=whole)
    bent, why = Bent("", rule="body-json"), "Something stands behind the object."
    yield Draft("create.pool.trailing", "create", "malformed-wire", (bent,), why, sent)


def _class(body: bytes) -> Kind:
    """An update that only has a member of no name of its own is let in with a warning."""
    return "invalid-schema" if body.startswith(b'{"a') else "malformed-wire"
