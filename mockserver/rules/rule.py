"""What a rule is: an id, what it asks, the evidence for it, and one pure function that finds its
breaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mockserver.errors import Breach
from mockserver.spec.facts import Evidence

__all__ = ["Evidence", "Level", "Rule", "Stage", "rule"]

Level = Literal["enforce", "warn", "off"]
Stage = Literal["shape", "existence", "business"]
"""Shape is judged before existence, existence before business (assumed)."""

Check = Callable[..., Iterable[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for which the vendor refuses a request, or might.

    `what` completes "a request satisfies this rule if ..."; `source` names where the evidence is
    found or why it was assumed; `relaxed` says what happens when the rule is not enforced;
    `error_name` is the vendor's errorName of its refusal. `check` is pure: it is handed what it
    needs and answers the breaches it finds.
    """

    id: str
    what: str
    evidence: Evidence
    source: str
    default: Level
    stage: Stage
    relaxed: str
    error_name: str
    check: Check

    def described(self) -> dict[str, str]:
        """All but the check, as text: a row of the table of rules."""
        texts = asdict(self)
        del texts["check"]
        return texts

    def __call__(self, *subject: Any) -> Iterable[Breach]:
        """The breaches found in `subject`."""
        return self.check(*subject)


def rule(
    rule_id: str,
    what: str,
    *,
    evidence: Evidence,
    source: str,
    default: Level,
    stage: Stage,
    relaxed: str,
    error_name: str = "UnprocessableEntityError",
) -> Callable[[Check], Rule]:
    """Make the decorated function the check of a rule."""

    def make(check: Check) -> Rule:
        return Rule(rule_id, what, evidence, source, default, stage, relaxed, error_name, check)

    return make
