"""What a law and a broken law are; the laws themselves live in `contracts.checks`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from contracts.rules import Evidence

if TYPE_CHECKING:
    from contracts.exchange import Exchange
    from contracts.session import Session

Tier = Literal["read-only", "scoped"]
Script = Callable[["Session"], None]
Watch = Callable[["Exchange"], "Complaint | None"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a watcher saw: what was expected and what was received, both fit for print."""

    expected: Any
    received: Any


@dataclass(frozen=True, slots=True)
class Law:
    """One promise of the contract.

    Attributes:
        id: kebab-case, unique.
        sentence: the promise, one sentence with its full stop.
        topic: the module of `contracts.checks` that holds it.
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
    """

    def __init__(
        self,
        expected: Any,
        received: Any,
        exchanges: tuple[Exchange, ...] = (),
        law: Law | None = None,
        about: Any = None,
    ) -> None:
        super().__init__(f"expected {expected}, received {received}")
        self.law = law
        self.expected = expected
        self.received = received
        self.exchanges = exchanges
        self.about = about

    def __str__(self) -> str:
        """The law with its evidence, what was expected and received, and the requests as curl."""
        lines = [f"expected: {self.expected}", f"received: {self.received}"]
        if self.law is not None:
            law = self.law
            lines[:0] = [f"{law.id}: {law.sentence}", f"evidence: {law.evidence}, {law.source}"]
        for exchange in self.exchanges:
            lines += [exchange.request.curl(), f"  -> {exchange.summary()}"]
        return "\n".join(lines)


class Blocked(Exception):
    """A script could not be set up, so its law is undecided; the message says what is missing."""


class BudgetSpent(Exception):
    """The session may send no further request."""


@dataclass(frozen=True, slots=True)
class Source:
    """How well a promise is known, and where it is written or why it is assumed."""

    evidence: Evidence
    text: str


def documented(text: str) -> Source:
    """A vendor page, its OpenAPI document or an official SDK states it."""
    return Source("documented", text)


def implied(text: str) -> Source:
    """It follows from something documented, but no page says it outright."""
    return Source("implied", text)


def assumed(reason: str) -> Source:
    """Nobody outside the vendor knows; the reason for the choice."""
    return Source("assumed", reason)


def scoped(
    name: str, sentence: str, source: Source, *, cost: int, rule: str | None = None
) -> Callable[[Script], Law]:
    """Make a law of a script that changes only what it made itself."""

    def make(script: Script) -> Law:
        law = _law(name, sentence, source, script)
        return replace(law, cost=cost, rule=rule, script=script)

    return make


def read_only(
    name: str, sentence: str, source: Source, *, cost: int, rule: str | None = None
) -> Callable[[Script], Law]:
    """Make a law of a script that changes nothing on the target."""

    def make(script: Script) -> Law:
        law = _law(name, sentence, source, script)
        return replace(law, tier="read-only", cost=cost, rule=rule, script=script)

    return make


def watcher(name: str, sentence: str, source: Source) -> Callable[[Watch], Law]:
    """Make a law of a function that judges every exchange."""

    def make(watch: Watch) -> Law:
        return replace(_law(name, sentence, source, watch), tier="read-only", watch=watch)

    return make


def _law(name: str, sentence: str, source: Source, function: Callable[..., Any]) -> Law:
    topic = function.__module__.rpartition(".")[2]
    return Law(name, sentence, topic.replace("_", "-"), source.evidence, source.text, "scoped", 0)
