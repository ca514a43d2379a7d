"""What a driver is given and where it leaves what it finds; one signature for all drivers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.kernel.exchange import BodyCache, Exchange
from contracts.kernel.findings import State
from contracts.kernel.law import Breach, Complaint, Law, Tier
from contracts.kernel.terms import Terms
from contracts.laws.define import assumed, watcher
from contracts.run.plan import Progress
from contracts.safety.limits import Budget, Deadline
from contracts.targets.target import Target
from contracts.targets.worlds import Worlds

MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """What one driver says of one law."""

    law: Law
    state: State
    driver: str
    breach: Breach | None = None
    reason: str = ""
    requests: int = 0
    replay: dict[str, Any] | None = None


@dataclass(slots=True)
class Recorder:
    """Keeps every exchange that its law is shown; the law itself is always kept."""

    exchanges: list[Exchange] = field(default_factory=list)
    shelf: BodyCache = field(default_factory=BodyCache)
    seen: int = 0

    def law(self) -> Law:
        """A watcher that listens along in any driver."""
        return watcher("recorder", "It listens.", assumed("it judges nothing"))(self._watch)

    def _watch(self, exchange: Exchange) -> Complaint | None:
        self.seen += 1
        if len(self.exchanges) < MOST_KEPT:
            self.exchanges.append(exchange)
            self.shelf.put(exchange)
        return None


@dataclass(slots=True)
class Context:
    """Everything that a driver needs.

    Attributes:
        worlds: gives a world for each name; the same one each time where `terms.exclusive` is not.
        terms: what is known of the target; its budget is this driver's share.
        laws: to put, those of a tier not allowed left out.
        tier: of the run.
        seed: of the run.
        seconds: this driver's share of the time, or None.
        counter: counts what leaves.
        deadline: the end of this driver's share of the time.
        progress: told how it goes.
        found: what all drivers have said so far.
        recorder: listens along.
        url: where a server listens, or None for the app in this process.
        app: the app in this process, or None.
        named: whether the driver was asked for by name.
    """

    worlds: Worlds
    terms: Terms
    laws: tuple[Law, ...]
    tier: Tier
    seed: int
    seconds: float | None
    counter: Budget
    deadline: Deadline
    progress: Progress
    url: str | None = None
    app: Any = None
    named: bool = False
    found: list[Found] = field(default_factory=list)
    recorder: Recorder = field(default_factory=Recorder)

    @property
    def cut_off(self) -> bool:
        """Whether a request was held back because budget or time was used up."""
        return self.counter.spent or self.deadline.spent

    @property
    def watchers(self) -> tuple[Law, ...]:
        """The laws that judge every exchange."""
        return tuple(law for law in self.laws if law.watch is not None)

    @property
    def unbroken_watchers(self) -> tuple[Law, ...]:
        """Those that no driver has seen broken."""
        broken = {found.law.id for found in self.found if found.state == "broken"}
        return tuple(law for law in self.watchers if law.id not in broken)

    def kept(self, laws: Sequence[Law], driver: str) -> None:
        """Say that a driver kept these laws."""
        self.found += [Found(law, "kept", driver) for law in laws]

    def bounded(self, budget: int | None) -> Terms:
        """The terms with another budget."""
        return replace(self.terms, budget=budget)

    @contextmanager
    def world(self, name: str) -> Iterator[Target]:
        """One world."""
        with self.worlds(name) as target:
            yield target
