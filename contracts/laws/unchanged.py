"""That a refused request changes nothing: neither the record it names nor any list."""

from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import equal, holds, succeeded, text
from contracts.kernel.session import Session
from contracts.laws.define import implied, scoped
from contracts.model import ID, REFUNDS
from contracts.targets.target import Request, encode

FAILED = implied("a call that answers an error has not done what it was asked")


@scoped("A refused create leaves no refund.", FAILED, cost=4)
def refused_create_makes_nothing(session: Session) -> None:
    """Refuse for shape, for existence and for an amount, then list."""
    number = session.unique()
    body = session.body(check_number=number)
    for wrong in (
        {**body, "refund_reason": "NONE"},
        {**body, "non_insurance_payer_id": session.unknown_id()},
        {**body, "amount_cents": "100"},
    ):
        _failed(session.create(wrong))
    equal(session.get_multi({"check_number": number}).items, [])


@scoped("A refused update changes no field.", FAILED, cost=3)
def refused_update_changes_nothing(session: Session) -> None:
    """Send a good change beside a bad one."""
    made = session.shared_refund()
    changes = {
        "refund_note": {"type": "set", "value": "half done"},
        "refund_reason": {"type": "set", "value": "NONE"},
    }
    _failed(session.update(made[ID], changes))
    equal(succeeded(session.get(made[ID])), made)


@scoped("A delete that misses removes nothing.", FAILED, cost=4)
def refused_delete_removes_nothing(session: Session) -> None:
    """Delete a random id and a word, then list what is kept."""
    made = session.shared_refund()
    for wrong in (session.unknown_id(), "x"):
        _failed(session.delete(wrong))
    equal(session.get_multi({"check_number": text(made, "check_number")}).items, [made])


@scoped("A call that is not let in changes nothing.", FAILED, cost=6)
def refused_caller_changes_nothing(session: Session) -> None:
    """Create, update and delete without a token."""
    made, number = session.shared_refund(), session.unique()
    item = f"{REFUNDS}/{made[ID]}"
    note = encode({"refund_note": {"type": "remove"}})
    for request in (
        _stranger("POST", REFUNDS, encode(session.body(check_number=number))),
        _stranger("PATCH", item, note),
        _stranger("DELETE", item),
    ):
        _failed(session.send(request))
    equal(succeeded(session.get(made[ID])), made)
    equal(session.get_multi({"check_number": number}).items, [])


def _failed(exchange: Exchange) -> None:
    holds(exchange.status >= 400, "a refusal", exchange.summary())


def _stranger(method: str, path: str, body: bytes | None = None) -> Request:
    headers: Any = (("content-type", "application/json"),) if body else ()
    return Request(method, path, headers=headers, body=body, authorized=False)


LAWS = (
    refused_create_makes_nothing,
    refused_update_changes_nothing,
    refused_delete_removes_nothing,
    refused_caller_changes_nothing,
)
