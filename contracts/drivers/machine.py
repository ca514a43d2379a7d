"""The laws under Hypothesis: a state machine held against the model at each step."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_as_test

from contracts import strategies
from contracts.checks import WATCHERS
from contracts.law import Breach
from contracts.pools import DEAD_ID
from contracts.session import Session
from contracts.steps import Play, Step
from contracts.terms import Terms
from contracts.worlds import Worlds

Machine = type[RuleBasedStateMachine]
_DEAD = st.sampled_from(("x", DEAD_ID))


class Refunds(RuleBasedStateMachine):
    """Creates, reads, changes, deletes and lists refunds in any order; `machine` fills it in."""

    worlds: ClassVar[Worlds]
    terms: ClassVar[Terms]
    check_every: ClassVar[int]
    names: ClassVar[Iterator[int]]
    made = Bundle("made")
    listed = Bundle("listed")

    def __init__(self) -> None:
        super().__init__()
        kind = type(self)
        self._open = ExitStack()
        target = self._open.enter_context(kind.worlds(f"m-{next(kind.names)}"))
        self.session = Session(target, kind.terms, 0, WATCHERS)
        self.player = Play(self.session)
        self.labels = count(1)
        self.done = 0
        organization = kind.terms.organization
        self.creates = strategies.any_refund_creates(kind.terms)
        self.updates = strategies.any_refund_updates(organization)
        self.queries = strategies.any_list_queries(organization)

    @rule(target=made, data=st.data())
    def create(self, data: st.DataObject) -> str:
        """Create one refund, or be refused."""
        label = f"r{next(self.labels)}"
        self._perform({"do": "create", "as": label, "body": data.draw(self.creates)})
        return label

    @rule(ref=made | _DEAD, data=st.data())
    def update(self, ref: str, data: st.DataObject) -> None:
        """Update one refund; an empty change goes as no body at all."""
        body = data.draw(self.updates)
        self._perform({"do": "update", "ref": ref, **({"body": body} if body else {})})

    @rule(ref=made | _DEAD)
    def get(self, ref: str) -> None:
        """Get one refund."""
        self._perform({"do": "get", "ref": ref})

    @rule(ref=made | _DEAD)
    def delete(self, ref: str) -> None:
        """Delete one refund."""
        self._perform({"do": "delete", "ref": ref})

    @rule(target=listed, data=st.data())
    def get_multi(self, data: st.DataObject) -> str:
        """List with any query."""
        label = f"p{next(self.labels)}"
        self._perform({"do": "list", "as": label, "query": data.draw(self.queries)})
        return label

    @rule(target=listed, of=listed, token=st.sampled_from(("next", "prev")))
    def turn(self, of: str, token: str) -> str:
        """Follow a token of any page seen."""
        label = f"p{next(self.labels)}"
        self._perform({"do": "turn", "of": of, "token": token, "as": label})
        return label

    @rule(raw=strategies.hostile_bodies())
    def send_hostile(self, raw: bytes) -> None:
        """Create with bytes that are no body."""
        self._perform({"do": "create", "raw": raw.decode("latin-1")})

    @invariant()
    def state_is_as_predicted(self) -> None:
        """Compare the whole state every so many steps."""
        if self.done and self.done % type(self).check_every == 0:
            self._perform({"do": "check"}, counted=False)

    def teardown(self) -> None:
        """Leave the world; delete what was made where others live there."""
        if self.session.foreign_allowed:
            self.session.clean_up()
        self._open.close()

    def _perform(self, step: Step, *, counted: bool = True) -> None:
        self.done += counted
        self.player.perform(step)
        for breach in self.session.breaches.values():
            raise breach


def machine(worlds: Worlds, terms: Terms, check_every: int = 1) -> Machine:
    """A state machine class whose runs each have a fresh world; it raises the Breach it meets.

    Args:
        worlds: gives a fresh world for each run.
        terms: what is known of them.
        check_every: after how many steps the whole state is read and compared; 1 in process.
    """
    filled = {
        "worlds": staticmethod(worlds),
        "terms": terms,
        "check_every": check_every,
        "names": count(),
    }
    return type("Refunds", (Refunds,), filled)


def run(
    worlds: Worlds,
    terms: Terms,
    *,
    seed: int = 0,
    examples: int = 50,
    steps: int = 30,
    check_every: int = 1,
) -> Breach | None:
    """The breach that Hypothesis found and shrank, or None.

    Args:
        worlds: gives a fresh world for each run.
        terms: what is known of them.
        seed: decides every example.
        examples: how many runs.
        steps: the most steps of a run.
        check_every: after how many steps the whole state is compared.
    """
    return found_by(
        lambda: run_as_test(
            with_seed(seed)(machine(worlds, terms, check_every)),
            settings=quiet(examples, stateful_step_count=steps),
        )
    )


def quiet(examples: int, **more: Any) -> settings:
    """Settings without a database, a deadline or prints, so that a seed decides everything."""
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        **more,
    )


def found_by(run_test: Callable[[], None]) -> Breach | None:
    """The breach that a Hypothesis test raises, or None."""
    try:
        run_test()
    except Breach as breach:
        return breach
    return None
