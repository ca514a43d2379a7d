"""Which operation followed which, on live, deleted and unknown ids; answers lie elsewhere."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.model import ID
from contracts.reports.coverage.reading import Call

OPERATIONS = ("create", "get", "update", "delete", "get_multi")
_BY_ID = frozenset({"get", "update", "delete"})
STANDINGS = ("live", "deleted", "unknown")
NO_ID = "none"


@dataclass(frozen=True, slots=True)
class Transition:
    """How often `second` came right after `first`.

    The id is the one in the second path, or else in the first; it counts as it stood before that
    request: live, deleted or unknown. A create and a list name none, so that between those two
    `none` counts.
    """

    first: str
    second: str
    live: int = 0
    deleted: int = 0
    unknown: int = 0
    none: int = 0

    @property
    def possible(self) -> tuple[str, ...]:
        """The standings that an id can have here."""
        return STANDINGS if _BY_ID & {self.first, self.second} else (NO_ID,)

    @property
    def reached(self) -> tuple[str, ...]:
        """Those that came about."""
        return tuple(name for name in self.possible if self.count(name))

    def count(self, standing: str) -> int:
        """How often with an id of this standing."""
        return int(getattr(self, standing))

    def document(self) -> dict[str, Any]:
        """The transition as JSON, with the standings that are possible."""
        counts = {name: self.count(name) for name in self.possible}
        return {"first": self.first, "second": self.second, **counts}


def transitions_of(calls: Iterable[Call]) -> tuple[Transition, ...]:
    """All 25 pairs, in the order of OPERATIONS; a call that is none of the five parts a pair."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for (first, before), (second, after) in pairwise(_standings(calls)):
        seen[first, second, after if after != NO_ID else before] += 1
    return tuple(
        Transition(a, b, **{name: seen[a, b, name] for name in (*STANDINGS, NO_ID)})
        for a in OPERATIONS
        for b in OPERATIONS
    )


def _standings(calls: Iterable[Call]) -> Iterator[tuple[str, str]]:
    """Each call's operation, and how its id stood before it."""
    known: dict[str, str] = {}
    for call in calls:
        yield call.operation, _standing(call, known)
        for refund_id in _ids(call):
            known[refund_id] = "live"
        if call.operation == "delete" and call.accepted and call.refund_id:
            known[call.refund_id] = "deleted"


def _standing(call: Call, known: dict[str, str]) -> str:
    """What the reply proves outranks what was known, as worlds may mint the same ids again."""
    if call.refund_id is None:
        return NO_ID
    standing = "live" if call.accepted else known.get(call.refund_id, "unknown")
    return "unknown" if call.status == 404 and standing == "live" else standing


def _ids(call: Call) -> Iterator[str]:
    if not call.accepted or not isinstance(call.answer, dict):
        return
    rows = call.answer.get("items", [call.answer])
    for row in rows if isinstance(rows, list) else []:
        refund_id = row.get(ID) if isinstance(row, dict) else None
        if isinstance(refund_id, str):
            yield refund_id.lower()
