"""What is wrong with a request, rule by rule, and the answers that leaves possible; no parsing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracts.model.rules import BY_ID, Level

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer that the contract allows: status, errorName, the rule behind it, a 404's id.

    It is ordered where the request breaks another rule too, which is judged later. `at` is the
    first place where the request breaks the rule; outcomes that differ in it alone are equal.
    """

    status: int
    error_name: str | None = None
    rule: str | None = None
    missing: str | None = None
    ordered: bool = False
    at: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as `404 EntityNotFoundError (payer-exists)`."""
        parts = [str(self.status), self.error_name or "", f"({self.rule})" if self.rule else ""]
        return " ".join(part for part in parts if part)


OK = Outcome(200)
UNAUTHORIZED = Outcome(401, "UnauthorizedError")


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule, where, and the value that breaks it; for existence, the id not found.

    In doubt, the contract does not say whether the rule is broken.
    """

    rule: str
    at: str
    value: Any
    doubt: bool = False

    def level(self, rules: Mapping[str, Level]) -> Level:
        """The level of the rule, "any" rather than "enforce" in doubt."""
        level = rules[self.rule]
        return "any" if self.doubt and level == "enforce" else level


class Problems:
    """The problems of one request, in the order in which they were met."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, rule: str, at: str, value: Any, *, doubt: bool = False) -> None:
        """Note a broken rule."""
        self.found.append(Problem(rule, at, value, doubt))

    def unless_none(self, rule: str, at: str, value: Any, read: T | None) -> T | None:
        """Hand `read` on, noting a broken rule where it is None."""
        if read is None:
            self.found.append(Problem(rule, at, value))
        return read

    def outcomes(self, rules: Mapping[str, Level]) -> tuple[Outcome, ...]:
        """The answers these problems leave possible; only 200 where none is refused."""
        if not self.found:
            return _ACCEPTED
        refusing = [(p, BY_ID[p.rule], p.level(rules)) for p in self.found]
        hard = [_LAST[rule.stage] for _, rule, level in refusing if level == "enforce"]
        bound = min(hard, default=2)
        possible: dict[Outcome, None] = {} if hard else {OK: None}
        stages = {rule.stage for _, rule, level in refusing if level in _REFUSING}
        ordered = len(stages) > 1 or (len(self.found) > 1 and "existence" in stages)
        existence_seen = False
        for problem, rule, level in refusing:
            exists = rule.stage == "existence"
            if level not in _REFUSING or _FIRST[rule.stage] > bound or (exists and existence_seen):
                continue
            existence_seen |= exists and level == "enforce"
            missing = str(problem.value) if rule.status == 404 else None
            at = problem.at
            outcome = Outcome(rule.status, rule.error_name, rule.id, missing, ordered, at)
            possible.setdefault(outcome)
        return tuple(possible)


_ACCEPTED = (OK,)
_REFUSING = frozenset({"enforce", "any"})
# When a rule may be applied, first and last: shape 0, existence 1, business 2.
_FIRST = {"shape": 0, "existence": 1, "business": 2, "loose": 0}
_LAST = {"shape": 0, "existence": 1, "business": 2, "loose": 2}
