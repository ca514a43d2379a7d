"""Broken laws with the steps that break them, kept as they are met; searching lies elsewhere."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from contracts.errors import BudgetSpent, SafetyError, TargetError
from contracts.kernel.law import Breach
from contracts.kernel.session import Session
from contracts.kernel.steps import Step, StepRunner


@dataclass(frozen=True, slots=True)
class Failure:
    """A broken law with the shortest sequence known to break it.

    Attributes:
        breach: as the shortest sequence shows it.
        steps: that sequence; performing it on a fresh world breaks the law again.
        seed: of the run.
        episode: in which it was met.
        requests: how many had been sent in the run when it was met.
        repeats: whether the same steps broke it again, as far as that was tried.
    """

    breach: Breach
    steps: tuple[Step, ...]
    seed: int | str
    episode: int
    requests: int
    repeats: bool = True

    def as_json(self) -> str:
        """The sequence with its law, for a file that `replay` reads."""
        law = self.breach.law.id if self.breach.law else ""
        body = {"law": law, "seed": self.seed, "episode": self.episode, "steps": self.steps}
        return json.dumps(body, indent=1)


@dataclass(slots=True)
class FailureLog:
    """What a search has met so far, which stays known however the search ends.

    Attributes:
        seed: of the search.
        failures: the shortest seen of each law.
        hunted: the law whose breaches stop a sequence, so that shrinking keeps to one law; empty
            until one is met.
        requests: sent so far, by worlds that are left.
        worlds: entered so far.
        flaky: laws that broke, but not when the same requests were sent again.
    """

    seed: int | str = 0
    failures: dict[str, Failure] = field(default_factory=dict)
    hunted: str = ""
    requests: int = 0
    worlds: int = 0
    flaky: set[str] = field(default_factory=set)


class CutOff(BaseException):
    """Nothing more may be sent; no failure of a test, so Hypothesis neither retries nor shrinks.

    Attributes:
        cause: why.
    """

    def __init__(self, cause: BudgetSpent | TargetError | SafetyError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@contextmanager
def cutting_off() -> Iterator[None]:
    """Whatever keeps requests from being sent in here cuts the search off."""
    try:
        yield
    except (BudgetSpent, TargetError, SafetyError) as error:
        raise CutOff(error) from error


class RecordingPlayer:
    """Performs steps in one session and notes what they break.

    Args:
        session: where to send, with the laws that watch.
        log: where to note.
    """

    def __init__(self, session: Session, log: FailureLog) -> None:
        self.session = session
        self.steps: list[Step] = []
        self._player = StepRunner(session)
        self._log = log
        log.worlds += 1

    def perform(self, *steps: Step) -> None:
        """Perform steps.

        Raises:
            Breach: the hunted law is broken.
            CutOff: the budget, the time or the target gave out.
        """
        for step in steps:
            held = None
            self.steps.append(step)
            try:
                self._player.perform(step)
            except (BudgetSpent, TargetError, SafetyError) as error:
                held = CutOff(error)
            if self.session.breaches:
                self._note()
            if held is not None:
                raise held from held.cause
            if self._log.hunted in self.session.breaches:
                raise self.session.breaches[self._log.hunted]

    def leave(self) -> None:
        """Count what was sent."""
        self._log.requests += self.session.sent

    def _note(self) -> None:
        seen = self._log
        for law_id, breach in self.session.breaches_in_full().items():
            seen.hunted = seen.hunted or law_id
            best = seen.failures.get(law_id)
            if best is not None and _size(best.steps) <= _size(self.steps):
                continue
            sent = best.requests if best is not None else seen.requests + self.session.sent
            failure = Failure(breach, tuple(self.steps), seen.seed, seen.worlds, sent)
            seen.failures[law_id] = failure


def _size(steps: Sequence[Step]) -> tuple[int, int]:
    """What makes a sequence long: its steps, then its letters."""
    return len(steps), len(json.dumps(steps))
