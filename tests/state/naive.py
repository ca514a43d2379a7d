"""A naive model of the state: a plain list of refunds, sorted whenever it is asked for; no test."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from mockserver.state.order import Filter, Order
from mockserver.state.organization import Payer
from mockserver.state.refund import Refund

__all__ = ["FILTERS", "ORDERS", "Fields", "fields", "listed", "refund", "refunds"]

Fields = tuple[str, int, int | None, str | None, str | None]
"""Payer id, amount in cents, nanoseconds, check number and invoice id of a refund."""

PAYERS, CHECKS, INVOICES = ("p1", "p2"), (None, "c1", "c2", ""), (None, "i1", "i2")
ORDERS: tuple[Order, ...] = tuple(
    (sort, direction)
    for sort in ("refund_timestamp", "amount_cents")
    for direction in ("asc", "desc")
)
FILTERS: tuple[tuple[Filter, ...], ...] = (
    (Filter(),),
    (Filter(payer_id="p1"),),
    (Filter(check_number="c1"),),
    (Filter(invoice_id="i1"),),
    (Filter(payer_id="nobody"),),
    (Filter(check_number=""),),
    (Filter("p1", "c1"),),
    (Filter("p2", None, "i2"),),
    (Filter("p1", "c2", "i1"),),
    (Filter(check_number="c1"), Filter(check_number="c2")),
    (Filter("p2", "c1"), Filter("p2", "c2"), Filter("p2", "none")),
)
"""Lists as the API asks for them: one filter, or one a check number."""

fields = st.tuples(
    st.sampled_from(PAYERS),
    st.sampled_from([-(10**30), -1, 0, 1, 2, 2**31, 10**400]),
    st.sampled_from([None, -(6 * 10**19), -1, 0, 1, 10**9, 25 * 10**19]),
    st.sampled_from(CHECKS),
    st.sampled_from(INVOICES),
)
"""What a refund may be, with ties in everything."""


def refund(sequence: int, values: Fields) -> Refund:
    """A refund of these values, its place in the order of creation and its id from the sequence."""
    payer, amount, nanoseconds, check, invoice = values
    optional = {"check_number": check, "invoice_id": invoice}
    sent = {name: value for name, value in optional.items() if value is not None}
    owner = Payer(payer, b'{"non_insurance_payer_id":"%b"}' % payer.encode())
    return Refund.made(sequence, f"id-{sequence}", owner, amount, b"[]", sent, nanoseconds)


def refunds(count: int, start: int = 0) -> list[Refund]:
    """So many refunds of every mixture of values."""
    amounts, instants = (1, 5, 5, 2), (3, None, 1, 3, -2)
    return [
        refund(
            number,
            (
                PAYERS[number % 2],
                amounts[number % 4],
                instants[number % 5],
                CHECKS[number % 3],
                INVOICES[number % 3],
            ),
        )
        for number in range(start, start + count)
    ]


def listed(standing: Iterable[Refund], filters: tuple[Filter, ...], order: Order) -> list[Refund]:
    """The refunds that any filter admits, in order: no value last, ties by creation."""
    sort, direction = order
    sign = 1 if direction == "asc" else -1

    def place(found: Refund) -> tuple[bool, int, int]:
        value = found.nanoseconds if sort == "refund_timestamp" else found.amount_cents
        return value is None, sign * (value or 0), found.sequence

    return sorted((r for r in standing if any(_admits(f, r) for f in filters)), key=place)


def _admits(where: Filter, found: Refund) -> bool:
    asked = (where.payer_id, where.check_number, where.invoice_id)
    has = (found.payer.id, found.check_number, found.invoice_id)
    return all(wanted in (None, value) for wanted, value in zip(asked, has, strict=True))
