"""What a delete takes away, and what it leaves."""

from contracts.kernel.expect import equal, not_found, rows_of, succeeded, text
from contracts.kernel.session import Session
from contracts.laws.define import documented, implied, scoped
from contracts.model import ID

PAGE = documented("delete page: deletes the refund; Errors, Entity Not Found Error")


@scoped("After a delete, get, update and delete answer 404.", PAGE, cost=5)
def delete_makes_gone(session: Session) -> None:
    """Delete one refund and ask for it in every way."""
    refund_id = session.new_refund()[ID]
    succeeded(session.delete(refund_id))
    not_found(session.get(refund_id), refund_id)
    not_found(session.update(refund_id, {"refund_note": {"type": "remove"}}), refund_id)
    not_found(session.delete(refund_id), refund_id)


@scoped("A deleted refund is in no list.", implied(PAGE.text), cost=6)
def delete_leaves_no_row(session: Session) -> None:
    """Delete a refund and list by check number, in both sorts, by payer, and without a filter."""
    made = session.new_refund(refund_timestamp="9999-12-31T23:59:59.9999Z")
    number = text(made, "check_number")
    succeeded(session.delete(made[ID]))
    for query in (
        {"check_number": number},
        {"check_number": number, "sort": "amount_cents"},
        {"non_insurance_payer_id": session.payer(), "limit": 999},
        {"limit": 20},
    ):
        equal(rows_of(session.get_multi(query), made[ID]), [], "rows of that id")


@scoped("A delete touches no other refund.", implied(PAGE.text), cost=5)
def delete_leaves_others(session: Session) -> None:
    """Delete one of two equal refunds."""
    body = session.body()
    first, second = succeeded(session.create(body)), succeeded(session.create(body))
    succeeded(session.delete(text(first, ID)))
    equal(succeeded(session.get(text(second, ID))), second)
    equal(session.get_multi({"check_number": body["check_number"]}).items, [second])


@scoped("Deleting what does not exist is answered by 404 with the id.", PAGE, rule="refund-exists")
def delete_unknown_is_404(session: Session) -> None:
    """Delete a refund that never was."""
    unknown = session.unknown_id()
    not_found(session.delete(unknown), unknown)


LAWS = (delete_unknown_is_404, delete_makes_gone, delete_leaves_others, delete_leaves_no_row)
