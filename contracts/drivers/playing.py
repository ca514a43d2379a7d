"""Sequences of steps on fresh worlds, performed and shrunk; which sequences is not decided here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from contracts.drivers.shrink import shrink
from contracts.drivers.sightings import Failure
from contracts.errors import BudgetSpent
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Session
from contracts.kernel.steps import Step, StepRunner
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS
from contracts.targets.worlds import Worlds


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
        performer = StepRunner(session)
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
        return Played(done, session.sent, session.breaches_in_full())


def replay(document: dict[str, Any], worlds: Worlds, terms: Terms) -> dict[str, Breach]:
    """The laws that a sequence of `Failure.as_json` breaks on a fresh world."""
    return play(document["steps"], worlds, terms, f"replay-{document.get('seed')}").breaches


def shrunk(failure: Failure, worlds: Worlds, terms: Terms) -> Failure:
    """The failure with a sequence from which no step can be left out, tried on fresh worlds."""
    law = failure.breach.law
    assert law is not None
    names = count()
    unbounded = replace(terms, budget=None)

    def breach_of(steps: Sequence[Step]) -> Breach | None:
        name = f"s{next(names)}-{failure.seed}-{failure.episode}-{law.id}"
        return play(steps, worlds, unbounded, name[:60], (law,)).breaches.get(law.id)

    return shortened(failure, breach_of)


def shortened(failure: Failure, breach_of: Callable[[Sequence[Step]], Breach | None]) -> Failure:
    """The failure with the shortest sequence found that still breaks the law.

    Args:
        failure: with any sequence.
        breach_of: performs a sequence; its breach, or None.
    """
    best = failure.breach

    def breaks(steps: Sequence[Step]) -> bool:
        nonlocal best
        found = breach_of(steps)
        best = found or best
        return found is not None

    shorter = shrink(failure.steps, breaks)
    # The very same sequence comes back where it did not break again.
    repeats = shorter is not failure.steps
    return replace(failure, breach=best, steps=tuple(shorter), repeats=repeats)
