"""The Hypothesis driver: the state machine, then single requests over few refunds."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from hypothesis import given
from hypothesis import seed as with_seed
from hypothesis import strategies as st

from contracts.drivers import state_machine
from contracts.drivers.context import Context
from contracts.drivers.isolation import isolated
from contracts.drivers.search import USUAL, Effort, RecordingPlayer, cutting_off, hunt, quiet
from contracts.drivers.sequences import FailureLog, shorten
from contracts.errors import ShareSpent
from contracts.generate import strategies
from contracts.kernel.law import Law
from contracts.kernel.session import Sessions
from contracts.kernel.steps import Step
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS

NAME = "hypothesis"
MACHINES = 40
STEPS = 25
SINGLES = 60
MOST_HUNTED = 4
_CHECK_EVERY = 8
"""After how many steps the whole state is compared over HTTP; in process after each."""
_SHARED_STEPS, _SHARED_FIRST, _SHARED_SINGLES = 8, 2, 12
"""The most steps of a run, refunds that it begins with, and requests of each kind, on an account
with others' data."""
_MACHINE_SHARE, _SINGLES_SHARE = 0.5, 0.6
"""The shares of the requests left for the state machine, and then for single requests."""

Sequences = st.SearchStrategy[list[Step]]
Search = Callable[[Sessions, FailureLog, Sequence[Law], Effort], None]


@isolated()
def drive(context: Context) -> None:
    """Search for laws that no driver has seen broken; report them also if the search ends early.

    On an account with others' data runs are short, and part of the requests is kept for making
    failures shorter, which Hypothesis does not do there.
    """
    laws = context.unbroken_watchers
    if not laws:
        return
    log, check_every = FailureLog(context.seed), _CHECK_EVERY if context.app is None else 1
    sequences, singles = Effort(MACHINES, STEPS, check_every, MOST_HUNTED), Effort(SINGLES)
    if not context.terms.exclusive:
        sequences = replace(sequences, steps=_SHARED_STEPS, first=_SHARED_FIRST, shrinking=False)
        singles = replace(singles, examples=_SHARED_SINGLES, shrinking=False)
    singles = replace(singles, most=MOST_HUNTED)
    searches: tuple[tuple[str, Search, Effort, float], ...] = (
        ("state machine", state_machine.run, sequences, _MACHINE_SHARE),
        ("single requests", run_single_requests, singles, _SINGLES_SHARE),
    )
    try:
        with context.bounded():
            for name, search, effort, share in searches:
                context.progress("step", f"{NAME}: {name}")
                with suppress(ShareSpent), context.bounded(share):
                    search(context.sessions, log, laws, effort)
            for law_id, failure in log.failures.items():
                context.progress("step", f"{NAME}: shrinking {law_id}")
                most = context.most_to_shorten
                log.failures[law_id] = shorten(failure, context.sessions, most)
    finally:
        log.report(context, laws, NAME)


def run_single_requests(
    sessions: Sessions, log: FailureLog, laws: Sequence[Law] = WATCHERS, effort: Effort = USUAL
) -> None:
    """Look for laws that single requests break, and shrink those requests.

    Arguments and errors are those of `state_machine.run`; the effort is for each kind of request.
    """
    for drawn in kinds(sessions.terms).values():

        def test(left: tuple[Law, ...], drawn: Sequences = drawn) -> None:
            @with_seed(log.seed)
            @quiet(effort)
            @given(drawn)
            def holds(steps: list[Step]) -> None:
                with cutting_off(), sessions.open(f"h-{log.worlds}", left) as session:
                    player = RecordingPlayer(session, log)
                    try:
                        player.perform(*steps)
                    finally:
                        player.leave()

            holds()

        unbroken = tuple(law for law in laws if law.id not in log.failures)
        hunt(test, unbroken, log, effort.most)


def kinds(terms: Terms) -> Mapping[str, Sequences]:
    """One request of each kind, with the creates that it needs before it."""
    organization = terms.organization
    good = strategies.refund_creates(organization)
    return {
        "create": strategies.any_refund_creates(terms).map(lambda body: [_create(1, body)]),
        "create_raw": strategies.raw_creates(terms).map(
            lambda raw: [{"do": "create", "raw": raw.decode("latin-1")}]
        ),
        "update": st.builds(
            lambda first, body: [_create(1, first), {"do": "update", "ref": "r1", "body": body}],
            good,
            strategies.any_refund_updates(organization),
        ),
        "get_multi": st.builds(
            lambda bodies, query: [
                *(_create(at, body) for at, body in enumerate(bodies, 1)),
                {"do": "list", "query": query},
            ],
            st.lists(good, max_size=3),
            strategies.any_list_queries(organization),
        ),
    }


def _create(at: int, body: object) -> Step:
    return {"do": "create", "as": f"r{at}", "body": body}
