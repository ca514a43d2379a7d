"""The turbo driver: long runs of random steps from a seed, without Hypothesis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic

from contracts.drivers.context import Context
from contracts.drivers.sequences import Failure, FailureLog, perform, shorten
from contracts.generate.sequences import RandomSequence
from contracts.kernel.law import Law
from contracts.kernel.session import Sessions
from contracts.kernel.steps import Step
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS

NAME = "turbo"
STEPS = 4_000
EPISODE_STEPS = 40
SHRINKING_SHARE = 0.25
"""Of the requests left on an account with others' data, how many may make a failure shorter."""

_MOST_FAILURES = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run ends, whichever comes first; None is no bound.

    Attributes:
        steps: steps performed.
        seconds: time passed.
        failures: laws broken.
        shrinking: whether failures are made shorter, which costs up to about 500 requests each.
    """

    steps: int | None = 10_000
    seconds: float | None = None
    failures: int = 1
    shrinking: bool = True


def drive(context: Context) -> None:
    """Perform episodes until steps, budget or time are used up."""
    laws = context.unbroken_watchers
    if not laws:
        return
    log = run(
        context.sessions.bounded(context.budget),
        context.seed,
        Limits(STEPS, context.seconds, _MOST_FAILURES),
        laws,
        lambda steps: context.progress("step", f"{NAME}: {steps} steps"),
    )
    if log.judged:
        context.kept([law for law in laws if law.id not in log.failures], NAME)
    context.results += [failure.result(NAME) for failure in log.failures.values()]
    if not context.cut_off:
        for law_id in sorted(log.flaky):
            context.flaky(NAME, law_id)


def run(
    sessions: Sessions,
    seed: int | str,
    limits: Limits | None = None,
    laws: Sequence[Law] = WATCHERS,
    progress: Callable[[int], None] = lambda _steps: None,
) -> FailureLog:
    """Perform episodes until a limit is reached.

    Args:
        sessions: opens a session for each episode; the budget of its terms bounds the whole run.
            Where others write too, steps name no refunds but the episode's own.
        seed: decides every step.
        limits: when to stop.
        laws: the watchers that judge.
        progress: is called with the number of steps so far after each episode.
    """
    limits, terms, log = limits or Limits(), sessions.terms, FailureLog(seed)
    began = monotonic()
    for index in count():
        left = None if limits.steps is None else limits.steps - log.steps
        late = limits.seconds is not None and monotonic() - began >= limits.seconds
        spent = terms.budget is not None and log.requests >= terms.budget
        enough = len(log.failures) >= limits.failures
        if late or spent or enough or (left is not None and left <= 0):
            break
        length = EPISODE_STEPS if left is None else min(EPISODE_STEPS, left)
        steps = _steps_of(RandomSequence(seed, index, terms), length, terms)
        bound = None if terms.budget is None else terms.budget - log.requests
        performed = perform(steps, sessions.bounded(bound), f"t-{seed}-{index}", laws)
        log.worlds = index
        room = limits.failures - len(log.failures)
        fresh = [law_id for law_id in performed.breaches if law_id not in log.failures][:room]
        breaches = [performed.breaches[law_id] for law_id in fresh]
        log.note(breaches, steps[: performed.steps], performed.requests)
        log.steps += performed.steps
        log.requests += performed.requests
        log.judged += performed.judged
        if limits.shrinking:
            _shorten(log, fresh, sessions)
        progress(log.steps)
        if not performed.requests:
            break
    return log


def _steps_of(sequence: RandomSequence, length: int, terms: Terms) -> list[Step]:
    """The steps of an episode; where others write too, those about its own refunds alone."""
    return [
        step
        for step in sequence.steps(length)
        if terms.exclusive or (step["do"] != "send" and str(step.get("ref", "r"))[:1] == "r")
    ]


def _shorten(log: FailureLog, law_ids: Sequence[str], sessions: Sessions) -> None:
    """Make the failures of some laws shorter."""
    for law_id in law_ids:
        failure = _shortened(log.failures[law_id], log, sessions)
        log.failures[law_id] = failure
        if not failure.repeats:
            log.flaky.add(law_id)


def _shortened(failure: Failure, log: FailureLog, sessions: Sessions) -> Failure:
    terms = sessions.terms
    unbounded = sessions.bounded(None)
    if terms.exclusive or terms.budget is None:
        return shorten(failure, unbounded)
    most = (terms.budget - log.requests) * SHRINKING_SHARE
    return shorten(failure, unbounded, lambda sent: sent < most)
