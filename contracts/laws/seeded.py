"""That refunds which were there before are kept as those that the suite made.

They are read by id, changed and deleted only in a world of our own, which is thrown away.
"""

from contracts.kernel.expect import equal, ids, not_found, succeeded
from contracts.kernel.session import Session
from contracts.laws.define import documented, scoped
from contracts.model import ID

_MOST = 12


def _seeded(session: Session) -> list[str]:
    """The ids of refunds that were there before and are there still, or Blocked."""
    session.need([] if session.foreign_allowed else [1], "a world of our own")
    known = (str(row[ID]).lower() for row in session.organization.refunds)
    left = [refund_id for refund_id in known if refund_id in session.state.refunds]
    session.need(left, "a refund that was there before")
    return left


@scoped(
    "A refund that was there before is got as it is listed.",
    documented("get page: returns the refund with that id"),
    cost=1 + _MOST,
)
def seeded_is_got(session: Session) -> None:
    """List, and get the first and the last of the refunds that were there before."""
    known = _seeded(session)
    listed = {row[ID].lower(): row for row in session.get_multi({"limit": 999}).items}
    half = _MOST // 2
    for refund_id in dict.fromkeys((*known[:half], *known[-half:])):
        answer = succeeded(session.get(refund_id))
        equal(answer, listed.get(refund_id, answer))


@scoped(
    "A refund that was there before can be changed.",
    documented("update page: updates the refund"),
    cost=3,
)
def seeded_is_updated(session: Session) -> None:
    """Set a note, get the refund and list it."""
    refund_id = _seeded(session)[-1]
    note = {"type": "set", "value": session.unique()}
    made = succeeded(session.update(refund_id, {"refund_note": note}))
    equal(succeeded(session.get(refund_id)), made)
    equal(made["refund_note"], note["value"], "/refund_note")
    session.get_multi({"limit": 999})


@scoped(
    "A refund that was there before stays away once it is deleted.",
    documented("delete page: deletes the refund"),
    cost=6,
)
def seeded_is_deleted(session: Session) -> None:
    """Delete one, make another, and ask for the first in every way before and after that."""
    refund_id = _seeded(session)[0]
    succeeded(session.delete(refund_id))
    for make in (False, True):
        if make:
            session.new_refund()
        not_found(session.get(refund_id), refund_id)
        equal([key for key in ids(session.get_multi({"limit": 999})) if key == refund_id], [])


LAWS = (seeded_is_got, seeded_is_updated, seeded_is_deleted)
