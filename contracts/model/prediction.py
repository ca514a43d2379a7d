"""What a prediction is, and how an answer is compared with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.model.match import Difference, difference
from contracts.model.problems import Outcome
from contracts.model.state import State

Learn = Callable[[State, Any], State]


class Expected(Protocol):
    """What a 200 must hold."""

    def differs(self, answer: Any) -> Difference | None:
        """The first place where the parsed answer is not as expected."""


@dataclass(frozen=True, slots=True)
class Template:
    """A body with open places."""

    body: Any

    def differs(self, answer: Any) -> Difference | None:
        """The first place where the parsed answer is not as expected."""
        return difference(self.body, answer)


@dataclass(frozen=True, slots=True)
class Empty:
    """No body at all."""

    def differs(self, answer: Any) -> Difference | None:
        """A difference where there is a body."""
        return None if answer is None else Difference("", "an empty body", answer)


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever the server likes."""

    def differs(self, answer: Any) -> Difference | None:
        """Never."""
        return None


ANYTHING = Anything()


def unchanged(state: State, _answer: Any) -> State:
    """Nothing is learned and nothing changes."""
    return state


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answers that the contract allows to one request in one state.

    Attributes:
        operation: get_multi, get, create, update, delete, token, or other.
        outcomes: every answer allowed; the first is the likeliest.
        expected: the body of a 200.
        learn: the state after a 200 with the given parsed body.
        target: the refund id in the path, as it was written.
    """

    operation: str
    outcomes: tuple[Outcome, ...]
    expected: Expected
    learn: Learn = unchanged
    target: str | None = None

    def allows(self, status: int) -> bool:
        """Whether an answer with this status is among those allowed."""
        return any(outcome.status == status for outcome in self.outcomes)

    def next_state(self, state: State, status: int, answer: Any) -> State:
        """The state after an answer; only a 200 changes it, as a refusal changes nothing."""
        return self.learn(state, answer) if status == 200 else state
