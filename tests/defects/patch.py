"""Servers that update one refund in a wrong way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.model import ID, Outcome, State
from contracts.targets.target import Request
from tests.defects.defect import Call, Defect, Json, decided, heard, kept, resent, sent, stored
from tests.reference_server import World

NOTE, REASON, INVOICE, STAMP = "refund_note", "refund_reason", "invoice_id", "refund_timestamp"
UPDATE = "update"


def _without(record: Json, *names: str) -> Json:
    return {key: value for key, value in record.items() if key not in names}


def _kind(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None


def _removes(call: Call, name: str) -> bool:
    return bool(_kind(call.sent.get(name)) == "remove")


def _sets(call: Call, name: str) -> bool:
    return bool(_kind(call.sent.get(name)) == "set")


def _unset(name: str, field: str) -> Defect:
    def changed(call: Call, record: Json) -> Json:
        return _old(call, record, field) if _sets(call, field) else record

    return kept(name, f"Does not set {field} to another value.", UPDATE)(changed)


def _old(call: Call, record: Json, field: str) -> Json:
    old = {field: call.before[field]} if field in call.before else {}
    return {**_without(record, field), **old}


def _unremoved(name: str, field: str) -> Defect:
    def changed(call: Call, record: Json) -> Json:
        return _old(call, record, field) if _removes(call, field) else record

    return kept(name, f"Does not remove {field}.", UPDATE)(changed)


_FIELDS = (
    _unset("reason-cannot-be-set", REASON),
    _unset("invoice-cannot-be-set", INVOICE),
    _unremoved("note-cannot-be-removed", NOTE),
    _unremoved("reason-cannot-be-removed", REASON),
)


@kept("timestamp-is-set-once", "Does not change a timestamp that is there.", UPDATE)
def _one_stamp(call: Call, record: Json) -> Json:
    return _old(call, record, STAMP) if STAMP in call.before else record


@kept("absent-stays-absent", "Sets only fields that were there before.", UPDATE)
def _no_new(call: Call, record: Json) -> Json:
    return {key: value for key, value in record.items() if key in call.before}


@kept("invoice-takes-note-along", "Removes the note with the invoice.", UPDATE)
def _both(call: Call, record: Json) -> Json:
    return _without(record, NOTE) if _removes(call, INVOICE) else record


@kept("reason-takes-timestamp-along", "Removes the timestamp with the reason.", UPDATE)
def _stamp_too(call: Call, record: Json) -> Json:
    return _without(record, STAMP) if _removes(call, REASON) else record


@kept("note-replaces-reason", "Removes the reason when a note is set.", UPDATE)
def _note_only(call: Call, record: Json) -> Json:
    return _without(record, REASON) if _sets(call, NOTE) else record


@kept("removed-is-null", "Answers null for what was removed.", UPDATE)
def _null(call: Call, record: Json) -> Json:
    return record | {name: None for name in (NOTE, REASON, INVOICE) if _removes(call, name)}


@kept("left-out-is-removed", "Removes a note that an update leaves out.", UPDATE)
def _put(call: Call, record: Json) -> Json:
    return _without(record, NOTE) if NOTE not in call.sent else record


@kept("nothing-removes-all", "Removes all it can when an update changes nothing.", UPDATE)
def _all(call: Call, record: Json) -> Json:
    return _without(record, NOTE, REASON, INVOICE) if call.request.body == b"{}" else record


@kept("set-note-is-cut-at-255", "Keeps 255 letters of a note that is set.", UPDATE)
def _cut(call: Call, record: Json) -> Json:
    return {**record, NOTE: record[NOTE][:255]} if NOTE in record else record


@kept("empty-note-is-removed", "Takes an empty note for a removal.", UPDATE)
def _emptied(call: Call, record: Json) -> Json:
    return _without(record, NOTE) if record.get(NOTE) == "" else record


def _changed_too(field: str) -> Callable[[Call, Json], Json]:
    def changed(call: Call, record: Json) -> Json:
        return {**record, field: call.sent[field]} if field in call.sent else record

    return changed


_REST = (
    kept("amount-can-be-changed", "Changes the amount.", UPDATE)(_changed_too("amount_cents")),
    kept("check-number-can-be-changed", "Changes the check number.", UPDATE)(
        _changed_too("check_number")
    ),
)


@stored("update-answers-without-keeping", "Answers an update and keeps the old note.")
def _not_kept(call: Call, state: State) -> State:
    if call.operation != UPDATE:
        return state
    refund = state.refunds[call.before[ID]]
    return state.with_record(_old(call, refund.body, NOTE))


@kept("update-answers-the-old", "Answers an update with the record before it.", UPDATE)
def _stale(call: Call, record: Json) -> Json:
    call.memory["new"] = record
    return call.before


@stored("", "")
def _kept_new(call: Call, state: State) -> State:
    return state.with_record(call.memory.pop("new")) if call.operation == UPDATE else state


_answers_old = replace(_stale, stored=_kept_new.stored)


@decided("second-removal-is-refused", "Refuses to remove what is not there.")
def _twice(call: Call, outcome: Outcome) -> Outcome:
    gone = any(_removes(call, name) and name not in call.before for name in (NOTE, INVOICE))
    if call.operation == UPDATE and outcome.status == 200 and gone:
        return Outcome(422, "UnprocessableEntityError", "remove")
    return outcome


def _refuses(name: str, sentence: str, body: bytes | None) -> Defect:
    def refused(call: Call, outcome: Outcome) -> Outcome:
        if call.operation == UPDATE and (call.request.body or None) == body:
            return Outcome(422, "UnprocessableEntityError", "body-json")
        return outcome

    return decided(name, sentence)(refused)


_EMPTY = (
    _refuses("update-needs-a-body", "Refuses an update without a body.", None),
    _refuses("update-needs-a-change", "Refuses an update of an empty object.", b"{}"),
)


def _reads(change: Callable[[str, Any], Any]) -> Callable[[Request, World], Request]:
    def heard_otherwise(request: Request, world: World) -> Request:
        body = sent(request)
        new = {name: change(name, value) for name, value in body.items()}
        return resent(request, new) if request.method == "PATCH" and new != body else request

    return heard_otherwise


_REMOVE = {"type": "remove"}
_READINGS = (
    heard("bare-text-is-set", "Takes a bare text for a note to set.")(
        _reads(
            lambda name, value: (
                {"type": "set", "value": value}
                if name == NOTE and isinstance(value, str)
                else value
            )
        )
    ),
    heard("set-of-null-removes", "Takes a set of null for a removal.")(
        _reads(
            lambda _, value: _REMOVE if value == {"type": "set", "value": None} else value,
        )
    ),
    heard("change-needs-no-type", "Takes a value without a type for a set.")(
        _reads(
            lambda _, value: (
                {"type": "set", **value}
                if isinstance(value, dict) and "type" not in value and "value" in value
                else value
            )
        )
    ),
)


@heard(
    "unknown-invoice-can-be-set", "Leaves the invoice as it is where it is set to an unknown one."
)
def _any_invoice(request: Request, world: World) -> Request:
    known = world.state.organization.invoices
    body = sent(request)
    change = body.get(INVOICE)
    value = change.get("value") if isinstance(change, dict) else None
    if request.method != "PATCH" or not isinstance(value, str) or len(value) != 36:
        return request
    if value.lower() in known:
        return request
    return resent(request, _without(body, INVOICE))


@stored("update-makes-young", "Takes an updated refund for a new one in the order of age.")
def _young(call: Call, state: State) -> State:
    if call.operation != UPDATE:
        return state
    refund = replace(state.refunds[call.before[ID]], seq=state.version + 1)
    return replace(state, refunds={**state.refunds, refund.id: refund})


DEFECTS: tuple[Defect, ...] = (
    *_FIELDS,
    _one_stamp,
    _no_new,
    _both,
    _stamp_too,
    _note_only,
    _null,
    _put,
    _all,
    _cut,
    _emptied,
    *_REST,
    _not_kept,
    _answers_old,
    _twice,
    *_EMPTY,
    *_READINGS,
    _any_invoice,
    _young,
)
