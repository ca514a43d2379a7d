"""What a module of laws is made with: a promise's source, and the decorators that make a law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from contracts.kernel.law import Law, Script, Watch
from contracts.model.rules import Evidence


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
