"""The rules of behaviour that a target may enforce, as a table; what breaks one is in the model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Evidence = Literal["documented", "implied", "assumed"]
STRENGTH: Mapping[Evidence, int] = {"assumed": 0, "implied": 1, "documented": 2}
"""The better a promise is known, the more a breach of it counts."""

Level = Literal["enforce", "warn", "off", "any"]
Stage = Literal["shape", "existence", "business", "loose"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, evidence, level in the default profile, stage and answer when broken.

    Stages come in the order shape, existence, business; a loose rule may be applied at any of
    them, as nothing says when. Level "any" means that nobody knows: both answers are right.
    """

    id: str
    evidence: Evidence
    default: Level
    stage: Stage
    status: int = 422
    error_name: str = "UnprocessableEntityError"
    lenient: Level = "off"


def _missing(rule: str, evidence: Evidence) -> Rule:
    return Rule(rule, evidence, "enforce", "existence", 404, "EntityNotFoundError", "enforce")


RULES: tuple[Rule, ...] = (
    Rule("content-type", "assumed", "warn", "loose", 415, "InvalidContentTypeError"),
    Rule("body-json", "implied", "enforce", "shape", lenient="enforce"),
    Rule("body-shape", "documented", "enforce", "shape", lenient="enforce"),
    Rule("query-shape", "documented", "enforce", "shape", lenient="enforce"),
    Rule("unknown-field", "assumed", "warn", "loose"),
    Rule("amount-int32", "implied", "enforce", "loose", lenient="any"),
    Rule("amount-positive", "assumed", "enforce", "business"),
    Rule("allocation-sum", "implied", "warn", "business"),
    Rule("allocation-target-unique", "assumed", "warn", "business"),
    Rule("allocation-present", "assumed", "warn", "business"),
    _missing("payer-exists", "documented"),
    Rule("payer-enabled", "assumed", "warn", "business"),
    _missing("invoice-exists", "implied"),
    _missing("target-exists", "implied"),
    Rule("earmark-unattributed-only", "documented", "enforce", "business"),
    Rule("earmark-enabled", "documented", "enforce", "business"),
    Rule("timestamp-offset", "assumed", "warn", "loose"),
    Rule("limit-range", "documented", "enforce", "loose", lenient="any"),
    Rule("page-token-valid", "assumed", "enforce", "loose", lenient="any"),
    Rule("path-id-shape", "assumed", "enforce", "loose", 404, "EntityNotFoundError", "enforce"),
    _missing("refund-exists", "documented"),
    Rule("refund-within-payments", "assumed", "off", "business"),
)

BY_ID: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in RULES})


def profile(name: str = "default", **levels: Level) -> Mapping[str, Level]:
    """The levels of a named profile, some set one by one (`allocation_sum="enforce"`).

    Args:
        name: default, strict (all enforced), lenient (shape and existence enforced) or unknown
            (documented rules enforced, all others "any"), which fits an API not seen before.
        levels: rule ids with underscores for dashes.

    Raises:
        KeyError: no such profile or rule.
    """
    base = {rule.id: _LEVELS[name](rule) for rule in RULES}
    for key, level in levels.items():
        base[BY_ID[key.replace("_", "-")].id] = level
    return MappingProxyType(base)


_LEVELS: Mapping[str, Callable[[Rule], Level]] = {
    "default": lambda rule: rule.default,
    "strict": lambda _: "enforce",
    "lenient": lambda rule: rule.lenient,
    "unknown": lambda rule: "enforce" if rule.evidence == "documented" else "any",
}
