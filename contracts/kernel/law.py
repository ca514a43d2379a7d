"""What a law and a broken law are; `contracts.laws` holds the laws themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from contracts.model.basis import Basis
from contracts.model.match import Difference
from contracts.model.rules import Evidence

if TYPE_CHECKING:
    from contracts.kernel.departure import Departure
    from contracts.kernel.exchange import Exchange

Tier = Literal["read-only", "scoped"]
Script = Callable[[Any], None]
"""Takes a `contracts.kernel.session.Session`."""
Watch = Callable[["Exchange"], "Complaint | None"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a watcher saw.

    Attributes:
        expected: what the contract promises, fit for print.
        received: what came instead, fit for print.
        difference: the place and the two values, where two values were compared.
        basis: on what the promise rests, where that is known better than for the whole law.
    """

    expected: Any
    received: Any
    difference: Difference | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """One promise of the contract.

    Attributes:
        id: kebab-case, unique.
        sentence: the promise, one sentence with its full stop.
        topic: the module of `contracts.laws` that holds it.
        evidence: how well the promise is known.
        source: where it is written, or why it is assumed.
        tier: read-only where its script changes nothing on the target.
        cost: about how many requests its script sends; 0 for a watcher.
        rule: the rule of behaviour it depends on, or None.
        script: proves it with requests of its own and raises Breach, or None for a watcher.
        watch: judges every exchange of any driver, or None for a scripted law.
    """

    id: str
    sentence: str
    topic: str
    evidence: Evidence
    source: str
    tier: Tier
    cost: int
    rule: str | None = None
    script: Script | None = None
    watch: Watch | None = None


class Breach(Exception):
    """A law that was broken.

    Attributes:
        law: the law; None until the driver that ran it says which.
        expected: what the contract promises.
        received: what came instead.
        exchanges: the requests and replies that show it, oldest first.
        about: the parsed answer that could not be read, or None.
        difference: the place and the two values, where two values were compared.
        basis: on what the promise rests that was broken; None for the evidence of the law.
        setup: earlier exchanges that those rest on, such as the creates of their refunds.
        departure: a `contracts.kernel.departure.Departure`, once it is known.
    """

    def __init__(
        self,
        expected: Any,
        received: Any,
        exchanges: tuple[Exchange, ...] = (),
        law: Law | None = None,
        about: Any = None,
        difference: Difference | None = None,
        basis: Basis | None = None,
    ) -> None:
        super().__init__(f"expected {expected}, received {received}")
        self.law = law
        self.expected = expected
        self.received = received
        self.exchanges = exchanges
        self.about = about
        self.difference = difference
        self.basis = basis
        self.setup: tuple[Exchange, ...] = ()
        self.departure: Departure | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross processes whole; the rule of exceptions keeps their text alone."""
        given = (self.expected, self.received, self.exchanges, self.law)
        more = (self.about, self.difference, self.basis)
        return Breach, (*given, *more), {"setup": self.setup, "departure": self.departure}

    @property
    def sequence(self) -> tuple[Exchange, ...]:
        """The exchanges that show it, after those that they rest on."""
        return (*self.setup, *self.exchanges)

    @property
    def evidence(self) -> Evidence:
        """How well the promise is known that was broken."""
        return self.shown_law.evidence if self.shown_law is not None else "documented"

    @property
    def shown_law(self) -> Law | None:
        """The law with the evidence of the promise that was broken."""
        law, basis = self.law, self.basis
        if law is None or basis is None:
            return law
        return replace(law, evidence=basis.evidence, source=basis.source)

    def __str__(self) -> str:
        """The law with its evidence, what was expected and received, and the requests as curl."""
        lines = [f"expected: {self.expected}", f"received: {self.received}"]
        law = self.shown_law
        if law is not None:
            lines[:0] = [f"{law.id}: {law.sentence}", f"evidence: {law.evidence}, {law.source}"]
        for exchange in self.exchanges:
            lines += [exchange.request.curl(), f"  -> {exchange.summary()}"]
        return "\n".join(lines)
