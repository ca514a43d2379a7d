"""The Hypothesis drivers behind the runner's signature."""

from contracts.drivers.context import Context
from contracts.drivers.sightings import Sightings
from contracts.runners.sequences import found, tell_flaky

NAME = "hypothesis"
MACHINES = 40
STEPS = 25
SINGLES = 60
MOST_HUNTED = 4
_CHECK_EVERY = 8
"""After how many steps the whole state is compared over HTTP; in process after each."""


def drive(context: Context) -> None:
    """Run the state machine, then single requests, for the laws that no driver has seen broken.

    What they met is left in the context however they end.
    """
    laws = context.unbroken_watchers
    if not context.terms.exclusive:
        context.tell("phase", f"{NAME}: left out, as it would try ids that are not ours")
        return
    if not laws:
        return
    from contracts.drivers import machine, properties
    from contracts.drivers.hunting import Effort
    from contracts.drivers.playing import shrunk

    terms = context.bounded(None)
    before = context.counter.sent
    sightings = Sightings(context.seed)
    watching = (*laws, context.recorder.law())
    try:
        context.tell("step", f"{NAME}: state machine")
        check_every = _CHECK_EVERY if context.app is None else 1
        sequences = Effort(MACHINES, STEPS, check_every, MOST_HUNTED)
        machine.run(context.worlds, terms, sightings, watching, sequences)
        context.tell("step", f"{NAME}: single requests")
        singles = Effort(SINGLES, most=MOST_HUNTED)
        properties.run(context.worlds, terms, sightings, watching, singles)
        context.tell("step", f"{NAME}: shrinking")
        for law_id, failure in sightings.failures.items():
            sightings.failures[law_id] = shrunk(failure, context.worlds, terms)
    finally:
        if context.counter.sent > before:
            unbroken = [law for law in laws if law.id not in sightings.failures]
            context.kept(unbroken, NAME)
        context.found += [found(one, NAME) for one in sightings.failures.values()]
        for law_id in sorted(sightings.flaky):
            tell_flaky(context, NAME, law_id)
