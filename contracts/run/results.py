"""Makes the findings of a run of what its drivers left: one a law, redacted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from time import monotonic
from typing import Any

from contracts.drivers.context import Context
from contracts.kernel.diagnosis import departure_of
from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import DriverResult, Finding, Findings
from contracts.kernel.law import Law
from contracts.kernel.redaction import Redaction
from contracts.model.rules import STRENGTH
from contracts.run.assumptions import profile_name
from contracts.run.known_failures import Known, applied
from contracts.run.open import OpenTarget
from contracts.run.plan import Plan
from contracts.targets.target import NO_ANSWER_STATUS

_LEFT = "not all that the run made could be deleted; the notes name what is left"


@dataclass(frozen=True, slots=True)
class Start:
    """What is known when a run begins.

    Attributes:
        laws: to check.
        known: the known failures.
        today: the day that they are held against; today's date by default.
        at: when it began.
        clock: the same by a clock that never goes back, in seconds.
    """

    laws: Sequence[Law]
    known: Sequence[Known] = ()
    today: date | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=monotonic)


def findings_of(plan: Plan, target: OpenTarget, context: Context, start: Start) -> Findings:
    """The findings of a run that is over."""
    sent, redaction = target.safety.budget.sent, target.redaction()
    found = _findings(plan, context, start.laws, redaction)
    day, fuzzed = start.today or datetime.now(UTC).date(), _fuzzed(context)
    marked, surprises = applied(found, start.known, day, fuzzed=fuzzed, sent=sent)
    problems = (*context.problems, *_unknown_members(context))
    return Findings(
        target=plan.target,
        genuine=target.genuine,
        profile=profile_name(plan, target),
        tier=plan.tier,
        seed=str(plan.seed),
        drivers=tuple(context.drivers),
        began=start.at.isoformat().replace("+00:00", "Z"),
        seconds=monotonic() - start.clock,
        requests=sent,
        findings=marked,
        exchanges=Redacted(redaction, context.recorder.exchanges),
        surprises=tuple(map(redaction.text, surprises)),
        problems=tuple(map(redaction.text, problems)),
        fail_on=plan.fail_on or ("implied" if target.genuine else "assumed"),
        error=redaction.text(str(context.error or "") or (_LEFT if context.left else "")),
    )


class Redacted(Sequence[Exchange]):
    """Exchanges that may be kept, redacted when a report first reads them; few runs have one."""

    def __init__(self, redaction: Redaction, exchanges: Sequence[Exchange]) -> None:
        self._make = cache(lambda: tuple(map(redaction.exchange, exchanges)))

    def __len__(self) -> int:
        return len(self._make())

    def __getitem__(self, index: Any) -> Any:
        return self._make()[index]


_MOST_NAMED = 12


def _unknown_members(context: Context) -> list[str]:
    """A sentence on the members of answers that the published document does not have, if any."""
    found = sorted(context.recorder.unknown)
    if not found:
        return []
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    names = f"{', '.join(found[:_MOST_NAMED])}{more}"
    return [f"seen: unknown members {names}; they are ignored, as the vendor may add members"]


def _fuzzed(context: Context) -> bool:
    """Whether Schemathesis ran, and to its end."""
    ran = any(result.driver == "schemathesis" for result in context.results)
    return ran and context.error is None and not context.cut_off


def _unanswered(result: DriverResult) -> bool:
    """Whether a breach rests on a request that got no answer."""
    exchanges = result.breach.exchanges if result.breach is not None else ()
    return bool(exchanges) and exchanges[-1].status == NO_ANSWER_STATUS


_WEIGHT = {"broken": 0, "kept": 1, "undecided": 2, "skipped": 3}


def _findings(
    plan: Plan, context: Context, laws: Sequence[Law], redaction: Redaction
) -> tuple[Finding, ...]:
    """One finding a law, in the order of the laws; then one for each of Schemathesis's checks."""
    results = context.results
    if context.error is not None:
        # That the target ended is reported; it breaks no law that happened to be tried then.
        results = [result for result in results if not _unanswered(result)]
    by_law: dict[Law, list[DriverResult]] = {law: [] for law in laws}
    for result in results:
        by_law.setdefault(result.law, []).append(result)
    found = []
    for law, of_it in by_law.items():
        finding = _finding(law, of_it, redaction, plan)
        why = _why(law, plan, context) if finding.state == "skipped" else finding.reason
        found.append(replace(finding, reason=why))
    return tuple(found)


def _finding(
    law: Law, results: Sequence[DriverResult], redaction: Redaction, plan: Plan
) -> Finding:
    """Broken outweighs kept, and kept outweighs undecided; of two breaches the shorter counts."""
    if not results:
        return Finding(law, "skipped")
    best = min(results, key=_rank)
    shown = best.breach.shown_law if best.breach is not None else None
    if best.breach is not None:
        best.breach.departure = departure_of(best.breach)
    return Finding(
        shown or law,
        best.state,
        best.driver,
        redaction.breach(best.breach) if best.breach else None,
        redaction.text(best.reason),
        sum(result.requests for result in results),
        None if best.replay is None else redaction.cleaned(_replay(best, plan)),
        sum(result.seconds for result in results),
    )


def _replay(result: DriverResult, plan: Plan) -> dict[str, Any]:
    """The document of a replay token."""
    document = {"driver": result.driver, "law": result.law.id, "seed": plan.seed}
    asked = {"budget": plan.budget, "profile": plan.profile}
    known = {name: value for name, value in asked.items() if value is not None}
    return {**document, **(result.replay or {}), **known}


def _rank(result: DriverResult) -> tuple[int, int, int]:
    breach = result.breach
    strength = STRENGTH[breach.evidence] if breach else 0
    return _WEIGHT[result.state], -strength, len(breach.exchanges) if breach else 0


def _why(law: Law, plan: Plan, context: Context) -> str:
    """Why a law was not tried, and what tries it."""
    if plan.tier == "read-only" and law.tier != "read-only":
        return "the tier is read-only; --tier scoped tries them"
    most = context.counter.most
    if most is not None:
        more = (
            "without --budget all are" if context.terms.exclusive else "with a larger one more are"
        )
        return f"the budget of {most} requests was used up; {more} tried"
    if context.deadline.spent:
        return "the time was used up; with a larger --max-time more are tried"
    return "no driver that ran tries them; without --driver all do"
