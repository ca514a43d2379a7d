"""What a run's requests reached, reckoned from requests and replies alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.reports.coverage.answers import Answer, answers_of
from contracts.reports.coverage.bounds import bounds_of
from contracts.reports.coverage.branches import branches_of
from contracts.reports.coverage.points import Group, Share
from contracts.reports.coverage.reading import read_call
from contracts.reports.coverage.tables import text_of
from contracts.reports.coverage.transitions import Transition, transitions_of

__all__ = ["Answer", "Coverage", "Group", "Share", "Transition", "coverage"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was reached.

    Attributes:
        requests: how many exchanges these figures are made of.
        answers: operation by status by errorName, those that the contract knows and those seen.
        bounds: both sides of each bound.
        branches: the members of each union and enum, and the fields that may be left out.
        transitions: which operation followed which, on live, deleted and unknown ids.
    """

    requests: int
    answers: tuple[Answer, ...]
    bounds: tuple[Group, ...]
    branches: tuple[Group, ...]
    transitions: tuple[Transition, ...]

    @property
    def shares(self) -> dict[str, Share]:
        """How much of each figure was reached."""
        due = [answer for answer in self.answers if answer.known]
        return {
            "answers": Share(sum(answer.seen > 0 for answer in due), len(due)),
            "bounds": Share.of(self.bounds),
            "branches": Share.of(self.branches),
            "transitions": Share(
                sum(len(step.reached) for step in self.transitions),
                sum(len(step.possible) for step in self.transitions),
            ),
        }

    def text(self) -> str:
        """The figures as plain lines of at most 100 columns."""
        return text_of(self.shares, self.answers, (*self.bounds, *self.branches), self.transitions)

    def document(self) -> dict[str, Any]:
        """The figures as JSON, in a fixed order; its schema is `$defs/coverage` of the report's."""
        return {
            "requests": self.requests,
            "shares": {name: share.document() for name, share in self.shares.items()},
            "answers": [answer.document() for answer in self.answers],
            "bounds": [group.document() for group in self.bounds],
            "branches": [group.document() for group in self.branches],
            "transitions": [step.document() for step in self.transitions],
        }


def coverage(exchanges: Iterable[Exchange]) -> Coverage:
    """The figures of these exchanges, oldest first.

    Args:
        exchanges: of one run; only the request and the reply of each are looked at.
    """
    return _coverage(tuple(exchanges))


@lru_cache(maxsize=1)
def _coverage(exchanges: tuple[Exchange, ...]) -> Coverage:
    """Several reports of one run ask for the same figures, which take a second for 10,000."""
    calls = [read_call(exchange) for exchange in exchanges]
    return Coverage(
        len(calls), answers_of(calls), bounds_of(calls), branches_of(calls), transitions_of(calls)
    )
