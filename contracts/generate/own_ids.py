"""Puts ids of the session's own refunds where a request names another; sends nothing."""

from contracts.kernel.session import Session
from contracts.model.values import uuid_or_none

FRESH = 3
"""How many random ids a session uses; each costs a GET before the first change of it."""
FRESH_ONE_IN = 4


class OwnIds:
    """Chooses the id that a request about one refund may name on an account with others' data.

    An id that the session made stays, also once it is deleted. Any other becomes one of the
    session's live refunds, or a random uuid; the id that was there decides which.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._fresh = [session.unknown_id() for _ in range(FRESH)]

    def may_name(self, refund_id: str) -> bool:
        """Whether a request may name an id: one that is no uuid, that the session made, or random.

        Only a read of an id that is no uuid leaves; a safety layer holds back the rest.
        """
        text = uuid_or_none(refund_id)
        return text is None or text in self._session.made_ids or text in self._fresh

    def instead_of(self, refund_id: object, *, changes: bool) -> str:
        """The id to send.

        Args:
            refund_id: what the request names. Text that is no uuid stays in one that only reads.
            changes: whether the request changes the refund.
        """
        text = str(refund_id)
        if self.may_name(text) and not (changes and uuid_or_none(text) is None):
            return text
        number = sum(text.encode("utf-8", "replace"))
        live = [key for key in self._session.made_ids if key in self._session.state.refunds]
        if not live or number % FRESH_ONE_IN == 0:
            return self._fresh[number % FRESH]
        return live[number % len(live)]
