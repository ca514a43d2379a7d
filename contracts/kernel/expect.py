"""What the scripts of laws say: small expectations that raise a Breach; no requests."""

from typing import Any

from contracts.errors import Blocked
from contracts.kernel.exchange import Exchange, shown
from contracts.kernel.law import Breach
from contracts.model.match import Difference, difference
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
    found = Difference("", expected, received)
    if isinstance(expected, dict | list):
        found = _first_difference(found)
    raise _breach(found, what)


def _first_difference(whole: Difference) -> Difference:
    """The first place where two values differ."""
    expected, received = whole.expected, whole.received
    found = difference(expected, received)
    if found is not None:
        return found
    more = difference(received, expected)
    return Difference(more.at, more.received, more.expected) if more else whole


def matches(received: Any, expected: Any) -> None:
    """Raise a Breach unless the answer fits a body with open places."""
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
