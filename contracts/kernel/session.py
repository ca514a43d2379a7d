"""A conversation with what a script needs: names, ids, bodies and shared refunds."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from contracts.errors import Blocked, SendError
from contracts.kernel.conversation import Conversation, Listener
from contracts.kernel.expect import ready
from contracts.kernel.law import Law
from contracts.kernel.terms import Terms
from contracts.model import ID
from contracts.targets.target import Target

Json = dict[str, Any]
T = TypeVar("T")
Worlds = Callable[[str], AbstractContextManager[Target]]
"""From a new name to a target whose world is fresh for as long as it is open."""


class Session(Conversation):
    """A conversation with what a script needs to make requests of its own.

    Args:
        target: where requests go.
        terms: what is known about it.
        seed: decides every name, id and amount that scripts draw.
        watchers: see `Conversation`; so are `listeners`.
    """

    def __init__(
        self,
        target: Target,
        terms: Terms,
        seed: int | str = 0,
        watchers: Sequence[Law] = (),
        listeners: Sequence[Listener] = (),
    ) -> None:
        super().__init__(target, terms, watchers, listeners)
        self.random = random.Random(f"session {seed}")
        self._shared: Json | None = None
        self._scenes: dict[str, list[Json]] = {}

    def unique(self, prefix: str = "c") -> str:
        """A text that no other refund carries, 16 characters at most."""
        marks = self.terms.marks
        bits = f"{self.random.getrandbits(48):012x}" if marks is None else marks.next()
        return f"{prefix[:3]}-{bits}"

    def unknown_id(self) -> str:
        """A random uuid that no refund has."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def need(self, things: Iterable[T], what: str, at: int = 0) -> T:
        """One of the organization's things.

        Raises:
            Blocked: the world file names none.
        """
        found = sorted(things, key=str)
        if len(found) <= at:
            raise Blocked(f"this needs {what}, which the world file or the rules do not offer")
        return found[at]

    def payer(self, at: int = 0) -> str:
        """An enabled payer that may be refunded much, or Blocked."""
        payers, paid = self.organization.enabled_payers(), self.organization.paid_cents
        rich = [key for key in payers if paid.get(key, 10**9) >= 10**6]
        return self.need(rich, "an enabled payer", at)

    def invoice(self, at: int = 0) -> str:
        """An invoice, or Blocked."""
        return self.need(self.organization.invoices, "an invoice", at)

    def body(self, **fields: Any) -> Json:
        """The body of a create that every profile accepts, with a check number of its own.

        A field given as None is left out; allocations follow the amount unless given.
        """
        amount = fields.get("amount_cents", 100)
        whole = {"amount_cents": amount, "target": {"type": "unattributed"}}
        base = {
            "non_insurance_payer_id": fields.get("non_insurance_payer_id") or self.payer(),
            "amount_cents": amount,
            "allocations": [whole],
            "check_number": self.unique(),
        }
        return {key: value for key, value in {**base, **fields}.items() if value is not None}

    def new_refund(self, **fields: Any) -> Json:
        """A refund made to set the scene, as answered; Blocked where it is refused."""
        answer = ready(self.create(self.body(**fields)))
        if not isinstance(answer, dict) or not isinstance(answer.get(ID), str):
            raise Blocked("a create answered 200 without a refund")
        return answer

    def shared_refund(self) -> Json:
        """A shared, fully populated refund. Laws may read it, never modify it."""
        if self._shared is None or self._shared[ID] not in self.state.refunds:
            self._shared = self.new_refund(**self._all_fields())
        return self._shared

    def scene(self, name: str, make: Callable[["Session"], list[Json]]) -> list[Json]:
        """Refunds that several laws read and none changes, made on first use."""
        if name not in self._scenes:
            self._scenes[name] = make(self)
        return self._scenes[name]

    def _all_fields(self) -> Json:
        invoices = sorted(self.organization.invoices)
        return {
            "refund_timestamp": "2023-11-05T10:15:30.25Z",
            "refund_note": "Overpaid twice \u2013 see letter",
            "refund_reason": "OVERCHARGED",
            "invoice_id": invoices[0] if invoices else None,
        }


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens sessions, each in a world of its own where the target has such.

    Attributes:
        worlds: gives a world for each name.
        terms: what is known of them; a budget bounds each session.
        listeners: are called with each exchange of every session.
    """

    worlds: Worlds
    terms: Terms
    listeners: Sequence[Listener] = ()

    @contextmanager
    def open(
        self, name: str, watchers: Sequence[Law] = (), seed: int | str | None = None
    ) -> Iterator[Session]:
        """A session in the world of a name; with others' data there, it deletes what it made.

        Args:
            name: of the world.
            watchers: laws that judge each exchange.
            seed: of the session; its name by default.
        """
        with self.worlds(name) as target:
            seed = name if seed is None else seed
            session = Session(target, self.terms, seed, watchers, self.listeners)
            try:
                yield session
            finally:
                if session.foreign_allowed:
                    with suppress(SendError):
                        session.clean_up()

    def bounded(self, budget: int | None) -> "Sessions":
        """The same, each session with another budget of requests."""
        return replace(self, terms=replace(self.terms, budget=budget))
