"""What a list must answer: its query, the one total order, and where a page starts and ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from contracts.model.page import ListQuery, Page
from contracts.model.prediction import ANYTHING, Prediction
from contracts.model.problems import Problems
from contracts.model.state import Cursor, State
from contracts.model.values import uuid_or_none
from contracts.targets.target import Request

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
class Read:
    """A query as read: filters and order, limit (None where unusable), and the token sent."""

    query: ListQuery
    limit: int | None
    token: str | None


def predict_list(request: Request, state: State) -> Prediction:
    """The answers allowed to a list in this state."""
    problems = Problems()
    read = read_query(request, problems)
    cursor = _cursor(read, state, problems)
    outcomes = problems.outcomes(state.rules)
    usable = read.limit is not None and (cursor is None) == (read.token is None)
    if not usable or not any(outcome.status == 200 for outcome in outcomes):
        return Prediction("get_multi", outcomes, ANYTHING)
    page = Page(state, read.query, read.limit or DEFAULT_LIMIT, cursor)
    return Prediction("get_multi", outcomes, page, page.learn)


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


def _cursor(read: Read, state: State, problems: Problems) -> Cursor | None:
    if read.token is None:
        return None
    cursor = state.tokens.get(read.token)
    if cursor is None or cursor.query != read.query:
        problems.add("page-token-valid", "page_token", read.token)
        return None
    return cursor
