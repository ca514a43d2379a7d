"""How strictly each rule is held: profiles, levels, and the verdict they make of a breach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from mockserver.errors import Breach, Refusal, SettingsError, nearest
from mockserver.rules.catalog import ALL, BY_ID, STAGES
from mockserver.rules.proposal import Proposal
from mockserver.rules.rule import Level

__all__ = ["PROFILES", "Verdicts", "levels"]

_LENIENT = frozenset(
    "body-json body-shape query-shape limit-range page-token-valid path-id-shape"
    " payer-exists invoice-exists target-exists refund-exists".split()
)

PROFILES: Mapping[str, Mapping[str, Level]] = {
    "default": {rule.id: rule.default for rule in ALL},
    "strict": {rule.id: "enforce" for rule in ALL},
    "lenient": {rule.id: "enforce" if rule.id in _LENIENT else "off" for rule in ALL},
}
"""A level for every rule: as each rule proposes; all enforced; only shape and existence."""


def levels(profile: str, overrides: Mapping[str, str]) -> dict[str, Level]:
    """The level of every rule under a profile, with single rules set otherwise.

    Raises SettingsError for an unknown profile, rule or level.
    """
    if profile not in PROFILES:
        raise SettingsError(f"profile {profile!r} is not known; use one of {', '.join(PROFILES)}")
    chosen = dict(PROFILES[profile])
    for rule_id, level in overrides.items():
        if rule_id not in chosen:
            near = nearest(rule_id, chosen, cutoff=0.4)
            hint = f"did you mean {near}? " if near else ""
            raise SettingsError(
                f"rule {rule_id!r} is not known; {hint}`mockserver rules` lists all"
            )
        if level not in get_args(Level):
            raise SettingsError(
                f"level {level!r} of rule {rule_id} is not enforce, warn or off;"
                " separate rules by spaces"
            )
        chosen[rule_id] = level  # type: ignore[assignment]
    return chosen


class Verdicts:
    """The levels of one world, and what they make of a request."""

    def __init__(self, chosen: Mapping[str, Level]) -> None:
        self.levels = chosen
        self._active = {
            stage: tuple(rule.check for rule in rules if chosen[rule.id] != "off")
            for stage, rules in STAGES.items()
        }

    def judge(self, stage: str, proposal: Proposal, warnings: list[Breach]) -> None:
        """Hold a proposal against all rules of a stage, such as `create business`.

        Breaches of warned rules are added to `warnings`; raises a Refusal for the others.
        """
        breaches: list[Breach] = []
        for check in self._active[stage]:
            breaches += check(proposal)
        if breaches:
            self.weigh(breaches, warnings)

    def weigh(self, breaches: Iterable[Breach], warnings: list[Breach]) -> None:
        """Add what is only warned of to `warnings`; raise a Refusal for what is enforced."""
        refused = []
        for breach in breaches:
            level = self.levels[breach.rule]
            if level == "enforce":
                refused.append(breach)
            elif level == "warn":
                warnings.append(breach)
        if refused:
            raise Refusal(BY_ID[refused[0].rule].error_name, *refused)
