"""What drivers say of laws, and what a whole run found; `contracts.reports` renders it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contracts.kernel.departure import Departure
from contracts.kernel.diagnosis import departure_of
from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Breach, Law
from contracts.kernel.replay_token import token_of
from contracts.model.rules import STRENGTH, Evidence

State = Literal["kept", "broken", "undecided", "skipped"]


@dataclass(frozen=True, slots=True)
class DriverResult:
    """What one driver says of one law.

    Attributes:
        law: the law.
        state: kept; broken, with its breach; undecided, as its set-up failed; skipped, as the
            budget was used up or the tier does not allow it.
        driver: that kept or broke it, empty where none did.
        breach: how it was broken.
        reason: why it is undecided or skipped.
        requests: sent on behalf of this law alone.
        replay: what its replay token holds besides law, driver and seed, such as the steps; None
            where the breach cannot be shown again.
        seconds: that its own script took.
    """

    law: Law
    state: State
    driver: str = ""
    breach: Breach | None = None
    reason: str = ""
    requests: int = 0
    replay: dict[str, Any] | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding(DriverResult):
    """What a whole run says of one law, over all its drivers.

    It is broken as soon as one driver broke it, and else kept as soon as one kept it. Its breach
    is the one with the shortest sequence, its requests are those of all drivers, and its replay is
    the whole document of the token.

    Attributes:
        known: the reason from the file of known failures that accepts this breach, or empty.
    """

    known: str = ""

    @property
    def token(self) -> str:
        """What `contracts replay` takes to show the breach again, empty without one."""
        return token_of(self.replay) if self.replay else ""

    @property
    def departure(self) -> Departure:
        """How a broken law's breach departs from the model."""
        breach = self.breach or Breach(self.law.sentence, "no more is known", law=self.law)
        return breach.departure or departure_of(breach)

    @property
    def sequence(self) -> tuple[Mapping[str, Any], ...]:
        """The steps that break it, empty where the requests of the breach are the sequence."""
        return tuple((self.replay or {}).get("steps", ()))


@dataclass(frozen=True, slots=True)
class Findings:
    """A whole run.

    Attributes:
        target: where it pointed, without credentials.
        genuine: whether the target is the vendor's API rather than a stand-in; a broken assumed
            law then reads "our assumption is wrong".
        profile: the levels of rules that the target was taken to have.
        tier: read-only or scoped.
        seed: what the run was reproducible from.
        drivers: that ran, in order.
        began: when it began, RFC 3339 in UTC.
        seconds: how long it took.
        requests: how many were sent.
        findings: one a law, in the order of the laws.
        exchanges: requests and replies kept for HAR and coverage, oldest first, redacted.
        surprises: known failures that disappeared, changed or expired, each a sentence.
        problems: what else the reader must know, each a sentence, such as records left behind.
        fail_on: the weakest evidence whose broken laws fail the run.
        error: why the run ended before its end, as the target or a safety layer says, or empty.
        har: which exchanges the archive holds: `failing` with what they rest on, or `all`.
    """

    target: str
    genuine: bool
    profile: str
    tier: str
    seed: str
    drivers: tuple[str, ...]
    began: str
    seconds: float
    requests: int
    findings: tuple[Finding, ...]
    exchanges: Sequence[Exchange] = ()
    surprises: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    error: str = ""
    fail_on: Evidence = "assumed"
    har: Literal["failing", "all"] = "failing"

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The broken laws that fail the run."""
        return tuple(filter(self.fails, self.findings))

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the run: broken, no known failure, and known well enough."""
        counts = STRENGTH[finding.law.evidence] >= STRENGTH[self.fail_on]
        return finding.state == "broken" and not finding.known and counts

    def replay_of(self, finding: Finding) -> str:
        """The command that shows a breach again on the same target, empty without a token."""
        return f"contracts replay --target {self.target} {finding.token}" if finding.token else ""

    @property
    def decides(self) -> bool:
        """Whether laws were kept or broken, at least as many as stayed undecided."""
        states = [finding.state for finding in self.findings]
        decided = states.count("kept") + states.count("broken")
        return decided > 0 and decided >= states.count("undecided")

    @property
    def failure(self) -> str:
        """Why it cannot pass for a good run: it ended early or decided too little; or empty."""
        if self.error or self.decides:
            return self.error
        reasons = Counter(finding.reason for finding in self.findings if finding.reason)
        why = f": {reasons.most_common(1)[0][0]}" if reasons else ""
        decided = any(finding.state in {"kept", "broken"} for finding in self.findings)
        much = "more laws are undecided than decided" if decided else "nothing was decided"
        return f"{much}, so this says too little about the target{why}"

    @property
    def exit_code(self) -> int:
        """0 where all is as promised, 1 where a law is broken or a known failure is out of date.

        2 where too little was decided, or the run ended early: it must not pass for a good one.
        """
        if self.broken or self.surprises:
            return 1
        return 2 if self.failure else 0
