"""On what a prediction rests: how well the promise is known that an answer departs from.

A server may depart from an assumption of ours and break no promise of the vendor. What is known is
stated in `docs/fidelity.md`; the names in brackets are rows of its tables.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.model.match import ABSENT, Difference
from contracts.model.page import Page
from contracts.model.prediction import Prediction
from contracts.model.rules import BY_ID, STRENGTH, Evidence
from contracts.model.state import ID, Refund
from contracts.model.values import instant_or_none


@dataclass(frozen=True, slots=True)
class Basis:
    """How well a promise is known, and where it is written or why it is assumed."""

    evidence: Evidence
    source: str


def _assumed(source: str) -> Basis:
    return Basis("assumed", source)


UNAUTHORIZED = _assumed(
    "the auth guide gives 401 for an expired token; other missing or wrong tokens are taken "
    "likewise, and the form of the answer is our choice (UnauthorizedError)"
)
ELSEWHERE = _assumed(
    "no page says how unknown paths and other methods are answered (NotFoundError, "
    "MethodNotAllowedError)"
)
IN_ORDER = _assumed(
    "shape is checked before existence, and existence before business (order-of-judgement)"
)
TIES = _assumed("rows with equal sort keys come in the order of creation (list-order)")
UNDATED = _assumed("refunds without a timestamp come last (list-undated-last)")
WALK = _assumed("a page token holds while refunds are created and deleted (page-walk)")
FOLDED = _assumed("a filter by check number minds the case of letters (list-filters)")
FILLED_IN = _assumed("an omitted refund_timestamp stays absent (instant-absent)")
AS_SENT = _assumed("text is kept as sent, however it is spaced and long (json-text)")


def basis_of_form(prediction: Prediction, status: int) -> Basis | None:
    """On what the form of an answer rests, where it rests on an assumption."""
    if status >= 500:
        return None
    if prediction.operation == "other":
        return ELSEWHERE
    only_unauthorized = all(outcome.status == 401 for outcome in prediction.outcomes)
    return UNAUTHORIZED if only_unauthorized and status in {401, 403} else None


def basis_of_status(prediction: Prediction, status: int) -> Basis | None:
    """On what the outcomes rest that an answer's status or error departs from; None if unclear."""
    outcomes = prediction.outcomes
    if status >= 500:
        return None
    if prediction.operation == "other":
        return ELSEWHERE
    if all(outcome.status == 401 for outcome in outcomes):
        return UNAUTHORIZED
    if status >= 400 and any(outcome.ordered for outcome in outcomes):
        return IN_ORDER
    rules = [BY_ID[outcome.rule] for outcome in outcomes if outcome.rule is not None]
    if not rules:
        return None
    rule = max(rules, key=lambda one: STRENGTH[one.evidence])
    return Basis(rule.evidence, f"the rule {rule.id}")


def basis_of_body(prediction: Prediction, found: Difference, answer: Any) -> Basis | None:
    """On what the part of a 200 rests that differs; None where no assumption explains it."""
    if isinstance(prediction.expected, Page) and isinstance(answer, dict):
        return _basis_of_rows(prediction.expected, answer.get("items")) or basis_of_value(found)
    return basis_of_value(found)


_TEXTS = re.compile(r"/(refund_note|check_number|patient_external_id|appointment_id|value)$")
_PLAIN = re.compile(r"[ -~]{1,100}", re.ASCII)


def basis_of_value(found: Difference) -> Basis | None:
    """On what one value of a record rests; None where no assumption explains the difference."""
    if found.at.endswith("/refund_timestamp") and found.expected is ABSENT:
        return FILLED_IN if instant_or_none(found.received) else None
    expected, received = found.expected, found.received
    if not _TEXTS.search(found.at) or not isinstance(expected, str):
        return None
    if expected.strip() == (received.strip() if isinstance(received, str) else ""):
        return AS_SENT
    plain = _PLAIN.fullmatch(expected) is not None
    return None if plain else AS_SENT


def _basis_of_rows(page: Page, items: Any) -> Basis | None:
    """The assumption on order or filter that explains why rows differ, or None."""
    if not isinstance(items, list):
        return None
    shown = _known(page, items)
    if not all(map(page.query.matches, shown)):
        wanted = {number.casefold() for number in page.query.check_numbers}
        return (
            FOLDED if all((row.check_number or "").casefold() in wanted for row in shown) else None
        )
    if page.cursor is not None:
        # Where the page of a token begins depends on writes, and on the order of ties.
        if page.cursor.version != page.state.version:
            return WALK
        values = _values(page, page.query.rows(page.state))
        return TIES if len(set(values)) < len(values) else None
    due, seen = page.compared(items)
    received = _known(page, seen)
    return None if len(received) != len(seen) else _basis_of_order(page, due, received)


def _known(page: Page, items: list[Any]) -> list[Refund]:
    """The refunds that items show, each at its first place."""
    keys = dict.fromkeys(str(item.get(ID)) for item in items if isinstance(item, dict))
    return [page.state.refunds[key] for key in keys if key in page.state.refunds]


def _basis_of_order(page: Page, due: list[Refund], received: list[Refund]) -> Basis | None:
    values = _values(page, received)
    if values == _values(page, due):
        return TIES if received != due else None
    undated = values.count(None)
    return UNDATED if undated and values[:undated] == [None] * undated else None


def _values(page: Page, rows: Sequence[Refund]) -> list[Any]:
    return [row.amount if page.query.sort == "amount_cents" else row.moment for row in rows]
