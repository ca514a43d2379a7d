"""Filters and the total order of a list, over the refunds of a state; no pages, no wire form."""

from dataclasses import dataclass
from typing import Any

from contracts.model.state import Refund, State

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a page token is bound to: the filters and the order, without limit."""

    payer: str | None = None
    invoice: str | None = None
    check_numbers: frozenset[str] = frozenset()
    sort: str = "refund_timestamp"
    direction: str = "desc"

    def matches(self, refund: Refund) -> bool:
        """Whether a refund passes every filter."""
        return (
            (self.payer is None or refund.payer == self.payer)
            and (self.invoice is None or refund.invoice == self.invoice)
            and (not self.check_numbers or refund.check_number in self.check_numbers)
        )

    def key(self, refund: Refund) -> Key:
        """The place of a refund, smaller first: sort field, then age; without one, last."""
        value = refund.amount if self.sort == "amount_cents" else refund.moment
        if value is None:
            return (1, 0, refund.seq)
        return (0, value if self.direction == "asc" else -value, refund.seq)

    def rows(self, state: State) -> list[Refund]:
        """The matching refunds in order."""
        return sorted(filter(self.matches, state.refunds.values()), key=self.key)
