"""What a driver is given, and where it leaves its results: the same for all drivers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

from contracts.kernel.exchange import BodyCache, Exchange
from contracts.kernel.findings import DriverResult
from contracts.kernel.law import Law, Tier
from contracts.kernel.session import Sessions
from contracts.kernel.terms import Terms
from contracts.model.reading import unknown_members
from contracts.safety.limits import Budget, Deadline

MOST_KEPT = 20_000
_BEAT = 20
SHRINKING_SHARE = 0.25
"""The share of the requests left that may shorten one failure on an account with others' data."""

Progress = Callable[[str, str], None]
"""Is called as a run goes on, with `phase`, `verdict`, `step` or `problem`, and a text; and now and
then with `sent` and the number of requests so far."""


@dataclass(slots=True)
class Recorder:
    """Keeps the exchanges of a run, for reports; the first 20,000 of them.

    `unknown` holds pointers to members of answers that the published document does not have. `beat`
    is called with the number of exchanges after every 20.
    """

    beat: Callable[[int], None] = lambda _seen: None
    exchanges: list[Exchange] = field(default_factory=list)
    bodies: BodyCache = field(default_factory=BodyCache)
    seen: int = 0
    unknown: set[str] = field(default_factory=set)

    def __call__(self, exchange: Exchange) -> None:
        """Keep one more exchange."""
        self.seen += 1
        if self.seen % _BEAT == 0:
            self.beat(self.seen)
        if exchange.received is not exchange.answer:
            self.unknown |= unknown_members(exchange.received, exchange.answer)
        self._keep(exchange)

    def add(self, exchanges: Sequence[Exchange], seen: int, unknown: Collection[str]) -> None:
        """Keep what the recorder of another process kept of the exchanges that it saw."""
        self.seen += seen
        self.unknown |= set(unknown)
        for exchange in exchanges:
            self._keep(exchange)

    def _keep(self, exchange: Exchange) -> None:
        if len(self.exchanges) < MOST_KEPT:
            self.exchanges.append(exchange)
            self.bodies.put(exchange)


@dataclass(slots=True)
class Context:
    """Everything that a driver needs.

    Attributes:
        laws: to check, without those that the tier does not allow.
        deadline: the end of this driver's share of the time.
        app: the app in this process, or None for a server.
        seconds: this driver's share of the time, or None.
        budget: this driver's share of the requests, or None.
        results: what all drivers have said so far.
        drivers: that ran so far, in order.
        problems: what the reader must know, each a sentence.
        error: that ended the run, or None.
        left: whether the clean-up left anything of ours behind.
        earlier: the ids of laws that drivers before this one broke in another process; may wait
            for them.
    """

    sessions: Sessions
    laws: tuple[Law, ...]
    tier: Tier
    seed: int
    counter: Budget
    deadline: Deadline
    progress: Progress
    recorder: Recorder
    app: Any = None
    seconds: float | None = None
    budget: int | None = None
    results: list[DriverResult] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    error: Exception | None = None
    left: bool = False
    earlier: Callable[[], frozenset[str]] = frozenset

    @property
    def terms(self) -> Terms:
        """What is known of the target."""
        return self.sessions.terms

    @property
    def cut_off(self) -> bool:
        """Whether a request was held back because budget or time was used up."""
        return self.counter.spent or self.deadline.spent

    @contextmanager
    def bounded(self, share: float = 1.0) -> Iterator[None]:
        """On an account with others' data, keep what is sent to a share of the driver's requests.

        Raises:
            ShareSpent: it is used up.
        """
        room = self.counter.room if self.budget is None else min(self.budget, self.counter.room)
        with self.counter.within(inf if self.terms.exclusive else room * share):
            yield

    @property
    def most_to_shorten(self) -> float:
        """How many requests may shorten one failure."""
        return inf if self.terms.exclusive else self.counter.room * SHRINKING_SHARE

    @property
    def broken(self) -> frozenset[str]:
        """The ids of the laws that a driver has seen broken."""
        here = (result.law.id for result in self.results if result.state == "broken")
        return self.earlier().union(here)

    @property
    def unbroken_watchers(self) -> tuple[Law, ...]:
        """The watchers that no driver has seen broken."""
        broken = self.broken
        return tuple(law for law in self.laws if law.watch is not None and law.id not in broken)

    def kept(self, laws: Sequence[Law], driver: str) -> None:
        """Note that a driver saw these laws kept."""
        self.results += [DriverResult(law, "kept", driver) for law in laws]
