"""Writes what the model expects of a body as a predicate; `matcher` explains predicates."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.model import Outcome, Prediction
from contracts.model.match import INSTANTS, Absent, Moment, Open, Perhaps
from contracts.model.page import Page
from contracts.model.prediction import Empty, Template

Json = dict[str, Any]
ANYTHING = {"$anything": True}
_MISSING = {"$absent": True}


def predicate_of(expected: Any, at: str = "") -> Any:
    """The predicate that says what a template of the model says."""
    if isinstance(expected, Mapping):
        return {key: predicate_of(item, f"{at}/{key}") for key, item in expected.items()}
    if isinstance(expected, list | tuple):
        return [predicate_of(item, f"{at}/{index}") for index, item in enumerate(expected)]
    return _leaf(expected, at)


def _leaf(expected: Any, at: str) -> Any:
    if isinstance(expected, Open):
        return {"$any": expected.kind}
    if isinstance(expected, Moment):
        return {"$instant": expected.text}
    if isinstance(expected, Perhaps):
        return {"$perhaps": predicate_of(expected.expected, at)}
    if isinstance(expected, Absent):
        return _MISSING
    is_instant = isinstance(expected, str) and at.endswith(INSTANTS)
    return {"$instant": expected} if is_instant else expected


def body_of(outcome: Outcome, prediction: Prediction, run: str) -> Any:
    """What the body of one answer must hold; only check numbers of the run's own hold `run`."""
    expected = prediction.expected if outcome.status == 200 else None
    if isinstance(expected, Empty):
        return {"$empty": True}
    if isinstance(expected, Template):
        return predicate_of(expected.body)
    if isinstance(expected, Page):
        return _page(expected, run)
    if outcome.error_name is None:
        return ANYTHING
    content = {} if outcome.missing is None else {"content": {"id": outcome.missing}}
    return {"errorName": outcome.error_name, **content}


def _page(page: Page, run: str) -> Json:
    """Exact rows if the query selects only this run's; otherwise what each row must satisfy."""
    numbers, sort = page.query.check_numbers, [page.query.sort, page.query.direction]
    if numbers and all(run in number for number in numbers):
        rows, before, after = page.window()
        tokens = {"next_page_token": after, "prev_page_token": before}
        shown = {key: {"$any": "string"} if due else _MISSING for key, due in tokens.items()}
        if len(rows) > _MOST_SPELLED_OUT:
            shared = {"check_number": rows[0].check_number}
            exact = {"least": len(rows), "most": len(rows), "each": shared, "sort": sort}
            return {"items": {"$rows": exact}, **shown}
        return {"items": [predicate_of(row.body) for row in rows], **shown}
    each: Json = {}
    if page.query.payer is not None:
        each["non_insurance_payer"] = {"non_insurance_payer_id": page.query.payer}
    if page.query.invoice is not None:
        each["invoice_id"] = page.query.invoice
    if len(numbers) == 1:
        each["check_number"] = next(iter(numbers))
    return {"items": {"$rows": {"least": 0, "most": page.limit, "each": each, "sort": sort}}}


_MOST_SPELLED_OUT = 20
"""Rows of a page; of more, all of one check number, only what they share is said."""


def with_placeholders(value: Any, names: Mapping[str, str]) -> Any:
    """A predicate with `{{name}}` in the place of every made-up text."""

    def named(text: str) -> str:
        for made, name in names.items():
            text = text.replace(made, f"{{{{{name}}}}}")
        return text

    return with_texts(value, named)


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A predicate with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: with_texts(item, change) for key, item in value.items()}
    return [with_texts(item, change) for item in value] if isinstance(value, list) else value
