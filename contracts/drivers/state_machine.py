"""The Hypothesis state machine: any order of calls, each compared with the model."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import count
from typing import Any, ClassVar

from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from hypothesis.stateful import run_state_machine_as_test as run_as_test

from contracts.drivers.search import USUAL, Effort, RecordingPlayer, cutting_off, hunt, quiet
from contracts.drivers.sequences import FailureLog
from contracts.generate import strategies
from contracts.generate.generator import DEAD_IDS
from contracts.kernel.law import Law
from contracts.kernel.session import Sessions
from contracts.kernel.steps import Step
from contracts.laws import WATCHERS


def _refs(made: Bundle[str]) -> st.SearchStrategy[str]:
    """Mostly refunds that were made, whether deleted or not."""
    return st.one_of(made, made, made, st.sampled_from(DEAD_IDS))


class Refunds(RuleBasedStateMachine):
    """Creates, reads, changes, deletes and lists refunds in any order; `run` fills it in.

    Each run has a session of its own, and raises the Breach that it meets.
    """

    sessions: ClassVar[Sessions]
    laws: ClassVar[tuple[Law, ...]]
    log: ClassVar[FailureLog]
    check_every: ClassVar[int]
    first: ClassVar[int]
    made = Bundle("made")
    listed = Bundle("listed")

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        with cutting_off():
            session = self.sessions.open(f"m-{self.log.worlds}", self.laws, 0)
            self.session = self._open.enter_context(session)
        self.player = RecordingPlayer(self.session, self.log)
        self.labels = count(1)
        self.done = 0
        terms = self.sessions.terms
        self.creates = strategies.any_refund_creates(terms)
        self.updates = strategies.any_refund_updates(terms.organization)
        self.queries = strategies.any_list_queries(terms.organization)
        self.odd_steps = strategies.odd_steps(terms)

    @initialize(target=made, data=st.data(), size=st.integers(0, 9))
    def begin(self, data: st.DataObject, size: int) -> MultipleResults[str]:
        """Begin with up to nine refunds, or fewer where requests are dear."""
        size = min(size, self.first)
        return multiple(*(label for _ in range(size) for label in self._create(data)))

    @rule(target=made, data=st.data())
    def create(self, data: st.DataObject) -> MultipleResults[str]:
        """Create one refund, or be refused."""
        return multiple(*self._create(data))

    @rule(ref=_refs(made), data=st.data())
    def update(self, ref: str, data: st.DataObject) -> None:
        """Update one refund; an empty change goes as no body at all."""
        body = data.draw(self.updates)
        self._perform({"do": "update", "ref": ref, **({"body": body} if body else {})})

    @rule(ref=_refs(made))
    def get(self, ref: str) -> None:
        """Get one refund."""
        self._perform({"do": "get", "ref": ref})

    @rule(ref=_refs(made))
    def delete(self, ref: str) -> None:
        """Delete one refund."""
        self._perform({"do": "delete", "ref": ref})

    @rule(target=listed, data=st.data())
    def get_multi(self, data: st.DataObject) -> str:
        """List with any query."""
        return self._list({"do": "list", "query": data.draw(self.queries)})

    @rule(
        target=listed,
        of=listed,
        token=st.sampled_from(("next", "prev")),
        query=strategies.other_queries(),
    )
    def turn(self, of: str, token: str, query: Any) -> str:
        """Follow a token of any page seen, now and then with another query."""
        return self._list({"do": "turn", "of": of, "token": token, "query": query})

    @rule(ref=_refs(made), data=st.data())
    def send_otherwise(self, ref: str, data: st.DataObject) -> None:
        """Send an unusual call: other bytes, a token that does not count, another path.

        On an account with others' data nothing goes to another path.
        """
        step = data.draw(self.odd_steps)
        if self.session.foreign_allowed and step["do"] == "send":
            return
        self._perform({**step, "ref": ref} if "ref" in step else step)

    @invariant()
    def state_is_as_predicted(self) -> None:
        """Compare the whole state after every `check_every` steps."""
        if self.done >= self.check_every:
            self.done = 0
            self.player.perform({"do": "check"})

    def teardown(self) -> None:
        """Leave the world; on an account with others' data, delete what was made."""
        self.player.leave()
        with cutting_off():
            self._open.close()

    def _create(self, data: st.DataObject) -> list[str]:
        label = f"r{next(self.labels)}"
        known = len(self.session.made_ids)
        self._perform({"do": "create", "as": label, "body": data.draw(self.creates)})
        return [label] if len(self.session.made_ids) > known else []

    def _list(self, step: Step) -> str:
        label = f"p{next(self.labels)}"
        self._perform({**step, "as": label})
        return label

    def _perform(self, step: Step) -> None:
        self.done += 1
        self.player.perform(step)


def run(
    sessions: Sessions, log: FailureLog, laws: Sequence[Law] = WATCHERS, effort: Effort = USUAL
) -> None:
    """Look for broken laws, and shrink what breaks them; raise what `hunt` raises.

    Each run has a session of its own. The seed of the log decides every example.
    """

    def test(left: tuple[Law, ...]) -> None:
        fixed = {"sessions": sessions, "log": log, "check_every": effort.check_every}
        fixed["first"] = effort.first
        machine = with_seed(log.seed)(type("Refunds", (Refunds,), {**fixed, "laws": left}))
        run_as_test(machine, settings=quiet(effort))

    hunt(test, laws, log, effort.most)
