"""Payloads that need a refund to be there first: updates of it, and gets after it was changed."""

from collections.abc import Iterator
from typing import Any

from contracts.generate.values import REASONS
from contracts.model import REFUNDS
from contracts.payloads.baseline import ITEM, Ground, create, made, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Bent, Sent, Step

Json = dict[str, Any]
NOTED: Json = {"refund_note": {"type": "set", "value": "Changed"}}
"""An update that leaves a refund where it is in every list."""


def gets(ground: Ground) -> Iterator[Draft]:
    """Gets of a refund after others were changed or made."""
    first, second = made(ground.body()), made(ground.body(), "refund_id_2")
    bent, why = (
        Bent("", law="update-touches-no-other"),
        "Of two equal refunds the other was changed.",
    )
    sent, steps = (
        Sent("GET", f"{REFUNDS}/{{{{refund_id_2}}}}"),
        (first, second, Step(update(NOTED))),
    )
    yield Draft("get.scene.twin-changed", "get", "valid", (bent,), why, sent, steps, "implied")
    bent, why = Bent("", law="record-as-predicted"), "A refund is there though 20 came after it."
    many = (first, Step(create(ground.least()), times=20))
    sent, name = Sent("GET", ITEM), "get.scene.oldest-of-many"
    yield Draft(name, "get", "valid", (bent,), why, sent, many, "implied")


def updates(ground: Ground) -> Iterator[Draft]:
    """Updates of a full refund and of a bare one."""
    full, bare = ground.body(), ground.least()
    values: Json = {"refund_note": "New", "refund_reason": _other(ground.reason)}
    if ground.invoices:
        values["invoice_id"] = ground.invoices[-1]
    for start, body in (("full", full), ("bare", bare)):
        for name, value in values.items():
            short = name.removeprefix("refund_").removesuffix("_id")
            change = {name: {"type": "set", "value": value}}
            yield _update(f"{start}.set-{short}", f"update-sets-{short}", change, body)
            change = {name: {"type": "remove"}}
            law = f"update-removes-{short}" if start == "full" else "update-removes-twice"
            yield _update(f"{start}.remove-{short}", law, change, body)
            yield _update(
                f"{start}.null-{short}", "update-of-nothing-is-identity", {name: None}, body
            )
        stamp = {"refund_timestamp": "2023-12-31T23:30:00-01:00"}
        yield _update(f"{start}.set-timestamp", "update-sets-timestamp", stamp, body)
        yield _update(f"{start}.nothing", "update-of-nothing-is-identity", {}, body)
        sent = Sent("PATCH", ITEM)
        bent = Bent("", law="update-of-nothing-is-identity")
        why = "The official SDKs send no body where there is nothing to change."
        name = f"update.{start}.no-body"
        yield Draft(name, "update", "boundary", (bent,), why, sent, (made(body),), "implied")
        every = {key: {"type": "remove"} for key in values}
        yield _update(f"{start}.remove-all", "update-removes-twice", every, body)
    same = {"refund_note": {"type": "set", "value": ground.note}}
    yield _update("full.same-note", "update-of-nothing-is-identity", same, full)
    mixed = {
        "refund_note": {"type": "remove"},
        "refund_reason": {"type": "set", "value": "TRANSFER"},
    }
    yield _update("full.mixed", "update-commutes", mixed, full)


def _other(reason: str) -> str:
    return next(other for other in REASONS if other != reason)


def _update(slug: str, law: str, change: Json, body: Json) -> Draft:
    words = {"full": "has every field", "bare": "has the required fields alone"}
    why = f"An update of a refund that {words[slug.partition('.')[0]]}."
    sent, steps = update(change), (made(body),)
    return Draft(f"update.{slug}", "update", "valid", (Bent("", law=law),), why, sent, steps)
