"""What a run's requests reached, counted from requests and replies alone."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.reports.coverage.points import Answer, Group, Share
from contracts.reports.coverage.sites import answers_of, sites_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was reached.

    Attributes:
        requests: how many exchanges were counted.
        answers: operation by status by errorName, those that the contract knows and those seen.
        bounds: both sides of each bound.
        branches: the members of each union and enum, and the fields that may be left out.
    """

    requests: int
    answers: tuple[Answer, ...]
    bounds: tuple[Group, ...]
    branches: tuple[Group, ...]

    @property
    def shares(self) -> dict[str, Share]:
        """How much was reached of all that is due."""
        due = {
            "answers": [answer.seen > 0 for answer in self.answers if answer.known],
            "bounds": _due(self.bounds),
            "branches": _due(self.branches),
        }
        return {name: Share(sum(seen), len(seen)) for name, seen in due.items()}

    def text(self) -> str:
        """All as plain lines of at most 100 columns, gaps marked by `never`."""
        shares = self.shares.items()
        lines = [f"{name:<12} {share.reached} of {share.possible}" for name, share in shares]
        lines += ["", "answers", *map(_answer_line, self.answers)]
        for group in (*self.bounds, *self.branches):
            lines += group_lines(group)
        return "\n".join(lines)

    def document(self) -> dict[str, Any]:
        """All as JSON, in a fixed order; its schema is `$defs/coverage` of the report's."""
        return {
            "requests": self.requests,
            "shares": {name: asdict(share) for name, share in self.shares.items()},
            "answers": [{**asdict(a), "error_name": a.error_name or None} for a in self.answers],
            "bounds": [_group(group) for group in self.bounds],
            "branches": [_group(group) for group in self.branches],
        }


def _due(groups: tuple[Group, ...]) -> list[bool]:
    return [bool(point.outcomes) for group in groups for point in group.points if point.due]


@lru_cache(maxsize=1)
def coverage(exchanges: tuple[Exchange, ...]) -> Coverage:
    """What the exchanges of a run reached, oldest first; what was expected is not looked at.

    Several reports of one run ask for the same, which takes a second for 10,000 exchanges.
    """
    return Coverage(len(exchanges), answers_of(exchanges), *sites_of(exchanges))


def _group(group: Group) -> dict[str, Any]:
    return {"name": group.name, "points": [asdict(point) for point in group.points]}


def _answer_line(answer: Answer) -> str:
    name = f"{answer.status} {answer.error_name}".strip()
    seen = f"{answer.seen:,}" if answer.seen else "never"
    note = "" if answer.known else "  not in the contract's table"
    return f"  {answer.operation:<10} {name:<32} {seen:>9}{note}"


def group_lines(group: Group) -> list[str]:
    """A group as plain lines, after an empty one."""
    width = max(43, *(len(point.name) for point in group.points))
    lines = ["", group.name]
    for point in group.points:
        times = ", ".join(f"{number:,} {outcome}" for outcome, number in point.outcomes.items())
        lines.append(f"  {point.name:<{width}} {times or 'never'}")
    return lines
