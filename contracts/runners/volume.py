"""The turbo driver behind the runner's signature, also where others' data lies."""

from collections.abc import Sequence
from itertools import count
from math import inf
from time import monotonic

from contracts.drivers import turbo
from contracts.drivers.context import Context
from contracts.drivers.playing import shortened
from contracts.drivers.sightings import Failure
from contracts.generate.sequences import RandomSequence
from contracts.kernel.law import Breach, Law
from contracts.kernel.steps import Step
from contracts.runners.sequences import found, perform, tell_flaky

NAME = "turbo"
STEPS = 4_000
SHRINKING_SHARE = 0.25
"""Of the requests left on an account with others' data, how many may make a failure shorter."""

_MOST_FAILURES = 8


def drive(context: Context) -> None:
    """Perform episodes until steps, budget or time are used up."""
    laws = context.unbroken_watchers
    if not laws:
        return
    before = context.counter.sent
    failures = _alone(context, laws) if context.terms.exclusive else _among_others(context, laws)
    broken = {failure.breach.law.id for failure in failures if failure.breach.law}
    if context.counter.sent > before:
        context.kept([law for law in laws if law.id not in broken], NAME)
    context.found += [found(failure, NAME) for failure in failures]
    for failure in failures:
        if not failure.repeats and not context.cut_off and failure.breach.law is not None:
            tell_flaky(context, NAME, failure.breach.law.id)


def _alone(context: Context, laws: tuple[Law, ...]) -> Sequence[Failure]:
    limits = turbo.Limits(STEPS, context.seconds, _MOST_FAILURES)
    outcome = turbo.run(
        context.worlds,
        context.terms,
        context.seed,
        limits,
        (*laws, context.recorder.law()),
        lambda steps: context.progress("step", f"{NAME}: {steps} steps"),
    )
    return outcome.failures


def _among_others(context: Context, laws: tuple[Law, ...]) -> Sequence[Failure]:
    """Episodes that change nothing but their own."""
    began, done = monotonic(), 0
    failures: dict[str, Failure] = {}
    for index in count():
        late = context.seconds is not None and monotonic() - began >= context.seconds
        if late or done >= STEPS or len(failures) >= _MOST_FAILURES:
            break
        steps = about_their_own(RandomSequence(context.seed, index, context.terms))
        before = context.counter.sent
        watching = (*laws, context.recorder.law())
        played, breaches = perform(steps, context, f"t-{context.seed}-{index}", watching)
        done += played
        for law_id, breach in breaches.items():
            if law_id not in failures:
                failure = Failure(breach, tuple(steps[:played]), context.seed, index, 0)
                failures[law_id] = _shortened(context, failure)
        context.progress("step", f"{NAME}: {done} steps")
        if context.counter.sent == before:
            break
    return tuple(failures.values())


def _shortened(context: Context, failure: Failure) -> Failure:
    """The failure with a shorter sequence, for a part of the requests that are left."""
    law, start, names = failure.breach.law, context.counter.sent, count()
    assert law is not None, "a watcher's breach names its law"
    most = context.counter.most
    share = inf if most is None else (most - start) * SHRINKING_SHARE

    def breach_of(steps: Sequence[Step]) -> Breach | None:
        if context.counter.sent - start >= share:
            return None
        _, breaches = perform(steps, context, f"s{next(names)}-{context.seed}-{law.id}", (law,))
        return breaches.get(law.id)

    return shortened(failure, breach_of)


def about_their_own(episode: RandomSequence) -> list[Step]:
    """The steps of an episode that name no refund but its own."""
    return [
        step
        for step in episode.steps(turbo.EPISODE_STEPS)
        if step["do"] != "send" and str(step.get("ref", "r"))[:1] == "r"
    ]
