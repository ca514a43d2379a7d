"""Both sides of each bound: which values at and round it were sent; unions are another matter."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from contracts.reports.coverage.points import Call, Counts, Group, Mark

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
TABLE: Mapping[str, Sequence[str]] = {
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
    return tally.groups(dict(TABLE))


def _list_marks(call: Call) -> Iterator[Mark]:
    limits = call.values("limit")
    whole = bool(limits) and _WHOLE.fullmatch(limits[-1]) is not None
    limit = int(limits[-1]) if whole else 100
    if not limits:
        yield _LIMIT, "left out"
    else:
        yield _LIMIT, _side(limit, 1, 999) if whole else _NO_INTEGER
    checks = len(call.values("check_number"))
    yield _CHECKS, TABLE[_CHECKS][min(checks, 2)]
    items = call.answer.get("items") if isinstance(call.answer, dict) else None
    if call.accepted and isinstance(items, list):
        full = 2 if len(items) >= limit else 1
        yield _ROWS, TABLE[_ROWS][full if items else 0]


def _create_marks(body: dict[str, Any]) -> Iterator[Mark]:
    amount, parts = body.get("amount_cents"), body.get("allocations")
    yield from _amount_marks(_AMOUNT, body)
    if not isinstance(parts, list):
        return
    yield _PARTS, TABLE[_PARTS][min(len(parts), 3)]
    for part in parts:
        yield from _amount_marks(_PART, part)
    cents: list[Any] = [part.get("amount_cents") for part in parts if isinstance(part, dict)]
    if _integer(amount) and len(cents) == len(parts) > 0 and all(map(_integer, cents)):
        total = sum(cents)
        yield _SUM, TABLE[_SUM][(total > amount) - (total < amount) + 1]


def _amount_marks(group: str, holder: Any) -> Iterator[Mark]:
    if isinstance(holder, dict) and "amount_cents" in holder:
        value = holder["amount_cents"]
        yield group, _side(int(value), 1, _INT32) if _integer(value) else _NO_INTEGER


def _integer(value: Any) -> TypeGuard[int]:
    """JSON Schema's integer, which admits 5.0."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)
