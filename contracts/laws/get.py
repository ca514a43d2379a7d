"""What reading one refund promises: nothing changes, and ids are read kindly."""

from contracts.generate.values import HOSTILE_IDS
from contracts.kernel.expect import equal, not_found, succeeded
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, read_only, scoped
from contracts.model import ID


@scoped("Two gets in a row answer the same.", implied("get page: a read"), cost=3)
def get_is_pure(session: Session) -> None:
    """Get one refund twice."""
    refund_id = session.shared_refund()[ID]
    first, second = session.get(refund_id), session.get(refund_id)
    equal(succeeded(second), succeeded(first))


@scoped(
    "An id in capitals is the same id.", assumed("RFC 9562: uuids are read in either case"), cost=4
)
def get_reads_any_case(session: Session) -> None:
    """Get, update and delete one refund by its id in capitals."""
    made = session.new_refund()
    loud = made[ID].upper()
    equal(succeeded(session.get(loud)), made)
    equal(succeeded(session.update(loud, {})), made)
    succeeded(session.delete(loud))


@read_only(
    "An id that is no uuid is answered by 404 with that id.",
    assumed("get documents no error but 404"),
    cost=len(HOSTILE_IDS),
    rule="path-id-shape",
)
def get_malformed_id_is_404(session: Session) -> None:
    """Get ids that are words, quotes, and far too long."""
    for text in HOSTILE_IDS:
        not_found(session.get(text), text)


@scoped(
    "Every refund that was made can be got.",
    documented("get page: returns the refund with that id"),
    cost=32,
)
def get_finds_each(session: Session) -> None:
    """Get the refunds made last, thirty at most, and list as many of all as a page holds."""
    made = [key for key in session.made_ids if key in session.state.refunds]
    for refund_id in made[-30:] or [session.shared_refund()[ID]]:
        succeeded(session.get(refund_id))
    succeeded(session.get_multi({"limit": 999}))


LAWS = (get_is_pure, get_reads_any_case, get_malformed_id_is_404, get_finds_each)
