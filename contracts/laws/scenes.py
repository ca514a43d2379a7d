"""Small sets of refunds that several laws look at, made once a session; no judging."""

from typing import Any

from contracts.kernel.expect import text
from contracts.kernel.session import Session
from contracts.model import ID

Json = dict[str, Any]
_MOMENTS = (
    "2024-05-02T00:00:00Z",
    "2024-05-01T23:30:00-01:00",
    "2024-05-01T12:00:00+02:00",
    "2024-05-02T00:00:00.001Z",
    "1999-12-31T23:59:59Z",
)
"""In order of time they are the fifth, third, first, fourth and second."""
_BY_TIME = (4, 2, 0, 3, 1)


def amounts_scene(session: Session) -> list[Json]:
    """Refunds of 3, 100, 100 and 25 cents in order of creation, under one check number."""
    return session.scene("amounts", _make_amounts)


def _make_amounts(session: Session) -> list[Json]:
    number = session.unique("am")
    return [
        session.new_refund(amount_cents=cents, check_number=number) for cents in (3, 100, 100, 25)
    ]


def filters_scene(session: Session) -> list[Json]:
    """Four refunds: two check numbers, two invoices, two payers, no two rows alike."""
    return session.scene("filters", _make_filters)


def _make_filters(session: Session) -> list[Json]:
    numbers = session.unique("fa"), session.unique("fb")
    invoices, payers = (session.invoice(), session.invoice(1)), (session.payer(), session.payer(1))
    picks = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))
    return [
        session.new_refund(
            check_number=numbers[number],
            invoice_id=invoices[invoice],
            non_insurance_payer_id=payers[payer],
        )
        for number, invoice, payer in picks
    ]


def moments_scene(session: Session) -> tuple[str, list[str]]:
    """A check number, and the ids of its five refunds by time, earliest first; two have no time."""
    rows = session.scene("moments", _make_moments)
    stamped = [row[ID] for row in rows[1:-1]]
    return text(rows[0], "check_number"), [stamped[index] for index in _BY_TIME]


def _make_moments(session: Session) -> list[Json]:
    number = session.unique("mo")
    stamps = (None, *_MOMENTS, None)
    return [session.new_refund(check_number=number, refund_timestamp=stamp) for stamp in stamps]


def many_scene(session: Session, count: int) -> str:
    """The check number of `count` refunds."""
    number = session.unique("ma")
    for _ in range(count):
        session.new_refund(check_number=number)
    return number
