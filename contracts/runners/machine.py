"""The Hypothesis drivers behind the runner's signature."""

from contracts.drivers.context import Context
from contracts.drivers.sightings import FailureLog
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
        context.progress("phase", f"{NAME}: left out, as it would try ids that are not ours")
        return
    if not laws:
        return
    from contracts.drivers import machine, properties
    from contracts.drivers.hunting import Effort
    from contracts.drivers.playing import shrunk

    terms = context.bounded(None)
    before = context.counter.sent
    log = FailureLog(context.seed)
    watching = (*laws, context.recorder.law())
    try:
        context.progress("step", f"{NAME}: state machine")
        check_every = _CHECK_EVERY if context.app is None else 1
        sequences = Effort(MACHINES, STEPS, check_every, MOST_HUNTED)
        machine.run(context.worlds, terms, log, watching, sequences)
        context.progress("step", f"{NAME}: single requests")
        singles = Effort(SINGLES, most=MOST_HUNTED)
        properties.run(context.worlds, terms, log, watching, singles)
        context.progress("step", f"{NAME}: shrinking")
        for law_id, failure in log.failures.items():
            log.failures[law_id] = shrunk(failure, context.worlds, terms)
    finally:
        if context.counter.sent > before:
            unbroken = [law for law in laws if law.id not in log.failures]
            context.kept(unbroken, NAME)
        context.found += [found(one, NAME) for one in log.failures.values()]
        for law_id in sorted(log.flaky):
            tell_flaky(context, NAME, law_id)
