"""Searches for broken laws with Hypothesis, one after another, and notes each one at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, reject, settings
from hypothesis.errors import Flaky, Unsatisfiable

from contracts.drivers.sequences import FailureLog
from contracts.errors import Blocked, Interference, SendError
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Session
from contracts.kernel.steps import Step, StepRunner

Test = Callable[[tuple[Law, ...]], None]
"""Runs a Hypothesis test that these laws watch; raises the Breach of the hunted one."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to search.

    Attributes:
        examples: runs, or requests of each kind.
        steps: the most steps of a run.
        check_every: after how many steps the whole state is read and compared; 1 in process.
        most: how many laws to hunt, each with as many examples.
        first: the most refunds that a run begins with.
        shrinking: whether failures are shrunk.
    """

    examples: int = 50
    steps: int = 30
    check_every: int = 1
    most: int = 1
    first: int = 9
    shrinking: bool = True


USUAL = Effort()


class CutOff(BaseException):
    """Nothing more may be sent, as its one argument says. Hypothesis lets it through."""


@contextmanager
def cutting_off() -> Iterator[None]:
    """Raise CutOff where a request could not be sent."""
    try:
        yield
    except SendError as error:
        raise CutOff(error) from error


class RecordingPlayer:
    """Performs steps in one session, and notes in a log the laws that they break."""

    def __init__(self, session: Session, log: FailureLog) -> None:
        self.session = session
        self.steps: list[Step] = []
        self._runner = StepRunner(session)
        self._log = log
        log.worlds += 1

    def perform(self, *steps: Step) -> None:
        """Perform steps; a step that a safety layer does not let through is left out.

        Raises:
            UnsatisfiedAssumption: what answered is not the API, so the example decides nothing.
            Breach: the hunted law is broken.
            CutOff: budget or time ran out, or the target failed.
        """
        for step in steps:
            self.steps.append(step)
            try:
                with cutting_off():
                    self._runner.perform(step)
            except Interference:
                reject()
            except Blocked:
                self.steps.pop()
            finally:
                if self.session.breaches:
                    breaches = self.session.breaches_in_full().values()
                    self._log.note(breaches, self.steps, self.session.sent)
            if self._log.hunted in self.session.breaches:
                raise self.session.breaches[self._log.hunted]

    def leave(self) -> None:
        """Count what was sent and judged."""
        self._log.requests += self.session.sent
        self._log.judged += self.session.judged


def hunt(test: Test, laws: Sequence[Law], log: FailureLog, most: int = 1) -> None:
    """Run a test up to `most` times, each time without the laws that were found broken before.

    Each run hunts the first law that it sees broken; others are noted, but not shrunk.

    Raises:
        SendError: budget or time ran out, the target failed, or the run may not go on; the log
            has what was met before.
    """
    left = tuple(laws)
    for _ in range(most):
        log.hunted = ""
        try:
            test(left)
        except Breach:
            pass
        except Unsatisfiable:
            return
        except Flaky:
            if not log.hunted:
                return
            log.flaky.add(log.hunted)
        except CutOff as cut:
            raise cut.args[0] from None
        else:
            return
        left = tuple(law for law in left if law.id != log.hunted)


def quiet(effort: Effort) -> settings:
    """Settings without a database, a deadline or prints, so that a seed decides everything."""
    shrink = (Phase.shrink,) if effort.shrinking else ()
    return settings(
        max_examples=effort.examples,
        stateful_step_count=effort.steps,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        phases=(Phase.generate, *shrink),
        suppress_health_check=list(HealthCheck),
    )
