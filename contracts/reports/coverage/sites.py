"""What coverage looks for: both sides of each bound, and each branch of a union, enum or option."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from contracts.model.shapes import EARMARKS, REASONS, TARGETS
from contracts.reports.coverage.points import ELSE, NO_BODY, Call, Counts, Group, Mark

_INT32 = 2**31 - 1
_LIMIT, _AMOUNT, _PART = "limit of a list", "amount_cents of a refund", "amount_cents of a part"
_PARTS, _SUM = "allocations of a refund", "sum of the allocations"
_ROWS, _CHECKS = "rows of a page", "check_number in a query"
_NO_INTEGER = "no integer"
_WHOLE = re.compile(r"-?[0-9]{1,30}", re.ASCII)


def _sides(low: int, high: int) -> tuple[str, ...]:
    """The names of the points round a range: two outside, the edge and within, at each end."""
    return (
        f"less than {low - 1}",
        f"{low - 1}",
        f"{low}",
        f"between {low} and {high}",
        f"{high}",
        f"{high + 1}",
        f"more than {high + 1}",
    )


def _side(value: int, low: int, high: int) -> str:
    names = _sides(low, high)
    exact = {low - 1: 1, low: 2, high: 4, high + 1: 5}
    if value in exact:
        return names[exact[value]]
    return names[0] if value < low else names[6] if value > high else names[3]


_AMOUNTS = (*_sides(1, _INT32), _NO_INTEGER)
BOUNDS: Mapping[str, Sequence[str]] = {
    _LIMIT: ("left out", *_sides(1, 999), _NO_INTEGER),
    _ROWS: ("none", "fewer than the limit", "the limit"),
    _CHECKS: ("left out", "once", "twice or more"),
    _AMOUNT: _AMOUNTS,
    _PART: _AMOUNTS,
    _PARTS: ("none", "1", "2", "3 or more"),
    _SUM: ("less than the amount", "the amount", "more than the amount"),
}


def bounds_of(calls: Iterable[Call]) -> tuple[Group, ...]:
    """How often each side of each bound was sent, or for pages received."""
    tally = Counts()
    for call in calls:
        if call.operation == "get_multi":
            tally.add(call, _list_marks(call))
        elif call.operation == "create" and isinstance(call.body, dict):
            tally.add(call, _create_marks(call.body))
    return tally.groups(dict(BOUNDS))


def _list_marks(call: Call) -> Iterator[Mark]:
    limits = call.values("limit")
    whole = bool(limits) and _WHOLE.fullmatch(limits[-1]) is not None
    limit = int(limits[-1]) if whole else 100
    if not limits:
        yield _LIMIT, "left out"
    else:
        yield _LIMIT, _side(limit, 1, 999) if whole else _NO_INTEGER
    checks = len(call.values("check_number"))
    yield _CHECKS, BOUNDS[_CHECKS][min(checks, 2)]
    items = call.answer.get("items") if isinstance(call.answer, dict) else None
    if call.accepted and isinstance(items, list):
        full = 2 if len(items) >= limit else 1
        yield _ROWS, BOUNDS[_ROWS][full if items else 0]


def _create_marks(body: dict[str, Any]) -> Iterator[Mark]:
    amount, parts = body.get("amount_cents"), body.get("allocations")
    yield from _amount_marks(_AMOUNT, body)
    if not isinstance(parts, list):
        return
    yield _PARTS, BOUNDS[_PARTS][min(len(parts), 3)]
    for part in parts:
        yield from _amount_marks(_PART, part)
    cents: list[Any] = [part.get("amount_cents") for part in parts if isinstance(part, dict)]
    if _integer(amount) and len(cents) == len(parts) > 0 and all(map(_integer, cents)):
        total = sum(cents)
        yield _SUM, BOUNDS[_SUM][(total > amount) - (total < amount) + 1]


def _amount_marks(group: str, holder: Any) -> Iterator[Mark]:
    if isinstance(holder, dict) and "amount_cents" in holder:
        value = holder["amount_cents"]
        yield group, _side(int(value), 1, _INT32) if _integer(value) else _NO_INTEGER


def _integer(value: Any) -> TypeGuard[int]:
    """JSON Schema's integer, which admits 5.0."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_SENT, _SHOWN = "allocation targets sent", "allocation targets answered"
_MARKS_SENT, _MARKS_SHOWN = "earmarks sent", "earmarks answered"
_REASON, _OPTIONAL, _CHANGES = "refund_reason sent", "fields of a create", "changes of an update"
_ORDER, _FILTERS, _PAGES = "order of a list", "filters of a list", "page tokens sent"
_FIELDS = ("refund_timestamp", "refund_note", "check_number", "refund_reason", "invoice_id")
_SETTABLE = ("refund_note", "refund_reason", "invoice_id")
_NAMES = ("non_insurance_payer_id", "check_number", "invoice_id")
_FORMS = ("sent", "left out", "null")

BRANCHES: Mapping[str, Sequence[str]] = {
    _SENT: tuple(TARGETS),
    _SHOWN: ("service_line", "claim", "billing_provider_id", "appointment", "unattributed"),
    _MARKS_SENT: tuple(EARMARKS),
    _MARKS_SHOWN: tuple(EARMARKS),
    _REASON: REASONS,
    _OPTIONAL: tuple(f"{name} {form}" for name in _FIELDS for form in _FORMS),
    _CHANGES: (
        *(f"{name} {kind}" for name in _SETTABLE for kind in ("set", "remove")),
        "refund_timestamp",
        "an empty object",
        "no body",
    ),
    _ORDER: (
        "left out",
        *(f"{s} {d}" for s in ("refund_timestamp", "amount_cents") for d in ("asc", "desc")),
    ),
    _FILTERS: ("none", *_NAMES, "two or three at once"),
    _PAGES: ("none", "next", "prev", "never given"),
}


def branches_of(calls: Iterable[Call]) -> tuple[Group, ...]:
    """How often each branch was sent or answered."""
    tally, tokens = Counts(), dict[str, str]()
    for call in calls:
        marks = _MARKS.get(call.operation)
        if marks is not None:
            tally.add(call, [*marks(call), *_answered(call)])
        if call.operation == "get_multi":
            tally.add(call, [(_PAGES, _token(call, tokens))])
            _learn(call, tokens)
    return tally.groups(dict(BRANCHES))


def _known(group: str, name: Any) -> Mark:
    return group, name if isinstance(name, str) and name in BRANCHES[group] else ELSE


def _type(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None


def _create(call: Call) -> Iterator[Mark]:
    body = call.body
    if not isinstance(body, dict):
        return
    for name in _FIELDS:
        form = "left out" if name not in body else "null" if body[name] is None else "sent"
        yield _OPTIONAL, f"{name} {form}"
    if body.get("refund_reason") is not None:
        yield _known(_REASON, body["refund_reason"])
    for part in _parts(body):
        yield _known(_SENT, _type(part.get("target")))
        if part.get("earmark") is not None:
            yield _known(_MARKS_SENT, _type(part["earmark"]))


def _update(call: Call) -> Iterator[Mark]:
    if call.body is NO_BODY:
        yield _CHANGES, "no body"
    if not isinstance(call.body, dict):
        return
    if not call.body:
        yield _CHANGES, "an empty object"
    if "refund_timestamp" in call.body:
        yield _CHANGES, "refund_timestamp"
    for name in _SETTABLE:
        if name in call.body:
            yield _known(_CHANGES, f"{name} {_type(call.body[name])}")


def _list(call: Call) -> Iterator[Mark]:
    sort, direction = call.values("sort"), call.values("sort_direction")
    if not sort and not direction:
        yield _ORDER, "left out"
    else:
        sorted_by = (sort or ["refund_timestamp"])[-1]
        yield _known(_ORDER, f"{sorted_by} {(direction or ['desc'])[-1]}")
    used = [name for name in _NAMES if call.values(name)]
    yield from ((_FILTERS, name) for name in used or ["none"])
    if len(used) > 1:
        yield _FILTERS, "two or three at once"


def _answered(call: Call) -> Iterator[Mark]:
    """The kinds of target and earmark in an answer."""
    if not call.accepted or not isinstance(call.answer, dict):
        return
    rows = call.answer.get("items", [call.answer])
    for row in rows if isinstance(rows, list) else []:
        for part in _parts(row):
            yield _known(_SHOWN, _type(part.get("target")))
            earmark = part.get("earmark")
            if isinstance(earmark, dict):
                yield _known(_MARKS_SHOWN, _type(earmark.get("target")))


def _parts(holder: Any) -> list[dict[str, Any]]:
    parts = holder.get("allocations") if isinstance(holder, dict) else None
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _token(call: Call, tokens: Mapping[str, str]) -> str:
    sent = call.values("page_token")
    return tokens.get(sent[-1], "never given") if sent else "none"


def _learn(call: Call, tokens: dict[str, str]) -> None:
    for side in ("next", "prev"):
        token = call.answer.get(f"{side}_page_token") if isinstance(call.answer, dict) else None
        if isinstance(token, str):
            tokens[token] = side


def _nothing(_call: Call) -> Iterator[Mark]:
    return iter(())


_MARKS: Mapping[str, Callable[[Call], Iterator[Mark]]] = {
    "create": _create,
    "update": _update,
    "get_multi": _list,
    "get": _nothing,
}
