"""Hypothesis as a hunter of broken laws, one after another; what is tried is given to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky

from contracts.drivers.sightings import CutOff, FailureLog
from contracts.kernel.law import Breach, Law

Test = Callable[[tuple[Law, ...]], None]
"""Runs a Hypothesis test that these laws watch; raises the Breach of the hunted one."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look.

    Attributes:
        examples: runs, or requests of each kind.
        steps: the most steps of a run.
        check_every: after how many steps the whole state is read and compared; 1 in process.
        most: how many laws to hunt down, each with as many examples.
        shrinking: whether failures are shrunk.
    """

    examples: int = 50
    steps: int = 30
    check_every: int = 1
    most: int = 1
    shrinking: bool = True


USUAL = Effort()


def hunt(test: Test, laws: Sequence[Law], log: FailureLog, most: int = 1) -> None:
    """Run a test again and again, each time without the laws already hunted down.

    Args:
        test: to run.
        laws: that may be broken.
        log: where the test notes what it meets.
        most: how many laws to hunt down; others met on the way are noted, but not shrunk.

    Raises:
        BudgetSpent: budget or time ran out; what was met before is noted.
        TargetError: the target gave no usable answer; likewise.
        SafetyError: a request was vetoed; likewise.
    """
    left = tuple(laws)
    for _ in range(most):
        log.hunted = ""
        try:
            test(left)
        except Breach:
            pass
        except Flaky:
            if not log.hunted:
                return
            log.flaky.add(log.hunted)
        except CutOff as cut:
            raise cut.cause from None
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
