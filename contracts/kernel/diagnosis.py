"""Finds where a breach first departs from the model, and how."""

import re
from dataclasses import replace
from typing import Any

from contracts.kernel.departure import Departure, value_at
from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Breach
from contracts.model.changes import Change, change_of, list_change
from contracts.model.match import ABSENT, Difference, difference
from contracts.model.page import Page
from contracts.model.prediction import Empty, Template
from contracts.model.problems import Outcome
from contracts.model.query import SORTS
from contracts.model.rows import rows_change
from contracts.targets.target import NO_ANSWER_STATUS

_INDEX = re.compile(r"/\d+(?=/|$)")


def departure_of(breach: Breach) -> Departure:
    """The departure that a breach shows.

    It is that of the last exchange, in which the law saw its breach, or the first one like it; else
    the first one before. Where no exchange departs from the model it is the law's own.
    """
    sequence = breach.sequence
    found = [
        replace(one, exchange=at)
        for at, exchange in enumerate(sequence)
        if (one := _departure(exchange)) is not None
    ]
    if not found:
        return _own(breach)
    last = found[-1]
    if last.exchange != len(sequence) - 1 or _misleads(found[0], last):
        return found[0]
    return next(one for one in found if one.cause == last.cause)


def _misleads(first: Departure, last: Departure) -> bool:
    """Whether a list may depart only as the model believed an earlier answer that departs."""
    changes = first.operation in {"create", "update", "delete"}
    root = first.field.partition("/")[0]
    return changes and last.at == "/items" and (root in _LISTED_BY or first.at in {"", "status"})


_LISTED_BY = frozenset(
    {*SORTS, "non_insurance_payer", "invoice_id", "check_number", "non_insurance_payer_refund_id"}
)


def _own(breach: Breach) -> Departure:
    found, exchanges = breach.difference, breach.sequence
    at = len(exchanges) - 1 if exchanges else None
    operation = _operation(exchanges[-1]) if exchanges else ""
    law = breach.law.id if breach.law is not None else ""
    if found is None:
        refuses = bool(exchanges) and exchanges[-1].status >= 400
        form = refuses and breach.law is not None and breach.law.topic in {"schema", "envelope"}
        change = Change("form" if form else "law", (law,))
        return Departure(at, operation, law, change, breach.expected, breach.received, is_own=True)
    change = _change(found)
    return Departure(at, operation, law, change, found.expected, found.received, is_own=True)


def _change(found: Difference) -> Change:
    return change_of(found.expected, found.received)


def _operation(exchange: Exchange) -> str:
    named = exchange.prediction.operation
    return f"{exchange.request.method} elsewhere" if named == "other" else named


def _departure(exchange: Exchange) -> Departure | None:
    """How one exchange departs from the model, or None."""
    prediction, status = exchange.prediction, exchange.reply.status
    if not prediction.allows(exchange.status):
        return _of_status(exchange)
    if status != exchange.status:
        due = Outcome(exchange.status)
        return _departs(exchange, "status", Change("spelled"), (due,), status)
    if exchange.status != 200:
        return _of_refusal(exchange)
    found = prediction.expected.differs(exchange.answer)
    return None if found is None else _of_body(exchange, found)


def _departs(
    exchange: Exchange, at: str, change: Change, due: Any, came: Any, place: str = ""
) -> Departure:
    return Departure(None, _operation(exchange), at, change, due, came, place or at)


def _of_status(exchange: Exchange) -> Departure:
    due, status = exchange.prediction.outcomes, exchange.reply.status
    request, first = exchange.request, due[0]
    change = Change("status", (first.status, first.rule))
    target = (exchange.prediction.target or "").lower()
    if status == NO_ANSWER_STATUS:
        change = Change("no answer")
    elif all(outcome.status == 401 for outcome in due) and status < 500:
        change = Change("let in", (_without(exchange),))
    elif status == 401 and request.authorized:
        change = Change("shut out")
    elif status == 200 and target in exchange.before.gone:
        change = Change("deleted")
    elif exchange.error_name == "EntityNotFoundError" and target in exchange.before.refunds:
        change = Change("lost")
    return _departs(exchange, "status", change, due, status)


def _without(exchange: Exchange) -> str:
    """What is wrong with the credentials of a request, without showing them."""
    sent = exchange.request.header("authorization")
    if not sent:
        return "without a token" if sent is None else "with an empty Authorization"
    scheme, _, token = sent.partition(" ")
    if not token.strip():
        return "with no token" if scheme.lower() == "bearer" else "with a token and no scheme"
    return "with another token" if scheme.lower() == "bearer" else "with another scheme than Bearer"


def _of_refusal(exchange: Exchange) -> Departure | None:
    due = [one for one in exchange.prediction.outcomes if one.status == exchange.status]
    names = dict.fromkeys(one.error_name for one in due)
    missing = [one.missing for one in due if one.missing is not None]
    if None not in names and exchange.error_name not in names:
        name = " or ".join(filter(None, names))
        found = exchange.answer if isinstance(exchange.answer, dict) else {}
        came = found.get("errorName", ABSENT)
        return _departs(exchange, "/errorName", change_of(name, came), name, came)
    named = exchange.content.get("id", ABSENT)
    if exchange.error_name != "EntityNotFoundError" or not missing:
        return None
    if isinstance(named, str) and named.lower() in {text.lower() for text in missing}:
        return None
    change = change_of(missing[0], named)
    return _departs(exchange, "/content/id", change, missing[0], named)


def _of_body(exchange: Exchange, found: Difference) -> Departure:
    expected, answer = exchange.prediction.expected, exchange.answer
    if not isinstance(answer, dict) and not isinstance(expected, Empty):
        kind = change_of({}, answer)
        return _departs(exchange, "", kind, "a JSON object", answer)
    at = _INDEX.sub("/*", found.at)
    if isinstance(expected, Page) and found.at.startswith("/items"):
        items = answer.get("items") if isinstance(answer, dict) else None
        if isinstance(items, list) and not re.match(r"/items/\d+/", found.at):
            return _departs(exchange, "/items", *rows_change(expected, items, found))
    whole = expected.body if isinstance(expected, Template) else None
    listed = _list_around(whole, answer, found.at)
    if listed is not None:
        return listed_departure(exchange, *listed)
    due = ABSENT if found.expected == "absent" else found.expected
    came = found.received
    if came is None:
        came = value_at(answer, found.at.split("/")[1:])
    one = _departs(exchange, at, change_of(due, came), due, came, found.at)
    return replace(one, is_stale=_is_stale(exchange))


def _is_stale(exchange: Exchange) -> bool:
    """Whether an update answers the refund as it was before."""
    known = exchange.before.refunds.get((exchange.prediction.target or "").lower())
    return (
        exchange.prediction.operation == "update"
        and known is not None
        and (exchange.answer == known.body)
    )


def listed_departure(exchange: Exchange, at: str, due: Any, came: Any) -> Departure:
    """The departure of a list within a record, whose items come in another order."""
    return _departs(exchange, _INDEX.sub("/*", at), list_change(due, came), due, came, at)


def _list_around(whole: Any, answer: Any, at: str) -> tuple[str, Any, Any] | None:
    """The list round a place, where its items are the right ones in another order."""
    steps = at.split("/")[1:]
    for depth, step in enumerate(steps):
        if not step.isdecimal():
            continue
        due, came = value_at(whole, steps[:depth]), value_at(answer, steps[:depth])
        if isinstance(due, list) and isinstance(came, list):
            change = list_change(due, came)
            if change.kind == "order" and difference(due, came) is not None:
                return "".join(f"/{one}" for one in steps[:depth]), due, came
    return None
