"""The Schemathesis driver behind the runner's signature; only where all data is ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contracts.drivers.context import Context, Found
from contracts.drivers.playing import shrunk
from contracts.drivers.sightings import Failure
from contracts.errors import SafetyError, TargetError
from contracts.kernel.law import Breach, Law
from contracts.kernel.steps import Step
from contracts.runners.sequences import found, perform

if TYPE_CHECKING:
    from contracts.drivers.schemathesis import Outcome

NAME = "schemathesis"
EXAMPLES = 12
LEAST_SECONDS = 10.0


def drive(context: Context) -> None:
    """Run it in a world of its own; its own checks become laws of their own when they fail.

    It takes ids from lists and deletes by them, so others' data must not be there.
    """
    if not context.terms.exclusive:
        context.progress("step", f"{NAME}: left out, as it would try ids that are not ours")
        return
    if context.seconds is not None and context.seconds < LEAST_SECONDS and not context.named:
        context.progress("phase", f"{NAME}: left out, as the time is nearly used up")
        return
    from contracts.drivers import schemathesis

    with context.world(f"x-{context.seed}") as target:
        outcome = schemathesis.run(
            target,
            context.bounded(None),
            seed=context.seed,
            examples=EXAMPLES,
            progress=lambda sent: context.progress("step", f"{NAME}: {sent} requests"),
        )
    _report(context, outcome)


def _report(context: Context, outcome: Outcome) -> None:
    """What our laws heard, then what its own checks found, then what ended it early."""
    fault: TargetError | SafetyError | None = outcome.fault
    for law in context.unbroken_watchers:
        breach = outcome.breaches.get(law.id)
        if breach is None and outcome.requests and outcome.fault is None:
            context.found.append(Found(law, "kept", NAME))
        elif breach is not None:
            try:
                again = _shown(context, law, outcome.recalled[law.id]) if fault is None else None
            except (TargetError, SafetyError) as gone:
                fault, again = gone, None
            context.found.append(again or _by_seed(context, law, breach))
    if fault is not None:
        raise fault
    # Held back requests look like server errors to it, so what it says of itself counts no more.
    for failed in () if context.cut_off else outcome.findings:
        law = _law(failed.check)
        received = f"{failed.operation}: {failed.message}"
        breach = Breach("the published document", received, failed.exchanges, law)
        context.found.append(Found(law, "broken", NAME, breach))
    for error in outcome.errors:
        context.progress("problem", f"{NAME}: {error}")


def _shown(context: Context, law: Law, sequences: Sequence[Sequence[Step]]) -> Found | None:
    """The breach by the shortest sequence that shows it, if one does."""
    for at, steps in enumerate(sequences):
        _, again = perform(steps, context, f"x{at}-{context.seed}-{law.id}", (law,))
        if law.id in again:
            failure = Failure(again[law.id], tuple(steps), context.seed, at, context.counter.sent)
            return found(shrunk(failure, context.worlds, context.bounded(None)), NAME)
    return None


def _by_seed(context: Context, law: Law, breach: Breach) -> Found:
    """The breach by the seed of the whole run."""
    replay = {"driver": NAME, "law": law.id, "seed": context.seed}
    return Found(law, "broken", NAME, breach, replay=replay)


def _law(check: str) -> Law:
    name = check.replace("_", "-")
    return Law(
        f"{NAME}-{name}",
        f"Schemathesis finds nothing by its check {check}.",
        "schema",
        "documented",
        "the published OpenAPI document",
        "scoped",
        0,
    )
