"""Creates that many laws begin with, and small sets of refunds that are made once a session."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import matches, succeeded, text
from contracts.kernel.session import Session
from contracts.model import ID

Json = dict[str, Any]
UNATTRIBUTED: Json = {"type": "unattributed"}
_MOMENTS = (
    "2024-05-02T00:00:00Z",
    "2024-05-01T23:30:00-01:00",
    "2024-05-01T12:00:00+02:00",
    "2024-05-02T00:00:00.001Z",
    "1999-12-31T23:59:59Z",
)
"""In order of time they are the fifth, third, first, fourth and second."""
_BY_TIME = (4, 2, 0, 3, 1)


def created(session: Session, **fields: Any) -> Any:
    """The answer to a create with these fields, which must be 200."""
    return succeeded(session.create(session.body(**fields)))


def echoed(session: Session, **fields: Any) -> None:
    """Create a refund with these fields, which must come back as they were sent."""
    matches(created(session, **fields), fields)


def allocated(
    session: Session, target: Mapping[str, Any] = UNATTRIBUTED, cents: int = 100, **more: Any
) -> Exchange:
    """Create a refund of 100 cents with one part."""
    part = {"amount_cents": cents, "target": dict(target), **more}
    return session.create(session.body(allocations=[part]))


def amounts_scene(session: Session) -> tuple[str, list[Json]]:
    """A check number, and its refunds of 3, 100, 100 and 25 cents in order of creation."""
    cents = [{"amount_cents": cents} for cents in (3, 100, 100, 25)]
    rows = session.scene("amounts", lambda session: alike(session, "am", cents))
    return text(rows[0], "check_number"), rows


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
    stamps = [{"refund_timestamp": stamp} for stamp in (None, *_MOMENTS, None)]
    rows = session.scene("moments", lambda session: alike(session, "mo", stamps))
    stamped = [row[ID] for row in rows[1:-1]]
    return text(rows[0], "check_number"), [stamped[index] for index in _BY_TIME]


def alike(session: Session, prefix: str, fields: Iterable[Json]) -> list[Json]:
    """Refunds with these fields under one check number of their own."""
    number = session.unique(prefix)
    return [session.new_refund(**each, check_number=number) for each in fields]


def many_scene(session: Session, count: int) -> str:
    """The check number of so many refunds."""
    number = session.unique("ma")
    for _ in range(count):
        session.new_refund(check_number=number)
    return number
