"""Servers that change something that they were not asked to change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.model import ID, Outcome, State
from tests.defects import clock
from tests.defects.defect import Call, Defect, Json, decided, kept, shown, stored
from tests.reference_server import World

Refused = Callable[[Call, Outcome], State | None]


def _refusing(name: str, sentence: str, change: Refused) -> Defect:
    """A defect in what a refused call leaves behind; None leaves the state as it was."""

    def otherwise(call: Call, outcome: Outcome) -> Outcome:
        changed = change(call, outcome) if outcome.status != 200 else None
        if changed is not None:
            call.world.state = changed
        return outcome

    return decided(name, sentence)(otherwise)


def _record(call: Call) -> Json | None:
    """The refund that a refused create might leave."""
    number = call.sent.get("check_number")
    if call.operation != "create" or not isinstance(number, str):
        return None
    return plainest(call.world, number)


def plainest(world: World, number: str) -> Json:
    """A refund with nothing optional but a check number, under a new id."""
    return {
        ID: world.uuid(),
        "non_insurance_payer": next(iter(world.state.organization.payers.values())),
        "amount_cents": 1,
        "allocations": [{"amount_cents": 1, "target": {"type": "unattributed"}}],
        "check_number": number,
    }


def _leaves(*rules: str) -> Refused:
    def change(call: Call, outcome: Outcome) -> State | None:
        record = _record(call) if outcome.rule in rules else None
        return None if record is None else call.world.state.with_record(record)

    return change


def _half(*names: str) -> Refused:
    def change(call: Call, outcome: Outcome) -> State | None:
        note = call.sent.get("refund_note")
        if call.operation != "update" or outcome.rule not in names or not call.before:
            return None
        if not isinstance(note, dict) or not isinstance(note.get("value"), str):
            return None
        return call.world.state.with_record({**call.before, "refund_note": note["value"]})

    return change


def _deletes_newest(call: Call, outcome: Outcome) -> State | None:
    rows = call.world.state.ordered()
    if call.operation != "delete" or outcome.status != 404 or not rows:
        return None
    return call.world.state.without(rows[-1].id)


def _forgets_tokens(call: Call, outcome: Outcome) -> State | None:
    due = call.operation == "get_multi" and outcome.status == 422
    return replace(call.world.state, tokens={}) if due else None


_REFUSED = (
    _refusing("refused-shape-is-made", "Keeps a refund of a bad shape.", _leaves("body-shape")),
    _refusing("refused-payer-is-made", "Keeps a refund for no payer.", _leaves("payer-exists")),
    _refusing("refused-amount-is-made", "Keeps a refund of nothing.", _leaves("amount-positive")),
    _refusing("refused-target-is-made", "Keeps a refund for no target.", _leaves("target-exists")),
    _refusing(
        "refused-invoice-is-made", "Keeps a refund for no invoice.", _leaves("invoice-exists")
    ),
    _refusing("bad-update-is-half-done", "Sets a note beside a bad change.", _half("body-shape")),
    _refusing(
        "lost-invoice-is-half-done", "Sets a note beside no invoice.", _half("invoice-exists")
    ),
    _refusing("missed-delete-hits-another", "Deletes the newest when it misses.", _deletes_newest),
    _refusing("refused-list-ends-walks", "Forgets its tokens when it refuses.", _forgets_tokens),
)


@stored("equal-create-is-the-same", "Keeps one refund of two that are sent equal.")
def _one(call: Call, state: State) -> State:
    if call.operation != "create":
        return state
    key = call.request.body
    first = call.memory.setdefault(key, call.world.drawn)
    return state if first == call.world.drawn else call.world.state


@shown("", "")
def _same(call: Call, body: Any) -> Any:
    if call.operation != "create":
        return body
    return call.memory.setdefault(("answer", call.request.body), body)


_dedupes = replace(_one, shown=_same.shown)


@shown("get-forgets-the-note", "Loses a note with the second get of a refund.")
def _worn(call: Call, body: Any) -> Any:
    if call.operation != "get":
        return body
    times = call.memory[call.prediction.target] = call.memory.get(call.prediction.target, 0) + 1
    return body if times < 2 else {k: v for k, v in body.items() if k != "refund_note"}


@stored("get-touches-the-refund", "Takes a refund that was got for the newest.")
def _touched(call: Call, state: State) -> State:
    if call.operation != "get":
        return state
    refund = replace(state.refunds[call.before[ID]], seq=state.version + 1)
    return replace(state, version=state.version + 1, refunds={**state.refunds, refund.id: refund})


@stored("list-drops-the-last-row", "Deletes the last row of a page of one.")
def _dropped(call: Call, state: State) -> State:
    rows = state.ordered()
    due = call.operation == "get_multi" and call.query.get("limit") == "1" and rows
    return state.without(rows[-1].id) if due else state


def _others(call: Call, state: State, test: Callable[[Json], object], change: Json) -> State:
    """The state with a change in every other refund that passes a test."""
    for refund in state.ordered():
        if refund.id != call.before.get(ID) and test(refund.body):
            state = state.with_record({**refund.body, **change})
    return state


@stored("update-sets-all-notes-alike", "Sets the note of every refund that has the old note.")
def _all_notes(call: Call, state: State) -> State:
    note = call.sent.get("refund_note") or {}
    old = call.before.get("refund_note")
    if call.operation != "update" or note.get("type") != "set" or old is None:
        return state
    new = {"refund_note": note["value"]}
    return _others(call, state, lambda body: body.get("refund_note") == old, new)


@stored("update-moves-its-neighbour", "Gives the next refund the same timestamp.")
def _neighbour(call: Call, state: State) -> State:
    stamp = call.sent.get("refund_timestamp")
    if call.operation != "update" or stamp is None:
        return state
    seq = state.refunds[call.before[ID]].seq
    stamps = {"refund_timestamp": state.refunds[call.before[ID]].body["refund_timestamp"]}
    later = [refund for refund in state.ordered() if refund.seq == seq + 1]
    return _others(call, state, lambda body: later and body[ID] == later[0].id, stamps)


@stored("create-takes-over-the-number", "Deletes the refund that had the check number before.")
def _unique_number(call: Call, state: State) -> State:
    number = call.sent.get("check_number")
    if call.operation != "create" or number is None:
        return state
    for refund in call.world.state.ordered():
        if refund.check_number == number:
            state = state.without(refund.id)
    return state


@stored("delete-frees-the-invoice", "Removes the invoice of others when one refund is deleted.")
def _freed(call: Call, state: State) -> State:
    invoice = call.before.get("invoice_id")
    if call.operation != "delete" or invoice is None:
        return state
    for refund in state.ordered():
        if refund.invoice == invoice:
            body = {k: v for k, v in refund.body.items() if k != "invoice_id"}
            state = state.with_record(body)
    return state


@kept(
    "nothing-touches-the-timestamp", "Sets the timestamp when an update changes nothing.", "update"
)
def _now(call: Call, record: Json) -> Json:
    return record if call.sent else {**record, "refund_timestamp": "2024-01-15T09:30:00Z"}


@stored("refund-is-lost-at-twenty", "Loses the oldest refund when there are more than twenty.")
def _full(call: Call, state: State) -> State:
    rows = state.ordered()
    return state.without(rows[0].id) if len(rows) > 20 else state


@shown("list-is-cached", "Shows a list as it was up to half a second ago.")
def _cached(call: Call, body: Any) -> Any:
    if call.operation != "get_multi":
        return body
    asked_at, known = call.memory.get(call.request.query_text, (-1.0, body))
    if clock.now() - asked_at < 0.5 and asked_at >= 0:
        return known
    call.memory[call.request.query_text] = clock.now(), body
    return body


DEFECTS: tuple[Defect, ...] = (
    *_REFUSED,
    _cached,
    Defect(
        "creates-at-once-share-an-id", "Draws one id for creates that come at once.", waits=True
    ),
    _dedupes,
    _worn,
    _touched,
    _dropped,
    _all_notes,
    _neighbour,
    _unique_number,
    _freed,
    _now,
    _full,
)
