"""The query of a list: filters, the total order, the limit and the token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from contracts.model.problems import Problems
from contracts.model.state import Refund, State
from contracts.model.values import uuid_or_none
from contracts.targets.target import Request

Key = tuple[Any, ...]
DEFAULT_LIMIT, LEAST_LIMIT, MOST_LIMIT = 100, 1, 999
SORTS = ("refund_timestamp", "amount_cents")
DIRECTIONS = ("desc", "asc")
PARAMETERS = (
    "limit",
    "non_insurance_payer_id",
    "check_number",
    "invoice_id",
    "sort",
    "sort_direction",
    "page_token",
)


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


@dataclass(frozen=True, slots=True)
class Read:
    """A query as read: filters and order, limit (None where unusable), and the token sent."""

    query: ListQuery
    limit: int | None
    token: str | None


def read_query(request: Request, problems: Problems) -> Read:
    """Filters, order, limit and token of a list request; what is wrong goes to `problems`."""
    pairs = parse_qsl(request.query_text, keep_blank_values=True)
    values: dict[str, str] = {}
    checks = []
    for name, value in pairs:
        if name == "check_number":
            checks.append(value)
        elif name in values:
            problems.add("query-shape", name, value)
        elif name in PARAMETERS:
            values[name] = value
        else:
            problems.add("unknown-field", name, value, doubt=True)
    query = ListQuery(
        payer=_uuid(values, "non_insurance_payer_id", problems),
        invoice=_uuid(values, "invoice_id", problems),
        check_numbers=frozenset(checks),
        sort=_one_of(values, "sort", SORTS, problems),
        direction=_one_of(values, "sort_direction", DIRECTIONS, problems),
    )
    return Read(query, _limit(values.get("limit"), problems), values.get("page_token"))


def _uuid(values: Mapping[str, str], name: str, problems: Problems) -> str | None:
    text = values.get(name)
    if text is None:
        return None
    return problems.unless_none("query-shape", name, text, uuid_or_none(text))


def _one_of(
    values: Mapping[str, str], name: str, allowed: tuple[str, ...], problems: Problems
) -> str:
    text = values.get(name, allowed[0])
    if text not in allowed:
        problems.add("query-shape", name, text)
    return text


_CLEAR = re.compile(r"-?(0|[1-9][0-9]{0,30})", re.ASCII)
_DOUBTFUL = re.compile(r"\s*[+-]?[0-9]+(\.0*)?\s*", re.ASCII)


def _limit(text: str | None, problems: Problems) -> int | None:
    if text is None:
        return DEFAULT_LIMIT
    if not _CLEAR.fullmatch(text):
        # "007", "+1" and "1.0" are numbers to some parsers and words to others.
        problems.add("query-shape", "limit", text, doubt=bool(_DOUBTFUL.fullmatch(text)))
        return None
    limit = int(text)
    if LEAST_LIMIT <= limit <= MOST_LIMIT:
        return limit
    problems.add("limit-range", "limit", text)
    return None
