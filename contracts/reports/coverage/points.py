"""Named points that a request can reach, and how often each was; the names lie elsewhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.reports.coverage.reading import Call

Mark = tuple[str, str]
"""A group and a point of it."""

ELSE = "something else"


@dataclass(frozen=True, slots=True)
class Point:
    """How often a point was reached, by what became of the request.

    Attributes:
        name: what one reads.
        accepted: answered by 2xx.
        refused: answered by 4xx.
        failed: answered by anything else.
        due: whether it counts as a gap where it was never reached.
    """

    name: str
    accepted: int = 0
    refused: int = 0
    failed: int = 0
    due: bool = True

    @property
    def seen(self) -> int:
        """How often in all."""
        return self.accepted + self.refused + self.failed

    def document(self) -> dict[str, Any]:
        """The point as JSON."""
        return {
            "name": self.name,
            "accepted": self.accepted,
            "refused": self.refused,
            "failed": self.failed,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Points that belong together, in order."""

    name: str
    points: tuple[Point, ...]

    def document(self) -> dict[str, Any]:
        """The group as JSON."""
        return {"name": self.name, "points": [point.document() for point in self.points]}


@dataclass(frozen=True, slots=True)
class Share:
    """How many were reached of how many."""

    reached: int
    possible: int

    @classmethod
    def of(cls, groups: Iterable[Group]) -> "Share":
        """The share of the due points of groups."""
        due = [point for group in groups for point in group.points if point.due]
        return cls(sum(point.seen > 0 for point in due), len(due))

    def document(self) -> dict[str, int]:
        """The share as JSON."""
        return {"reached": self.reached, "possible": self.possible}


class Tally:
    """Counts marks by what became of their request."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[Mark]] = {name: Counter() for name in _OUTCOMES}

    def add(self, call: Call, marks: Iterable[Mark]) -> None:
        """Count each mark of a call once; a 401 comes before anything else is looked at."""
        if call.status == 401:
            return
        client_error = 400 <= call.status < 500
        outcome = "accepted" if call.accepted else "refused" if client_error else "failed"
        self._counts[outcome].update(set(marks))

    def groups(self, table: dict[str, Sequence[str]]) -> tuple[Group, ...]:
        """The groups of a table of names; a point outside it is shown only where it was seen."""
        return tuple(Group(name, tuple(self._points(name, names))) for name, names in table.items())

    def _points(self, group: str, names: Sequence[str]) -> Iterable[Point]:
        for name in names:
            yield self._point(group, name, due=True)
        other = self._point(group, ELSE, due=False)
        if other.seen:
            yield other

    def _point(self, group: str, name: str, *, due: bool) -> Point:
        counted = {key: counts[group, name] for key, counts in self._counts.items()}
        return Point(name, **counted, due=due)


_OUTCOMES = ("accepted", "refused", "failed")
