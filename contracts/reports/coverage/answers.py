"""Which operation gave which status and errorName; the answers that ought to come are a table."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.reports.coverage.points import Call

_OK = (200, "")
_NO_TOKEN = (401, "UnauthorizedError")
_MISSING = (404, "EntityNotFoundError")
_UNFIT = (422, "UnprocessableEntityError")
KNOWN: Mapping[str, tuple[tuple[int, str], ...]] = {
    "get_multi": (_OK, _NO_TOKEN, _UNFIT),
    "create": (_OK, _NO_TOKEN, _MISSING, _UNFIT),
    "get": (_OK, _NO_TOKEN, _MISSING),
    "update": (_OK, _NO_TOKEN, _MISSING, _UNFIT),
    "delete": (_OK, _NO_TOKEN, _MISSING),
    "token": (_OK, (415, "InvalidContentTypeError")),
}
"""What the vendor's reference and guides list, but for what only load or chance brings about
(429, and a delete's 422).
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One kind of answer.

    Attributes:
        operation: get_multi, create, get, update, delete, token or other.
        status: the status.
        error_name: the errorName, empty where there is none.
        known: whether the contract lists it, so that never to see it is a gap.
        seen: how often it came.
    """

    operation: str
    status: int
    error_name: str
    known: bool
    seen: int

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "operation": self.operation,
            "status": self.status,
            "error_name": self.error_name or None,
            "known": self.known,
            "seen": self.seen,
        }


def answers_of(calls: Iterable[Call]) -> tuple[Answer, ...]:
    """Every answer known or seen, by operation, then by status and name."""
    seen = Counter((call.operation, call.status, call.error_name) for call in calls)
    known = {(operation, *answer) for operation, rows in KNOWN.items() for answer in rows}
    order = [*KNOWN, "other"]
    keys = sorted(known | set(seen), key=lambda key: (order.index(key[0]), *key[1:]))
    return tuple(Answer(*key, key in known, seen[key]) for key in keys)
