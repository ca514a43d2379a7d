"""Long runs of random steps from a seed, without Hypothesis; shrinking lies in `shrinking`."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

from contracts.checks import WATCHERS
from contracts.drivers.episodes import Episode
from contracts.drivers.shrinking import shrink
from contracts.law import Breach, BudgetSpent, Law
from contracts.session import Session
from contracts.steps import Play, Step
from contracts.terms import Terms
from contracts.worlds import Worlds

EPISODE_STEPS = 40


@dataclass(frozen=True, slots=True)
class Failure:
    """A broken law with the shortest sequence known to break it.

    Attributes:
        breach: as the shortest sequence shows it.
        steps: that sequence; performing it on a fresh world breaks the law again.
        seed: of the run.
        episode: in which it was met.
        requests: how many had been sent in the run when it was met.
    """

    breach: Breach
    steps: tuple[Step, ...]
    seed: int | str
    episode: int
    requests: int

    def as_json(self) -> str:
        """The sequence with its law, for a file that `replay` reads."""
        law = self.breach.law.id if self.breach.law else ""
        body = {"law": law, "seed": self.seed, "episode": self.episode, "steps": self.steps}
        return json.dumps(body, indent=1)


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
        sequence = list(Episode(seed, index, terms).steps(length))
        played = play(sequence, worlds, _bounded(terms, bound), f"t-{seed}-{index}", laws)
        steps += played.steps
        for law_id, breach in played.breaches.items():
            if law_id not in failures and len(failures) < limits.failures:
                shown = tuple(sequence[: played.steps])
                failure = Failure(breach, shown, seed, index, requests + played.requests)
                failures[law_id] = _shrunk(failure, worlds, terms) if limits.shrinking else failure
        requests += played.requests
        if progress is not None:
            progress(steps)
    raise AssertionError("counting has no end")


@dataclass(frozen=True, slots=True)
class Played:
    """What one sequence did: steps performed, requests sent, breaches by law."""

    steps: int
    requests: int
    breaches: dict[str, Breach]


def play(
    steps: Iterable[Step], worlds: Worlds, terms: Terms, name: str, laws: Sequence[Law] = WATCHERS
) -> Played:
    """Perform a sequence on a fresh world, up to its first step that breaks a law."""
    with worlds(name) as target:
        session = Session(target, terms, name, laws)
        performer = Play(session)
        done = 0
        try:
            for step in steps:
                done += 1
                performer.perform(step)
                if session.breaches:
                    break
        except BudgetSpent:
            pass
        finally:
            if session.foreign_allowed:
                session.clean_up()
        return Played(done, session.sent, session.breaches)


def replay(document: dict[str, Any], worlds: Worlds, terms: Terms) -> dict[str, Breach]:
    """The laws that a sequence of `Failure.as_json` breaks on a fresh world."""
    return play(document["steps"], worlds, terms, f"replay-{document.get('seed')}").breaches


def _shrunk(failure: Failure, worlds: Worlds, terms: Terms) -> Failure:
    law = failure.breach.law
    assert law is not None
    best = failure.breach
    names = count()

    def breaks(steps: Sequence[Step]) -> bool:
        nonlocal best
        name = f"s-{failure.seed}-{failure.episode}-{law.id}-{next(names)}"
        found = play(steps, worlds, _bounded(terms, None), name[:60], (law,)).breaches.get(law.id)
        best = found or best
        return found is not None

    steps = tuple(shrink(failure.steps, breaks))
    return Failure(best, steps, failure.seed, failure.episode, failure.requests)


def _bounded(terms: Terms, budget: int | None) -> Terms:
    return Terms(terms.organization, terms.rules, terms.exclusive, terms.auth, budget)
