"""Departures from the model in plain words, a sentence each; `diff` has the values."""

from collections.abc import Sequence
from typing import Any

from contracts.kernel.departure import Departure
from contracts.model.changes import Change
from contracts.model.problems import Outcome
from contracts.reports.texts import counted

_KINDS = {
    "missing": "drops {field}",
    "extra": "adds {field}",
    "null": "answers null for {field}",
    "type": "answers {field} as {0}; expected {1}",
    "blanks": "folds the blanks in {field}",
    "cut": "cuts {field} after {0:,} of {1:,} characters",
    "zeros": "drops {0} leading zeros of {field}",
    "normalised": "normalises {field} to {0}",
    "padded": "adds characters to {field}: {0} before, {1} after",
    "text": "changes {field} from character {0} on",
    "id": "answers another id in {field}",
    "id of another": "answers the id of another record in {field}",
    "value": "changes {field}",
    "order": "answers {field} in another order",
    "repeated": "repeats {0} of {1} in {field}",
    "added": "adds {0} to the {1} of {field}",
    "dropped": "drops {0} of the {1} in {field}",
    "rows": "changes {0} of the {1} in {field}",
    "deleted": "answers with a refund that was deleted",
    "lost": "answers 404 for a refund that exists; expected 200",
    "unchanged": "does not change {field}",
    "stale": "answers the refund as it was before",
    "no answer": "answers nothing",
    "let in": "lets in a request {0}; expected 401",
    "shut out": "answers 401 to the right token",
}
_ROWS = {
    "unfiltered": "lists {0} that the filter {1} leaves out",
    "unknown": "lists {0} that no create answered",
    "repeated": "lists {0} twice",
    "limit": "answers {0} for a limit of {1}",
}
_TYPES = {"text": "a text", "object": "an object", "list": "a list", "number": "a number"}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def sentence(departure: Departure, operations: Sequence[str], law: str) -> str:
    """What the server does otherwise, in one sentence without its full stop.

    Args:
        departure: the first of its cause.
        operations: all that depart so.
        law: the sentence of the most specific law, for what only a law sees.
    """
    subject = " and ".join([", ".join(operations[:-1]), operations[-1]][-len(operations[:2]) :])
    said = f"breaks “{law.rstrip('.')}”" if departure.is_own else _said(departure)
    verb, _, rest = said.partition(" ")
    return f"{subject} {_plural(verb) if len(operations) > 1 else verb} {rest}".strip()


def _plural(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-1]


def _said(departure: Departure) -> str:
    change, at = departure.change, departure.at
    if at == "status" and change.kind in {"status", "spelled"}:
        return _of_status(departure)
    if at == "/items" and (change.kind in _ROWS or change.kind in {"order", "window", "dropped"}):
        return _of_rows(change)
    field = departure.field or "the body"
    if not departure.field and change.kind == "type" and change.by[0] in {"null", "bytes"}:
        what = "no body" if change.by[0] == "null" else "what is no JSON"
        return f"answers {what}; expected {_TYPES.get(change.by[1], change.by[1])}"
    by = [_TYPES.get(one, one) if isinstance(one, str) else one for one in change.by]
    if departure.expected == "an empty body":
        return "answers a body; expected none"
    special = _SPECIAL.get(change.kind)
    return special(field, change.by) if special else _KINDS[change.kind].format(*by, field=field)


def _of_status(departure: Departure) -> str:
    outcomes: tuple[Outcome, ...] = departure.expected
    statuses = dict.fromkeys(str(outcome.status) for outcome in outcomes)
    first = outcomes[0]
    why = f", as {first.at or 'the request'} breaks the rule {first.rule}" if first.rule else ""
    if first.rule == "refund-exists":
        why = ", as there is no such refund"
    return f"answers {departure.received}; expected {' or '.join(statuses)}{why}"


def _of_rows(change: Change) -> str:
    count, *by = change.by
    if change.kind == "order":
        looks, field, direction = by
        due = _ORDERS.get(field, {}).get(direction) or f"{field} {direction}"
        same = f"answers {_rows(count, 'the same ')}in another order: {_looks(looks, field)}"
        return f"{same}; expected {due}"
    if change.kind == "window":
        if not count:
            return "answers a page with other rows than are due"
        where = "before" if count < 0 else "after"
        return f"begins a page {_rows(abs(count))}{where} the row that is due"
    if change.kind == "dropped":
        total, asked = by
        named = f" of a list by {' and '.join(asked)}" if asked else ""
        return f"leaves out {counted(count, 'row')} of {total}{named}"
    return _ROWS[change.kind].format(counted(count, "row"), *by)


_ORDERS = {
    "refund_timestamp": {
        "desc": "newest refund_timestamp first",
        "asc": "oldest refund_timestamp first",
    },
    "amount_cents": {"desc": "largest amount_cents first", "asc": "smallest amount_cents first"},
}


def _rows(count: int, before: str = "") -> str:
    return f"{before}{counted(count, 'row')} "


def _looks(looks: str, field: str) -> str:
    if looks == "ties newest":
        return f"rows of one {field} come newest first, not oldest first"
    if looks == "ties":
        return f"rows of one {field} do not come oldest first"
    if looks == "absent first":
        return f"rows without {field} come first, not last"
    name, _, direction = looks.rpartition(" ")
    if not name:
        return "sorted by no field"
    if name == "creation":
        return f"sorted by creation, {'oldest' if direction == 'asc' else 'newest'} first"
    return f"sorted by {_ORDERS.get(name, {}).get(direction) or f'{name} {direction}'}"


def _trimmed(field: str, by: Sequence[Any]) -> str:
    start, end = by
    where = "at both ends" if start and end else "at the start" if start else "at the end"
    return f"trims {field} {where}"


def _cased(field: str, by: Sequence[Any]) -> str:
    lower, upper = by
    case = "to lower case" if lower else "to upper case" if upper else "in its case"
    return f"changes {field} {case}"


def _shifted(field: str, by: Sequence[Any]) -> str:
    seconds, has_offset = by
    if not seconds:
        return f"answers {field} {'in another form' if has_offset else 'without an offset'}"
    side = "later" if seconds > 0 else "earlier"
    return f"shifts {field} by {_span(abs(seconds))} {side}"


def _span(seconds: float) -> str:
    if seconds >= 2 * _UNITS[0][0]:
        return f"{seconds / _UNITS[0][0]:.0f} d"
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.9f}".rstrip("0") + " s"


def _off(field: str, by: Sequence[int]) -> str:
    more, factor = by
    times = (
        f", {abs(factor)} times {'as much' if factor > 0 else 'less'}" if abs(factor) > 1 else ""
    )
    return f"answers {field} {abs(more):,} too {'large' if more > 0 else 'small'}{times}"


_SPECIAL = {"trimmed": _trimmed, "case": _cased, "shifted": _shifted, "off": _off}
