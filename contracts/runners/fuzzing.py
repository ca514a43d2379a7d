"""The Schemathesis driver behind the runner's signature; only where all data is ours."""

from contracts.law import Breach, Law
from contracts.runners.context import Context, Found

NAME = "schemathesis"
EXAMPLES = 12
LEAST_SECONDS = 10.0


def drive(context: Context) -> None:
    """Run it in a world of its own; its own checks become laws of their own when they fail.

    It takes ids from lists and deletes by them, so others' data must not be there.
    """
    if not context.terms.exclusive:
        context.tell("step", f"{NAME}: left out, as it would try ids that are not ours")
        return
    if context.seconds is not None and context.seconds < LEAST_SECONDS and not context.named:
        context.tell("phase", f"{NAME}: left out, as the time is nearly used up")
        return
    from contracts.drivers import schemathesis

    with context.world(f"x-{context.seed}") as target:
        outcome = schemathesis.run(
            target, context.bounded(None), seed=context.seed, examples=EXAMPLES
        )
    replay = {"driver": NAME, "seed": context.seed}
    for law in context.watchers:
        breach = outcome.breaches.get(law.id)
        if breach is None:
            context.found.append(Found(law, "kept", NAME))
        else:
            document = {**replay, "law": law.id}
            context.found.append(Found(law, "broken", NAME, breach, replay=document))
    # Held back requests look like server errors to it, so what it says of itself counts no more.
    for found in () if context.cut_off else outcome.findings:
        law = _law(found.check)
        breach = Breach("the published document", f"{found.operation}: {found.message}", (), law)
        context.found.append(Found(law, "broken", NAME, breach))
    for error in outcome.errors:
        context.tell("problem", f"{NAME}: {error}")


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
