"""One exchange as the figures need it: operation, id, query and bodies, parsed; nothing counted."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts.kernel.exchange import Exchange
from contracts.model import OPERATIONS, REFUNDS
from contracts.targets.credentials import TOKEN_PATH

NO_BODY = object()


@dataclass(frozen=True, slots=True)
class Call:
    """One request with its reply.

    Attributes:
        operation: get_multi, get, create, update, delete, token or other.
        refund_id: the id in the path in lower case, or None.
        query: the pairs of the query.
        body: the parsed body of the request, NO_BODY where there is none, None where it is no
            JSON.
        status: of the reply.
        error_name: of the reply, empty where it has none.
        answer: the parsed body of the reply.
    """

    operation: str
    refund_id: str | None
    query: tuple[tuple[str, str], ...]
    body: Any
    status: int
    error_name: str
    answer: Any

    @property
    def accepted(self) -> bool:
        """Whether the server did as it was asked."""
        return 200 <= self.status < 300

    def values(self, name: str) -> list[str]:
        """The values of a query parameter."""
        return [value for key, value in self.query if key == name]


def read_call(exchange: Exchange) -> Call:
    """The exchange, read."""
    request = exchange.request
    operation, refund_id = _operation(request.method, request.path)
    query = tuple(parse_qsl(request.query_text, keep_blank_values=True))
    return Call(
        operation,
        refund_id,
        query if operation == "get_multi" else (),
        _parsed(request.body),
        exchange.status,
        exchange.error_name or "",
        exchange.answer,
    )


def _operation(method: str, path: str) -> tuple[str, str | None]:
    if path == TOKEN_PATH and method == "POST":
        return "token", None
    rest = path.removeprefix(REFUNDS)
    if rest == path or (rest and (rest[0] != "/" or "/" in rest[1:] or rest == "/")):
        return "other", None
    operation = OPERATIONS.get((method, bool(rest)), "other")
    return operation, unquote(rest[1:]).lower() if rest and operation != "other" else None


def _parsed(body: bytes | None) -> Any:
    if not body:
        return NO_BODY
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
