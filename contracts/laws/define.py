"""What a module of laws is made with: a promise's source, and the decorators that make a law.

The id of a law is the name of its function with hyphens: `create_echoes_note` is
`create-echoes-note`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracts.kernel.law import Law, Script, Watch
from contracts.model.rules import Evidence


@dataclass(frozen=True, slots=True)
class Source:
    """How well a promise is known, and where it is written or why it is assumed."""

    evidence: Evidence
    text: str


documented = partial(Source, "documented")
"""A vendor page, its OpenAPI document or an official SDK states it."""

implied = partial(Source, "implied")
"""It follows from something documented, but no page says it outright."""

assumed = partial(Source, "assumed")
"""Nobody outside the vendor knows; takes the reason for the choice."""


def scoped(
    sentence: str, source: Source, *, cost: int = 1, rule: str | None = None
) -> Callable[[Script], Law]:
    """Make a law of a script that changes only what it made itself."""
    return lambda script: replace(
        _law(script, sentence, source), cost=cost, rule=rule, script=script
    )


def read_only(
    sentence: str, source: Source, *, cost: int = 1, rule: str | None = None
) -> Callable[[Script], Law]:
    """Make a law of a script that changes nothing on the target."""
    make = scoped(sentence, source, cost=cost, rule=rule)
    return lambda script: replace(make(script), tier="read-only")


def watcher(sentence: str, source: Source) -> Callable[[Watch], Law]:
    """Make a law of a function that judges every exchange."""
    return lambda watch: replace(_law(watch, sentence, source), tier="read-only", watch=watch)


def _law(function: Callable[..., Any], sentence: str, source: Source) -> Law:
    """A law whose id is the name of its function, and whose topic that of its module."""
    name, module = (text.replace("_", "-") for text in (function.__name__, function.__module__))
    topic = module.rpartition(".")[2]
    return Law(name, sentence, topic, source.evidence, source.text, "scoped", 0)
