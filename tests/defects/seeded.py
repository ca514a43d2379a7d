"""Servers that treat refunds which were there before otherwise than those that were made since."""

from dataclasses import replace
from typing import Any

from contracts.model import ID, Outcome, State
from contracts.model.page import Page
from tests.defects.defect import Call, Defect, decided, paged, shown, stored

SEEDED = "seeded"


def _is_seeded(call: Call, refund_id: str) -> bool:
    rows = call.world.state.organization.refunds
    return any(str(row[ID]).lower() == refund_id for row in rows)


def _target(call: Call) -> str:
    return (call.prediction.target or "").lower()


@decided("seeded-refund-is-404", "Lists what was there before, and does not get it.", SEEDED)
def _unknown(call: Call, outcome: Outcome) -> Outcome:
    if call.operation != "get" or outcome.status != 200 or not _is_seeded(call, _target(call)):
        return outcome
    return Outcome(404, "EntityNotFoundError", "refund-exists", call.prediction.target)


@shown("seeded-refund-has-no-note", "Gets what was there before without its note.", SEEDED)
def _noteless(call: Call, body: Any) -> Any:
    if call.operation != "get" or not _is_seeded(call, _target(call)):
        return body
    return {key: value for key, value in body.items() if key != "refund_note"}


@stored("seeded-refund-stays", "Answers a delete of what was there before, and keeps it.", SEEDED)
def _stays(call: Call, state: State) -> State:
    kept = call.operation == "delete" and _is_seeded(call, _target(call))
    return call.world.state if kept else state


@stored(
    "seeded-refund-comes-back", "Shows what was there before again after the next create.", SEEDED
)
def _comes_back(call: Call, state: State) -> State:
    lost = call.memory.setdefault("lost", {})
    if call.operation == "delete" and _is_seeded(call, _target(call)):
        lost[_target(call)] = call.world.state.refunds[_target(call)]
    if call.operation != "create" or not lost:
        return state
    rows = {**state.refunds, **lost}
    lost.clear()
    return replace(state, refunds=rows, gone=state.gone - rows.keys())


@stored("seeded-update-is-lost", "Answers an update of what was there before, no more.", SEEDED)
def _unchanged(call: Call, state: State) -> State:
    lost = call.operation == "update" and _is_seeded(call, _target(call))
    return call.world.state if lost else state


def _is_gone(call: Call) -> bool:
    return call.operation != "get_multi" and _target(call) in call.world.state.gone


@stored("gone-is-in-unfiltered-lists", "Shows deleted refunds in lists without a filter.")
def _kept(call: Call, state: State) -> State:
    if call.operation != "delete":
        return state
    return replace(state, refunds=call.world.state.refunds)


@decided("", "")
def _gone(call: Call, outcome: Outcome) -> Outcome:
    if not _is_gone(call) or outcome.status == 401:
        return outcome
    return Outcome(404, "EntityNotFoundError", "refund-exists", call.prediction.target)


@paged("", "")
def _hidden(page: Page) -> Page:
    query = page.query
    if not (query.payer or query.invoice or query.check_numbers):
        return page
    gone = page.state.gone
    left = {key: row for key, row in page.state.refunds.items() if key not in gone}
    return replace(page, state=replace(page.state, refunds=left))


@decided("id-that-begins-with-0-is-unknown", "Does not get a refund whose id begins with 0.")
def _zero(call: Call, outcome: Outcome) -> Outcome:
    if call.operation != "get" or outcome.status != 200 or not _target(call).startswith("0"):
        return outcome
    return Outcome(404, "EntityNotFoundError", "refund-exists", call.prediction.target)


ECHO: tuple[Defect, ...] = (_unknown, _noteless)
PATCH: tuple[Defect, ...] = (_unchanged,)
DELETE: tuple[Defect, ...] = (
    _stays,
    _comes_back,
    replace(_kept, decided=_gone.decided, paged=_hidden.paged),
)
STATUS: tuple[Defect, ...] = (_zero,)
