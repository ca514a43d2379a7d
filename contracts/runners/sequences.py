"""Sequences of steps in the world of a run: performed, performed again, and told as findings."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from contracts.drivers.context import Context, Found
from contracts.drivers.sightings import Failure
from contracts.errors import Blocked, BudgetSpent
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Session
from contracts.kernel.steps import Step, StepRunner


def perform(
    steps: Iterable[Step], context: Context, name: str, laws: Sequence[Law]
) -> tuple[int, dict[str, Breach]]:
    """Perform steps up to the first breach, passing over those that the transport vetoes.

    Returns:
        The number of steps performed, and the breaches by law with all that was sent.
    """
    with context.world(name) as target:
        session = Session(target, context.bounded(None), name, laws)
        performer, done = StepRunner(session), 0
        try:
            for step in steps:
                done += 1
                try:
                    performer.perform(step)
                except Blocked:
                    continue
                if session.breaches:
                    break
        except BudgetSpent:
            pass
        breaches = session.breaches_in_full()
        if session.foreign_allowed:
            with suppress(BudgetSpent):
                session.clean_up()
        return done, breaches


def play(context: Context, law: Law, steps: Sequence[Step], driver: str) -> None:
    """Perform a sequence again, and say whether it breaks the law."""
    _, breaches = perform(steps, context, f"replay-{context.seed}", (law,))
    if law.id in breaches:
        context.found.append(Found(law, "broken", driver, breaches[law.id]))
    else:
        context.kept([law], driver)


def tell_flaky(context: Context, driver: str, law_id: str) -> None:
    """Say that a law was broken by chance, as it seems."""
    told = f"{law_id} broke once, and not when the same requests were sent again"
    context.progress("problem", f"{driver}: {told}")


def found(failure: Failure, driver: str) -> Found:
    """What a driver says of a law that a sequence broke."""
    law = failure.breach.law
    assert law is not None, "a watcher's breach names its law"
    steps = list(failure.steps)
    replay = {"driver": driver, "law": law.id, "seed": failure.seed, "steps": steps}
    return Found(law, "broken", driver, failure.breach, requests=failure.requests, replay=replay)
