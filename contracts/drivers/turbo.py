"""The turbo driver: long runs of random steps from a seed, without Hypothesis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf
from time import monotonic

from contracts.drivers.context import SHRINKING_SHARE, Context
from contracts.drivers.sequences import Failure, FailureLog, perform, shorten
from contracts.generate.generator import Pool
from contracts.generate.sequences import RandomSequence
from contracts.kernel.law import Law
from contracts.kernel.session import Sessions
from contracts.kernel.steps import Step
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS

NAME = "turbo"
STEPS = 4_000
SEQUENCE_STEPS = 40

_MOST_FAILURES = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run ends: after so many steps, seconds or broken laws; None is no bound.

    `shrinking` makes failures shorter, which costs up to about 500 requests each.
    """

    steps: int | None = 10_000
    seconds: float | None = None
    failures: int = 1
    shrinking: bool = True


def drive(context: Context) -> None:
    """Perform sequences until steps, budget or time are used up."""
    laws = context.unbroken_watchers
    if not laws:
        return
    with context.bounded():
        log = run(
            context.sessions.bounded(context.budget),
            context.seed,
            Limits(STEPS, context.seconds, _MOST_FAILURES),
            laws,
            lambda doing: context.progress("step", f"{NAME}: {doing}"),
        )
    if context.cut_off:
        log.flaky.clear()
    log.report(context, laws, NAME)


def run(
    sessions: Sessions,
    seed: int | str,
    limits: Limits | None = None,
    laws: Sequence[Law] = WATCHERS,
    progress: Callable[[str], None] = lambda _doing: None,
) -> FailureLog:
    """Perform sequences until a limit is reached; the seed decides every step.

    Each sequence has a session of its own; the budget of its terms bounds the whole run. On an
    account with others' data, steps name only the sequence's own refunds. `progress` is called with
    what it does.
    """
    limits, terms, log = limits or Limits(), sessions.terms, FailureLog(seed)
    pool = Pool(terms)
    end = inf if limits.seconds is None else monotonic() + limits.seconds
    for index in count():
        left = SEQUENCE_STEPS if limits.steps is None else limits.steps - log.steps
        room = limits.failures - len(log.failures)
        spent = terms.budget is not None and log.requests >= terms.budget
        if left <= 0 or room <= 0 or spent or monotonic() >= end:
            break
        steps = _steps_of(RandomSequence(seed, index, pool), min(SEQUENCE_STEPS, left), terms)
        bound = None if terms.budget is None else terms.budget - log.requests
        performed = perform(steps, sessions.bounded(bound), f"t-{seed}-{index}", laws)
        log.worlds = index
        fresh = [law_id for law_id in performed.breaches if law_id not in log.failures][:room]
        breaches = [performed.breaches[law_id] for law_id in fresh]
        log.note(breaches, steps[: performed.steps], performed.requests)
        log.steps += performed.steps
        log.requests += performed.requests
        log.judged += performed.judged
        for law_id in fresh if limits.shrinking else ():
            progress(f"shrinking {law_id}")
            log.failures[law_id] = _shortened(log.failures[law_id], log, sessions)
            if not log.failures[law_id].repeats:
                log.flaky.add(law_id)
        progress(f"{log.steps} steps")
        if not performed.requests:
            break
    return log


def _steps_of(sequence: RandomSequence, length: int, terms: Terms) -> list[Step]:
    """The steps of a sequence; on an account with others' data, those about its own refunds."""
    return [
        step
        for step in sequence.steps(length)
        if terms.exclusive or (step["do"] != "send" and str(step.get("ref", "r"))[:1] == "r")
    ]


def _shortened(failure: Failure, log: FailureLog, sessions: Sessions) -> Failure:
    terms, most = sessions.terms, inf
    if not terms.exclusive and terms.budget is not None:
        most = (terms.budget - log.requests) * SHRINKING_SHARE
    return shorten(failure, sessions.bounded(None), most)
