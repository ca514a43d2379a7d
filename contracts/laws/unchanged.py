"""That a refused request changes nothing: neither the record it names nor any list."""

from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import Json, equal, holds, ids, succeeded, text
from contracts.kernel.session import Session
from contracts.laws.define import implied, scoped
from contracts.model import ID, REFUNDS
from contracts.targets.target import Request, encode

FAILED = implied("a call that answers an error has not done what it was asked")


@scoped("A refused create leaves no refund.", FAILED, cost=11)
def refused_create_makes_nothing(session: Session) -> None:
    """Refuse for shape, for existence and for each rule that may be in force, then list."""
    number, unknown = session.unique(), session.unknown_id()
    body = session.body(check_number=number)
    for wrong in (
        {"refund_reason": "NONE"},
        {"non_insurance_payer_id": unknown},
        {"amount_cents": "100"},
    ):
        _failed(session.create({**body, **wrong}))
    nowhere = {"amount_cents": 100, "target": {"type": "claim_by_id", "value": unknown}}
    aimless = {"amount_cents": 100, "target": {"type": "payer_by_id", "value": unknown}}
    disabled = session.organization.disabled_payers()[:1]
    accepted = []
    doubtful: tuple[Json, ...] = (
        {"invoice_id": unknown},
        {"allocations": [nowhere]},
        {"allocations": [aimless]},
        session.body(amount_cents=0),
        {"amount_cents": 101},
        {"allocations": []},
        *({"non_insurance_payer_id": payer} for payer in disabled),
    )
    for fields in doubtful:
        exchange = session.create({**body, **fields, "check_number": number})
        if exchange.status == 200:
            accepted.append(text(exchange.answer, ID))
    equal(sorted(ids(session.get_multi({"check_number": number}))), sorted(accepted), "ids")


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


@scoped("A call that is refused for its token changes nothing.", FAILED, cost=6)
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
