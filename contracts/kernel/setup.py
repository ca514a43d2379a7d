"""The earlier exchanges that some exchanges rest on: creates, changes and pages they name."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

from contracts.kernel.exchange import Exchange
from contracts.model import ID
from contracts.model.page import Page

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CHANGES = frozenset({"create", "update", "delete"})
_MOST_BETWEEN = 12
_TOKENS = ("next_page_token", "prev_page_token")


def setup_of(shown: Sequence[Exchange], before: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """What came before that the requests shown name, or that their lists show; oldest first.

    Also each change since an answer last showed the refund that the last request is about.

    Args:
        shown: the exchanges to be seen again.
        before: what the session sent before them, oldest first.
    """
    needed = set[str]()
    for exchange in shown:
        needed |= named_in(exchange) | _listed(exchange)
    found: list[Exchange] = []
    subject = _target(shown[-1]) if shown else ""
    unseen = subject != "" and not any(subject in _shown(one) for one in shown[:-1])
    for exchange in reversed(list(before)):
        operation = exchange.prediction.operation
        changes = operation == "delete" or (operation in _CHANGES and exchange.status < 300)
        unseen = unseen and subject not in _shown(exchange) and len(found) < _MOST_BETWEEN
        if changes and (unseen or (made_by(exchange) or _target(exchange)) in needed):
            found.append(exchange)
            needed.add(_target(exchange))
        elif operation == "get_multi" and needed.intersection(tokens_of(exchange).values()):
            found.append(exchange)
            needed |= named_in(exchange) | _listed(exchange)
    return tuple(reversed(found))


def made_by(exchange: Exchange) -> str:
    """The id of the refund that an exchange created, in lower case, or nothing."""
    answer = exchange.answer if exchange.request.method == "POST" else None
    made = answer.get(ID) if isinstance(answer, dict) else None
    return made.lower() if isinstance(made, str) else ""


def tokens_of(exchange: Exchange) -> dict[str, str]:
    """The page tokens in an answer by their names."""
    answer = exchange.answer if isinstance(exchange.answer, dict) else {}
    return {name: answer[name] for name in _TOKENS if isinstance(answer.get(name), str)}


def _target(exchange: Exchange) -> str:
    """The id of the refund in the path, in lower case, or nothing."""
    return (exchange.prediction.target or "").lower()


def _shown(exchange: Exchange) -> set[str]:
    """The ids of the refunds in an answer, in lower case."""
    rows = (exchange.answer, *exchange.items)
    ids = (row.get(ID) for row in rows if isinstance(row, dict))
    return {key.lower() for key in ids if isinstance(key, str)}


def named_in(exchange: Exchange) -> set[str]:
    """The ids in a request, in lower case, and its page token."""
    request = exchange.request
    query = request.query_text
    text = f"{request.path} {query} {(request.body or b'').decode('utf-8', 'replace')}"
    token = dict(parse_qsl(query)).get("page_token")
    return {found.lower() for found in _UUID.findall(text)} | ({token} if token else set())


def _listed(exchange: Exchange) -> set[str]:
    """The ids of the refunds that a list should show, and of those that it shows."""
    page = exchange.prediction.expected
    if not isinstance(page, Page):
        return set()
    return {row.id for row in page.query.rows(page.state)} | _shown(exchange)
