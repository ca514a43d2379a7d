"""Sequences of steps: performed in fresh worlds, made shorter, performed again for a replay."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import inf

from contracts.drivers.context import Context
from contracts.drivers.shrink import shrink
from contracts.errors import Blocked, BudgetSpent, Interference
from contracts.kernel.findings import DriverResult, State
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Sessions
from contracts.kernel.steps import Step, StepRunner
from contracts.laws import WATCHERS
from contracts.model.rules import STRENGTH


@dataclass(frozen=True, slots=True)
class Failure:
    """A broken law with the shortest sequence known to break it.

    Attributes:
        breach: as the shortest sequence shows it.
        steps: that sequence; performed in a fresh world, it breaks the law again.
        world: the number of the world in which it was met.
        requests: how many the run had sent when it was met.
        repeats: whether the same steps broke it again, as far as that was tried.
    """

    law: Law
    breach: Breach
    steps: tuple[Step, ...]
    seed: int | str
    world: int
    requests: int
    repeats: bool = True

    def result(self, driver: str) -> DriverResult:
        """What a driver says of the law, with the steps for a replay token."""
        replay = {"steps": list(self.steps)}
        return DriverResult(self.law, "broken", driver, self.breach, "", self.requests, replay)

    @property
    def size(self) -> tuple[int, int, int]:
        """How plain the failure is, less first: how well known, its steps, then its letters."""
        strength = STRENGTH[self.breach.evidence]
        return -strength, len(self.steps), len(json.dumps(self.steps))


@dataclass(slots=True)
class FailureLog:
    """What a search has met so far, to be read also after a search that ended early.

    Attributes:
        failures: the shortest seen of each law.
        requests: sent so far, in the worlds that were left.
        judged: how many of their answers the watchers judged.
        hunted: the law whose breaches end a sequence, so that shrinking keeps to one law; empty
            until one is met.
        flaky: laws that broke, but not when the same requests were sent again.
    """

    seed: int | str = 0
    failures: dict[str, Failure] = field(default_factory=dict)
    steps: int = 0
    requests: int = 0
    judged: int = 0
    worlds: int = 0
    hunted: str = ""
    flaky: set[str] = field(default_factory=set)

    def note(self, breaches: Iterable[Breach], steps: Sequence[Step], requests: int) -> None:
        """Note breaches of watchers by the steps that led to them, unless shorter ones are known.

        Steps and requests are those since the world was fresh.
        """
        for breach in breaches:
            assert breach.law is not None, "a watcher's breach names its law"
            law = breach.law
            self.hunted = self.hunted or law.id
            best = self.failures.get(law.id)
            sent = best.requests if best is not None else self.requests + requests
            failure = Failure(law, breach, tuple(steps), self.seed, self.worlds, sent)
            if best is None or failure.size < best.size:
                self.failures[law.id] = failure

    def report(self, context: Context, laws: Iterable[Law], driver: str) -> None:
        """Leave a result for each law in the context, and report the laws that are flaky."""
        if self.judged:
            context.kept([law for law in laws if law.id not in self.failures], driver)
        context.results += [failure.result(driver) for failure in self.failures.values()]
        for law_id in sorted(self.flaky):
            text = f"{law_id} broke once, and not when the same requests were sent again"
            context.progress("problem", f"{driver}: {text}")


@dataclass(frozen=True, slots=True)
class Performed:
    """What one sequence did: steps performed, requests sent and judged, breaches by law."""

    steps: int
    requests: int
    judged: int
    breaches: dict[str, Breach]


def perform(
    steps: Iterable[Step], sessions: Sessions, name: str, laws: Sequence[Law] = WATCHERS
) -> Performed:
    """Perform steps in one world up to the first breach; steps that are vetoed are left out."""
    with sessions.open(name, laws) as session:
        runner, done = StepRunner(session), 0
        for step in steps:
            done += 1
            try:
                runner.perform(step)
            except (BudgetSpent, Interference):
                # Whether a step with interference was carried out is not known.
                break
            except Blocked:
                continue
            if session.breaches:
                break
        return Performed(done, session.sent, session.judged, session.breaches_in_full())


def shorten(failure: Failure, sessions: Sessions, most: float = inf) -> Failure:
    """The failure with the shortest sequence found that still breaks the law.

    After `most` requests no further sequence is tried.
    """
    law, best, sent, names = failure.law, failure.breach, 0, count()

    def breaks(steps: Sequence[Step]) -> bool:
        nonlocal best, sent
        if sent >= most:
            return False
        name = f"s{next(names)}-{failure.seed}-{failure.world}-{law.id}"
        performed = perform(steps, sessions, name[:60], (law,))
        sent += performed.requests
        breach = performed.breaches.get(law.id)
        if breach is None or STRENGTH[breach.evidence] < STRENGTH[best.evidence]:
            return False
        best = breach
        return True

    shorter = shrink(failure.steps, breaks)
    # The very same sequence comes back where it did not break again.
    repeats = shorter is not failure.steps
    return replace(failure, breach=best, steps=tuple(shorter), repeats=repeats)


def play_again(law: Law, steps: Sequence[Step], driver: str, context: Context) -> None:
    """Perform a sequence again, and note whether it breaks the law."""
    performed = perform(steps, context.sessions, f"replay-{context.seed}", (law,))
    breach = performed.breaches.get(law.id)
    state: State = "kept" if breach is None else "broken"
    context.results.append(DriverResult(law, state, driver, breach))
