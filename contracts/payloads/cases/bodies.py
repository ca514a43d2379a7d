"""Payloads of create and update that bend a good body in one way, by keyword or by rule."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from contracts.payloads.baseline import Ground, create, made, update
from contracts.payloads.cases.by_keyword import Base, Examples, Keywords
from contracts.payloads.cases.by_rule import create_bends, update_bends
from contracts.payloads.draft import Bend, Draft
from contracts.payloads.record import Sent, Step
from contracts.payloads.schemas import body_schema

Json = dict[str, Any]
_EARMARKS: dict[str, Json] = {
    "date_of_service": {"type": "date_of_service", "value": "2024-02-29"},
    "external_encounter_id": {"type": "external_encounter_id", "value": "not yet seen"},
}


def bends_of(ground: Ground, operation: str) -> list[Bend]:
    """Every bend of a create's or an update's body."""
    schema = body_schema(operation)
    assert schema is not None
    if operation == "create":
        words = Keywords(_examples_of_create(ground), _amounts(ground), _is_text)
        return [*words.bends(schema, ground.body), *create_bends(ground)]
    words = Keywords(_examples_of_update(ground), _no_amounts, _is_text)
    return [*words.bends(schema, ground.changes), *update_bends(ground)]


def drafts(ground: Ground, operation: str) -> Iterator[Draft]:
    """A payload of each bend."""
    for bend in bends_of(ground, operation):
        base = bend.base or (ground.body if operation == "create" else ground.changes)
        yield draft_of(ground, operation, bend, bend.applied(base()))


def draft_of(ground: Ground, operation: str, bend: Bend, body: Any) -> Draft:
    """A bend's payload with a body."""
    sent, setup = framed(ground, operation, body)
    name = f"{operation}.{bend.slug}"
    return Draft(name, operation, bend.kind, (bend.bent,), bend.why, sent, setup)


def framed(ground: Ground, operation: str, body: Any) -> tuple[Sent, tuple[Step, ...]]:
    """The request of a body, and the steps before it."""
    if operation == "create":
        return create(body), ()
    return update(body), (made(ground.body()),)


def _examples_of_create(ground: Ground) -> Examples:
    def examples(at: str, branch: str) -> tuple[Base, Any] | None:
        if at.endswith("/earmark"):
            return (ground.body, _EARMARKS[branch]) if ground.organization.earmarking else None
        target = ground.target(branch)

        def room() -> Json:
            part = {"amount_cents": ground.cents, "target": deepcopy(target)}
            return {**ground.body(), "allocations": [part]}

        return (room, target) if target is not None else None

    return examples


def _examples_of_update(ground: Ground) -> Examples:
    def examples(at: str, branch: str) -> tuple[Base, Any] | None:
        good = ground.changes()[at[1:]]
        return ground.changes, good if branch == "set" else {"type": "remove"}

    return examples


def _amounts(ground: Ground) -> Any:
    def changes(at: str, cents: int) -> tuple[tuple[str, Any], ...]:
        target = ground.body()["allocations"][0]["target"]
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
