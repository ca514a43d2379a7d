"""What coverage counts: answers, and points by what became of the requests that reached them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Mark = tuple[str, str]
"""A group and a point of it."""

ELSE = "something else"
OUTCOMES = ("accepted", "refused", "failed")


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """How often a point was reached, by what became of the request.

    Attributes:
        accepted: answered by 2xx.
        refused: answered by 4xx.
        failed: answered by anything else.
    """

    name: str
    accepted: int
    refused: int
    failed: int

    @property
    def due(self) -> bool:
        """Whether it counts as a gap where it was never reached."""
        return self.name != ELSE

    @property
    def outcomes(self) -> dict[str, int]:
        """The outcomes that occurred, each with its number."""
        return {name: getattr(self, name) for name in OUTCOMES if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Group:
    """Points that belong together, in order."""

    name: str
    points: tuple[CoveragePoint, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many were reached of how many."""

    reached: int
    possible: int


class Counts:
    """Counts marks by what became of their request."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, Mark]] = Counter()

    def add(self, status: int | None, marks: Iterable[Mark]) -> None:
        """Count each mark of a request once, by the status that answers it."""
        kind = "accepted" if status in range(200, 300) else "failed"
        outcome = "refused" if status in range(400, 500) else kind
        self._seen.update((outcome, mark) for mark in set(marks))

    def groups(self, table: Mapping[str, Sequence[str]]) -> tuple[Group, ...]:
        """The groups of a table of names; a point outside it is shown only where it was seen."""
        return tuple(Group(name, tuple(self._points(name, names))) for name, names in table.items())

    def _points(self, group: str, names: Sequence[str]) -> Iterator[CoveragePoint]:
        for name in (*names, ELSE):
            counted = (self._seen[outcome, (group, name)] for outcome in OUTCOMES)
            point = CoveragePoint(name, *counted)
            if point.due or point.outcomes:
                yield point


@dataclass(frozen=True, slots=True)
class Answer:
    """One kind of answer.

    Attributes:
        operation: get_multi, create, get, update, delete, token or other.
        error_name: empty where there is none.
        known: whether the vendor's reference or guides list it, so that never to see it is a gap.
    """

    operation: str
    status: int
    error_name: str
    known: bool
    seen: int
