"""The orders and filters of a list, as keys: every order is total and read in ascending keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from operator import attrgetter
from typing import NamedTuple

from mockserver.state.refund import Refund

__all__ = ["ATTRIBUTES", "EVERYTHING", "ORDERS", "Filter", "Order", "filters_of", "in_order"]

Order = tuple[str, str]
"""A sort field and a direction, as the query names them."""

_SEQUENCE_BITS = 40
_LAST = 1 << 80


def _by_timestamp(sign: int) -> Callable[[Refund], int]:
    def key(refund: Refund) -> int:
        value = refund.nanoseconds
        return (_LAST if value is None else sign * value) << _SEQUENCE_BITS | refund.sequence

    return key


def _by_amount(sign: int) -> Callable[[Refund], int]:
    return lambda refund: sign * refund.amount_cents << _SEQUENCE_BITS | refund.sequence


ORDERS: dict[Order, Callable[[Refund], int]] = {
    ("refund_timestamp", "asc"): _by_timestamp(1),
    ("refund_timestamp", "desc"): _by_timestamp(-1),
    ("amount_cents", "asc"): _by_amount(1),
    ("amount_cents", "desc"): _by_amount(-1),
}
"""The key of each order, ascending: the value in its direction, then creation; none comes last."""

_VALUES: dict[str, Callable[[Refund], int | None]] = {
    "refund_timestamp": attrgetter("nanoseconds"),
    "amount_cents": attrgetter("amount_cents"),
}


def in_order(refunds: Iterable[Refund], order: Order) -> list[Refund]:
    """Refunds that come in order of creation, sorted as by the keys, which need not be made."""
    sort, direction = order
    value = _VALUES[sort]
    valued, others = list[Refund](), list[Refund]()
    for refund in refunds:
        (others if value(refund) is None else valued).append(refund)
    valued.sort(key=value, reverse=direction == "desc")  # type: ignore[arg-type]
    return valued + others


class Filter(NamedTuple):
    """The refunds that agree in each part that is not None."""

    payer_id: str | None = None
    check_number: str | None = None
    invoice_id: str | None = None

    def admits(self, refund: Refund) -> bool:
        """Whether the refund agrees."""
        return (
            (self.payer_id is None or self.payer_id == refund.payer.id)
            and (self.check_number is None or self.check_number == refund.check_number)
            and (self.invoice_id is None or self.invoice_id == refund.invoice_id)
        )


EVERYTHING = Filter()

ATTRIBUTES: dict[str, Callable[[Refund], str | None]] = {
    "payer_id": attrgetter("payer.id"),
    "check_number": attrgetter("check_number"),
    "invoice_id": attrgetter("invoice_id"),
}
"""What each part of a filter is compared with."""


def filters_of(refund: Refund) -> Iterator[Filter]:
    """Every filter that admits the refund: at most eight."""
    payers = (None, refund.payer.id)
    checks = (None,) if refund.check_number is None else (None, refund.check_number)
    invoices = (None,) if refund.invoice_id is None else (None, refund.invoice_id)
    return map(Filter._make, product(payers, checks, invoices))
