"""What the scripts of laws say: values of answers by JSON pointer, and expectations of them."""

from typing import Any

from contracts.errors import Blocked
from contracts.kernel.exchange import Exchange, shown
from contracts.kernel.law import Breach
from contracts.model import ID
from contracts.model.match import ABSENT, Difference, difference
from contracts.model.rules import BY_ID

ENTITY_NOT_FOUND = "EntityNotFoundError"
UNPROCESSABLE = "UnprocessableEntityError"


def holds(condition: object, expected: Any, received: Any) -> None:
    """Raise a Breach unless the condition holds."""
    if not condition:
        raise Breach(expected, received)


def equal(received: Any, expected: Any, what: str = "") -> None:
    """Raise a Breach unless both are equal, 1 and true being different."""
    if received == expected and isinstance(received, bool) == isinstance(expected, bool):
        return
    raise _breach(_first_difference(received, expected), what)


def _first_difference(received: Any, expected: Any) -> Difference:
    """The first place where two unequal values differ."""
    if isinstance(expected, dict | list):
        missing = difference(expected, received)
        if missing is not None:
            return missing
        more = difference(received, expected)
        if more is not None:
            return Difference(more.at, more.received, more.expected)
    return Difference("", expected, received)


def matches(received: Any, expected: Any) -> None:
    """Raise a Breach unless the answer fits a body with placeholders."""
    found = difference(expected, received)
    if found is not None:
        raise _breach(found)


def _breach(found: Difference, what: str = "") -> Breach:
    expected = " ".join(filter(None, (what, found.at, shown(found.expected))))
    return Breach(expected, shown(found.received), difference=found)


def succeeded(exchange: Exchange) -> Any:
    """The parsed body of a 200; raise a Breach on any other status."""
    if exchange.status != 200:
        raise Breach("200", exchange.summary())
    return exchange.answer


def ready(exchange: Exchange) -> Any:
    """The parsed body of a 200 that only sets the scene; raise Blocked on any other status."""
    if exchange.status != 200:
        request = exchange.request
        raise Blocked(f"{request.method} {request.path} answered {exchange.summary()}")
    return exchange.answer


def refused(exchange: Exchange, status: int = 422, missing: str | None = None) -> None:
    """Raise a Breach unless the answer is this refusal, a 404 naming the id that is missing."""
    if exchange.status != status:
        raise Breach(f"{status}", exchange.summary())
    if missing is not None:
        named = exchange.content.get("id")
        same = isinstance(named, str) and named.lower() == missing.lower()
        holds(same, f"content.id {missing!r}", exchange.summary())


def not_found(exchange: Exchange, missing: str) -> None:
    """Raise a Breach unless the answer is a 404 EntityNotFoundError that names the id."""
    refused(exchange, 404, missing)
    equal(exchange.error_name, ENTITY_NOT_FOUND, "errorName")


def by_rule(exchange: Exchange, rule: str) -> None:
    """Raise a Breach unless a request that breaks one rule alone is answered by that rule's level.

    Enforced: refused as the rule says. Warned or off: accepted. Unknown: either.
    """
    level, known = exchange.before.rules[rule], BY_ID[rule]
    if level == "enforce":
        refused(exchange, known.status)
        equal(exchange.error_name, known.error_name, "errorName")
    elif level != "any":
        holds(exchange.status == 200, f"200, as {rule} is {level}", exchange.summary())
    else:
        either = (200, known.status)
        holds(exchange.status in either, f"one of {either}", exchange.summary())


Path = tuple[str | int, ...]
Json = dict[str, Any]


def value(answer: Any, *path: str | int) -> Any:
    """The value at a path of an answer, or `ABSENT`; what encloses it must be there."""
    found = answer
    for depth, step in enumerate(path):
        if isinstance(step, str):
            found = _inside(dict, answer, path[:depth], found).get(step, ABSENT)
        else:
            rows = _inside(list, answer, path[:depth], found)
            found = rows[step] if step < len(rows) else ABSENT
    return found


def text(answer: Any, *path: str | int) -> str:
    """The text at a path of an answer."""
    return str(_of(str, answer, path))


def whole(answer: Any, *path: str | int) -> Json:
    """The object at a path of an answer."""
    return dict(_of(dict, answer, path))


def parts(answer: Any, *path: str | int) -> list[Any]:
    """The list at a path of an answer."""
    return list(_of(list, answer, path))


def column(page: Exchange, name: str) -> list[Any]:
    """One member of each row of a page, in order."""
    return [value(page.answer, "items", index, name) for index in range(_rows(page))]


def ids(page: Exchange) -> list[str]:
    """The ids of a page's rows, in order."""
    return [text(page.answer, "items", index, ID) for index in range(_rows(page))]


def rows_of(page: Exchange, refund_id: str) -> list[Json]:
    """The rows of a page that have an id."""
    return [row for row in page.items if isinstance(row, dict) and row.get(ID) == refund_id]


def _rows(page: Exchange) -> int:
    return len(parts(succeeded(page), "items"))


def _of(kind: type, answer: Any, path: Path) -> Any:
    return _inside(kind, answer, path, value(answer, *path))


def _inside(kind: type, answer: Any, path: Path, found: Any) -> Any:
    if isinstance(found, kind):
        return found
    at = "".join(f"/{step}" for step in path)
    due = f"{at}, {_KINDS[kind]}" if at else f"{_KINDS[kind]} as the answer"
    raise Breach(due, shown(found), about=answer)


_KINDS: dict[type, str] = {str: "a text", dict: "an object", list: "a list"}
