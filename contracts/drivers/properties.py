"""Single requests under Hypothesis, each on a fresh world with few refunds; no long sequences."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import seed as with_seed
from hypothesis import strategies as st

from contracts.drivers.hunting import USUAL, Effort, hunt, quiet
from contracts.drivers.sightings import FailureLog, RecordingPlayer, cutting_off
from contracts.generate import strategies
from contracts.kernel.law import Law
from contracts.kernel.session import Session
from contracts.kernel.steps import Step
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS
from contracts.targets.worlds import Worlds

Sequences = st.SearchStrategy[list[Step]]


def run(
    worlds: Worlds,
    terms: Terms,
    log: FailureLog,
    laws: Sequence[Law] = WATCHERS,
    effort: Effort = USUAL,
) -> None:
    """Look for laws that single requests break, and shrink those requests.

    Args:
        worlds: gives a fresh world for each request.
        terms: what is known of them.
        log: where failures are left; its seed decides every example.
        laws: the watchers that judge.
        effort: how hard to look with each kind of request.

    Raises:
        BudgetSpent: budget or time ran out; what was met before is in `log`.
        TargetError: the target gave no usable answer; likewise.
    """
    for drawn in kinds(terms).values():

        def test(left: tuple[Law, ...], drawn: Sequences = drawn) -> None:
            @with_seed(log.seed)
            @quiet(effort)
            @given(drawn)
            def holds(sequence: list[Step]) -> None:
                name = f"h-{log.worlds}"
                with cutting_off(), worlds(name) as target:
                    player = RecordingPlayer(Session(target, terms, name, left), log)
                    try:
                        player.perform(*sequence)
                    finally:
                        player.leave()
                        if player.session.foreign_allowed:
                            player.session.clean_up()

            holds()

        unbroken = tuple(law for law in laws if law.id not in log.failures)
        hunt(test, unbroken, log, effort.most)


def kinds(terms: Terms) -> Mapping[str, Sequences]:
    """One request of each kind, with the creates that it needs before it."""
    organization = terms.organization
    creates = strategies.any_refund_creates(terms)
    good = st.lists(strategies.refund_creates(organization), max_size=3)
    queries = strategies.any_list_queries(organization)
    updates = strategies.any_refund_updates(organization)
    return {
        "create": creates.map(lambda body: [_create(1, body)]),
        "create_raw": strategies.raw_creates(terms).map(_raw),
        "update": st.builds(
            lambda first, body: [_create(1, first), {"do": "update", "ref": "r1", "body": body}],
            strategies.refund_creates(organization),
            updates,
        ),
        "get_multi": st.builds(
            lambda bodies, query: [
                *(_create(at, body) for at, body in enumerate(bodies, 1)),
                {"do": "list", "query": query},
            ],
            good,
            queries,
        ),
    }


def _create(at: int, body: object) -> Step:
    return {"do": "create", "as": f"r{at}", "body": body}


def _raw(raw: bytes) -> list[Step]:
    return [{"do": "create", "raw": raw.decode("latin-1")}]
