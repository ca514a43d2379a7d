"""How the rows of a page differ from those that are due: which are there, and in which order."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from contracts.model.changes import Change
from contracts.model.match import Difference
from contracts.model.page import Page
from contracts.model.query import SORTS, ListQuery
from contracts.model.state import ID, Refund

Ids = list[Any]
_FEWEST_TO_SORT = 3
"""Two rows are in the order of some field by chance."""


def rows_change(page: Page, items: list[Any], found: Difference) -> tuple[Change, Ids, Ids]:
    """The change of a page whose rows are not those due, with the ids due and the ids received."""
    if isinstance(found.expected, list) and isinstance(found.received, list):
        due, came = found.expected, found.received
    else:
        rows, seen = page.compared(items)
        due = [row.id for row in rows]
        came = [item.get(ID) if isinstance(item, dict) else None for item in seen]
    came = [key if isinstance(key, str) else None for key in came]
    listed = [row.id for row in page.query.rows(page.state)]
    others = [key for key in came if key not in listed]
    change = _of_others(page, others) if others else _of_listed(page, listed, due, came)
    return change, due, came


def _of_others(page: Page, others: Ids) -> Change:
    """The change of a page with rows that the list should not have."""
    state = page.state
    gone = sum(key in state.gone for key in others)
    left_out = [state.refunds[key] for key in others if key in state.refunds]
    if gone:
        return Change("deleted", (gone,))
    if left_out:
        return Change("unfiltered", (len(left_out), _filter_of(page.query, left_out[0])))
    return Change("unknown", (len(others),))


def _of_listed(page: Page, listed: Ids, due: Ids, came: Ids) -> Change:
    """The change of a page with rows of the list, but not those due."""
    if len(set(came)) < len(came):
        return Change("repeated", (len(came) - len(set(came)),))
    if len(came) > page.limit:
        return Change("limit", (len(came), page.limit))
    if len(came) < len(due) and [key for key in due if key in came] == came:
        return Change("dropped", (len(due) - len(came), len(due), _asked(page)))
    if [key for key in listed if key in came] != came:
        shown = [page.state.refunds[key] for key in came]
        return Change("order", (len(came), *_order(page.query, shown)))
    first, begun = (listed.index(keys[0]) if keys else len(listed) for keys in (due, came))
    return Change("window", (begun - first,))


def _asked(page: Page) -> tuple[str, ...]:
    """The parameters that a page was asked for with, without limit and order."""
    query = page.query
    given = {
        "page_token": page.cursor,
        "non_insurance_payer_id": query.payer,
        "invoice_id": query.invoice,
        "check_number": query.check_numbers,
    }
    return tuple(name for name, value in given.items() if value)


def _filter_of(query: ListQuery, row: Refund) -> str:
    """The parameter of a list that leaves a row out."""
    if query.payer is not None and row.payer != query.payer:
        return "non_insurance_payer_id"
    if query.invoice is not None and row.invoice != query.invoice:
        return "invoice_id"
    return "check_number"


def _order(query: ListQuery, rows: list[Refund]) -> tuple[str, str, str]:
    """By what rows look sorted, or nothing; then the field and the direction that were due."""
    due = query.sort, query.direction
    values = [_key(row, query.sort) for row in rows]
    stamped = [value for value in values if value is not None]
    if _is_sorted(stamped, query.direction):
        if values[: len(stamped)] == stamped:
            newest = _is_sorted([row.seq for row in _tied(rows, query.sort)], "desc")
            return ("ties newest" if newest else "ties"), *due
        return "absent first", *due
    for name, key, direction in _orders(query, rows):
        sortable = [key(row) for row in rows]
        given = [value for value in sortable if value is not None]
        if len(given) < len(rows) and None in sortable[1:-1] and name not in SORTS:
            continue
        if len(set(given)) > 1 and _is_sorted(given, direction):
            return f"{name} {direction}", *due
    return "", *due


def _orders(
    query: ListQuery, rows: list[Refund]
) -> Iterator[tuple[str, Callable[[Refund], Any], str]]:
    """Orders that rows may be in, the likeliest first."""
    other = "asc" if query.direction == "desc" else "desc"
    yield query.sort, lambda row: _key(row, query.sort), other
    for direction in (query.direction, other):
        yield f"{query.sort} as text", lambda row: _text(row, query.sort), direction
        yield f"{query.sort} in whole seconds", lambda row: _second(row, query.sort), direction
    if len(rows) < _FEWEST_TO_SORT:
        return
    for direction in ("asc", "desc"):
        yield "creation", lambda row: row.seq, direction
    names = dict.fromkeys(name for row in rows for name, v in row.body.items() if _plain(v))
    for name in sorted(names, key=lambda one: (one not in SORTS, one == ID)):
        for direction in ("asc", "desc"):
            yield name, lambda row, name=name: _key(row, name), direction  # type: ignore[misc]


def _key(row: Refund, name: str) -> Any:
    if name == SORTS[0]:
        return row.moment
    value = row.body.get(name)
    return value if _plain(value) else None


def _text(row: Refund, name: str) -> str | None:
    value = row.body.get(name)
    return str(value) if _plain(value) else None


def _second(row: Refund, name: str) -> int | None:
    return int(row.moment) if name == SORTS[0] and row.moment is not None else None


def _plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_sorted(values: Sequence[Any], direction: str) -> bool:
    try:
        return list(values) == sorted(values, reverse=direction == "desc")
    except TypeError:
        return False


def _tied(rows: list[Refund], name: str) -> list[Refund]:
    """The first rows that have one value of a field, in the order given."""
    values = [_key(row, name) for row in rows]
    tied = next((value for value in values if values.count(value) > 1), object())
    return [row for row, value in zip(rows, values, strict=True) if value == tied]
