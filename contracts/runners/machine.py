"""The Hypothesis drivers behind the runner's signature."""

from contracts.law import Breach, BudgetSpent
from contracts.runners.context import Context, Found

NAME = "hypothesis"
MACHINES = 40
STEPS = 25
SINGLES = 60
_CHECK_EVERY = 8


def drive(context: Context) -> None:
    """Run the state machine, then single requests; each ends at its first breach.

    Where a watcher is broken already they would meet it again and shrink for long, so they run
    only when asked for by name.
    """
    laws = context.unbroken_watchers
    if not laws or not context.terms.exclusive:
        return
    if len(laws) < len(context.watchers) and not context.named:
        return
    from hypothesis.errors import Flaky

    from contracts.drivers import machine, properties

    breaches: list[Breach] = []
    try:
        context.tell("step", f"{NAME}: state machine")
        found = machine.run(
            context.worlds,
            context.bounded(None),
            seed=context.seed,
            examples=MACHINES,
            steps=STEPS,
            check_every=_CHECK_EVERY,
        )
        breaches += [found] if found else []
        context.tell("step", f"{NAME}: single requests")
        with context.world(f"h-{context.seed}") as target:
            terms = context.bounded(None)
            breaches += properties.run(target, terms, seed=context.seed, examples=SINGLES)
    except BudgetSpent:
        context.tell("step", f"{NAME}: budget or time used up")
    except Flaky as flaky:
        # What was held back once and not again, or broke once and not again.
        breaches += [one for one in getattr(flaky, "exceptions", ()) if isinstance(one, Breach)]
        if not breaches and not context.cut_off:
            context.tell("problem", f"{NAME}: the target answered the same requests differently")
    _report(context, breaches)


def _report(context: Context, breaches: list[Breach]) -> None:
    wanted = {law.id for law in context.watchers}
    broken = {breach.law.id: breach for breach in breaches if breach.law is not None}
    for law_id, breach in broken.items():
        if law_id in wanted and breach.law is not None:
            replay = {"driver": NAME, "law": law_id, "seed": context.seed}
            context.found.append(Found(breach.law, "broken", NAME, breach, replay=replay))
    if not breaches and not context.cut_off:
        context.kept(context.watchers, NAME)
