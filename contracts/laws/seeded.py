"""That refunds which were there before are kept as those that the suite made.

They are read by id, changed and deleted only in a world of our own, which is thrown away.
"""

from contracts.kernel.expect import equal, ids, not_found, succeeded
from contracts.kernel.session import Session
from contracts.laws.define import documented, scoped
from contracts.model import ID

_MOST = 12


@scoped(
    "A refund that was there before is got, changed and deleted like any other.",
    documented("get, update and delete pages: they speak of any refund"),
    cost=_MOST + 10,
)
def seeded_is_like_any(session: Session) -> None:
    """Get the first and the last of those refunds, change one, delete another, then make one."""
    session.need([] if session.foreign_allowed else [1], "a world of our own")
    known = [str(row[ID]).lower() for row in session.organization.refunds]
    left = [refund_id for refund_id in known if refund_id in session.state.refunds]
    session.need(left, "a refund that was there before")
    half = _MOST // 2
    for refund_id in dict.fromkeys((*left[:half], *left[-half:])):
        succeeded(session.get(refund_id))
    note = {"type": "set", "value": session.unique()}
    made = succeeded(session.update(left[-1], {"refund_note": note}))
    equal(succeeded(session.get(left[-1])), made)
    session.get_multi({"limit": 999})
    succeeded(session.delete(left[0]))
    for make in (False, True):
        if make:
            session.new_refund()
        not_found(session.get(left[0]), left[0])
        equal([key for key in ids(session.get_multi({"limit": 999})) if key == left[0]], [])


LAWS = (seeded_is_like_any,)
