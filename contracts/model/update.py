"""What get, update and delete of one refund must answer, and the record an update leaves."""

from functools import partial
from typing import Any
from urllib.parse import unquote

from contracts.model.create import sent_fields
from contracts.model.match import ABSENT, Moment
from contracts.model.prediction import ANYTHING, Empty, Prediction, Template, unchanged
from contracts.model.problems import Problems
from contracts.model.shapes import UPDATE
from contracts.model.state import State
from contracts.model.values import uuid_or_none
from contracts.targets.target import Request

Json = dict[str, Any]


def predict_get(_: Request, segment: str, state: State) -> Prediction:
    """The answers allowed to a get: the record as it was last answered, or 404."""
    problems = Problems()
    found = _find(segment, state, problems)
    body = Template(state.refunds[found].body) if found in state.refunds else ANYTHING
    return Prediction("get", problems.outcomes(state.rules), body, unchanged, unquote(segment))


def predict_delete(_: Request, segment: str, state: State) -> Prediction:
    """The answers allowed to a delete: nothing in the body, and the record is gone, or 404."""
    problems = Problems()
    found = _find(segment, state, problems)
    return Prediction(
        "delete",
        problems.outcomes(state.rules),
        Empty(),
        partial(_without, found),
        unquote(segment),
    )


def _without(refund_id: str, before: State, _answer: Any) -> State:
    return before.without(refund_id)


def predict_update(request: Request, segment: str, state: State) -> Prediction:
    """The answers allowed to an update: the record with the sent fields alone changed."""
    problems = Problems()
    changes = (sent_fields(request, UPDATE, problems) if request.body else None) or {}
    found = _find(segment, state, problems)
    invoice = (changes.get("invoice_id") or {}).get("value")
    if invoice is not None and invoice not in state.organization.invoices:
        problems.add("invoice-exists", "/invoice_id/value", invoice)
    outcomes = problems.outcomes(state.rules)
    known = state.refunds.get(found)
    if known is None or not any(outcome.status == 200 for outcome in outcomes):
        return Prediction("update", outcomes, ANYTHING, unchanged, unquote(segment))
    body = Template(_changed(known.body, changes))
    return Prediction("update", outcomes, body, State.with_record, unquote(segment))


def _find(segment: str, state: State, problems: Problems) -> str:
    written = unquote(segment)
    refund_id = uuid_or_none(written)
    if refund_id is None:
        problems.add("path-id-shape", "{id}", written)
    if refund_id not in state.refunds:
        # Where others write too, an id that is not known to be gone may be theirs.
        foreign = not state.exclusive and refund_id is not None and refund_id not in state.gone
        problems.add("refund-exists", "{id}", written, doubt=foreign)
    return refund_id or ""


def _changed(body: Json, changes: Json) -> Json:
    changed = {"refund_timestamp": ABSENT, **_LEFT_OUT, **body}
    if "refund_timestamp" in changes:
        changed["refund_timestamp"] = Moment(changes["refund_timestamp"])
    for name in _LEFT_OUT:
        if name in changes:
            changed[name] = changes[name].get("value", ABSENT)
    return changed


_LEFT_OUT: Json = {"refund_note": ABSENT, "refund_reason": ABSENT, "invoice_id": ABSENT}
