"""Long runs of random steps from a seed, without Hypothesis; playing them lies in `playing`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic

from contracts.drivers.playing import play, shrunk
from contracts.drivers.sightings import Failure
from contracts.generate.sequences import RandomSequence
from contracts.kernel.law import Law
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS
from contracts.targets.worlds import Worlds

EPISODE_STEPS = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run went and what it met, one failure a law."""

    steps: int
    episodes: int
    requests: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run ends, whichever comes first; None is no bound.

    Attributes:
        steps: steps performed.
        seconds: time passed.
        failures: laws broken.
        shrinking: whether failures are shrunk, which costs up to 500 requests or so each.
    """

    steps: int | None = 10_000
    seconds: float | None = None
    failures: int = 1
    shrinking: bool = True


def run(
    worlds: Worlds,
    terms: Terms,
    seed: int | str,
    limits: Limits | None = None,
    laws: Sequence[Law] = WATCHERS,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Perform episodes until a limit is reached.

    Args:
        worlds: gives a fresh world for each episode.
        terms: what is known of them; `terms.budget` bounds the requests of the whole run.
        seed: decides every step.
        limits: when to stop.
        laws: the watchers that judge.
        progress: told the number of steps so far after each episode.
    """
    limits = limits or Limits()
    began, steps, requests = monotonic(), 0, 0
    failures: dict[str, Failure] = {}
    for index in count():
        left = None if limits.steps is None else limits.steps - steps
        late = limits.seconds is not None and monotonic() - began >= limits.seconds
        spent = terms.budget is not None and requests >= terms.budget
        if late or spent or (left is not None and left <= 0) or len(failures) >= limits.failures:
            return Outcome(steps, index, requests, tuple(failures.values()))
        length = EPISODE_STEPS if left is None else min(EPISODE_STEPS, left)
        bound = None if terms.budget is None else terms.budget - requests
        sequence = list(RandomSequence(seed, index, terms).steps(length))
        played = play(sequence, worlds, replace(terms, budget=bound), f"t-{seed}-{index}", laws)
        steps += played.steps
        for law_id, breach in played.breaches.items():
            if law_id not in failures and len(failures) < limits.failures:
                shown = tuple(sequence[: played.steps])
                failure = Failure(breach, shown, seed, index, requests + played.requests)
                failures[law_id] = shrunk(failure, worlds, terms) if limits.shrinking else failure
        requests += played.requests
        if progress is not None:
            progress(steps)
    raise AssertionError("counting has no end")
