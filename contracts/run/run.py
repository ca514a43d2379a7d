"""Runs a plan: opens the target, runs the drivers, cleans up, and gives the findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from time import monotonic

from contracts.drivers import Driver
from contracts.drivers.context import Context, Recorder
from contracts.errors import Blocked, BudgetSpent, Interrupted, SafetyError, TargetError
from contracts.kernel.findings import DriverResult, Finding, Findings
from contracts.kernel.law import Law
from contracts.kernel.redaction import Redaction
from contracts.kernel.session import Sessions
from contracts.laws import ALL
from contracts.model import ID
from contracts.run.assumptions import profile_name, terms_of
from contracts.run.known_failures import applied, load
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import Plan
from contracts.run.replay_token import token_of
from contracts.safety.sweep import sweep
from contracts.targets.target import NO_ANSWER_STATUS

DEFAULT_SECONDS = 45.0
_LEFT = "not all that the run made could be deleted; the notes name what is left"
CLEAN_UP_SECONDS = 300.0
"""After this time a clean-up stops, and names what is left."""


@dataclass(slots=True)
class Run:
    """A run in progress: what it found, what went wrong, and whether it left anything behind."""

    context: Context
    problems: list[str] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)
    error: Exception | None = None
    left: bool = False


Drive = Callable[[Plan, OpenTarget, Run], None]


def run(plan: Plan, today: date | None = None, drive: Drive | None = None) -> Findings:
    """Put the chosen laws to the target, and clean up whatever happens.

    Args:
        plan: what to run.
        today: the day that known failures are held against; today's date by default.
        drive: what to do with the open target; runs the plan's drivers by default.

    Raises:
        PlanError: the plan cannot be followed.
        SafetyError: it may not be.
        TargetError: the target gave no answer to judge.
        WorldFileError: the world file cannot be used.
        KnownFailuresError: the file of known failures cannot be used.
        KeyboardInterrupt: a signal came, and what the run made is deleted.
        Interrupted: a signal came, and not all of it could be deleted.
    """
    laws = plan.chosen_laws()
    entries = load(plan.known_failures, [law.id for law in ALL]) if plan.known_failures else ()
    began, clock = datetime.now(UTC), monotonic()
    with open_target(plan) as target:
        if plan.ledger is not None and target.ledger is None:
            why = "nothing is written" if plan.tier == "read-only" else "its worlds are thrown away"
            plan.progress("problem", f"no ledger is kept in {plan.ledger}, as {why}")
        run_ = _begin(plan, target, laws)
        run_.problems += [entry.note for entry in entries if entry.note]
        with _cleaned(plan, target, run_):
            (drive or _drive)(plan, target, run_)
        findings = _merge(plan, target, run_, laws)
        day, fuzzed = today or datetime.now(UTC).date(), _fuzzed(run_)
        marked, surprises = applied(findings, entries, day, fuzzed=fuzzed)
        redaction = redaction_of(target)
        return Findings(
            target=plan.target,
            genuine=target.genuine,
            profile=profile_name(plan, target),
            tier=plan.tier,
            seed=str(plan.seed),
            drivers=tuple(run_.drivers),
            began=began.isoformat().replace("+00:00", "Z"),
            seconds=monotonic() - clock,
            requests=target.budget.sent,
            findings=marked,
            exchanges=tuple(map(redaction.exchange, run_.context.recorder.exchanges)),
            surprises=surprises,
            problems=tuple(map(redaction.text, run_.problems)),
            error=redaction.text(str(run_.error or "") or (_LEFT if run_.left else "")),
        )


def redaction_of(target: OpenTarget) -> Redaction:
    """What must not be shown of a target."""
    with suppress(TargetError):
        tokens = getattr(target.target, "tokens", None)
        target.secrets += [target.target.bearer()] if tokens is None else tokens
    ours = target.ledger.ever if target.ledger else set() if target.shared else None
    return Redaction(target.secrets, ours)


def context_of(plan: Plan, target: OpenTarget, laws: tuple[Law, ...]) -> Context:
    """What drivers are given."""
    terms, recorder = terms_of(plan, target), Recorder()
    if target.ownership is not None:
        target.ownership.foreign(str(row[ID]).lower() for row in terms.organization.refunds)
    return Context(
        Sessions(target.worlds, terms, (recorder,)),
        tuple(law for law in laws if plan.tier == "scoped" or law.tier == "read-only"),
        plan.tier,
        plan.seed,
        target.budget,
        target.deadline,
        plan.progress,
        recorder,
        target.app,
    )


def _begin(plan: Plan, target: OpenTarget, laws: tuple[Law, ...]) -> Run:
    seconds = plan.max_time or (None if target.shared else DEFAULT_SECONDS)
    target.deadline.at = None if seconds is None else monotonic() + seconds
    return Run(context_of(plan, target, laws))


def _drive(plan: Plan, target: OpenTarget, run_: Run) -> None:
    drivers = plan.chosen_drivers(target.budget.most, shared=target.shared)
    end = target.deadline.at
    for driver in drivers:
        _bound(target, run_.context, 1.0 if driver is drivers[-1] else driver.share, end)
        if driver.least_seconds and plan.max_time is None:
            target.deadline.at = None
        run_.drivers.append(driver.name)
        left_out = _why_not(driver, plan, run_.context)
        plan.progress("phase", f"{driver.name}{left_out and ': left out, '}{left_out}")
        if left_out:
            continue
        if not run_guarded(partial(_load_and_drive, driver, run_.context), driver.name, run_):
            return


def _load_and_drive(driver: Driver, context: Context) -> None:
    driver.load()(context)


def _why_not(driver: Driver, plan: Plan, context: Context) -> str:
    """Why a driver does not run here, or nothing."""
    if not context.terms.exclusive and not driver.shares_data:
        return "as it would try ids that are not ours"
    seconds, named = context.seconds, driver.name in plan.drivers
    if seconds is not None and seconds < driver.least_seconds and not named:
        return "as the time is nearly used up"
    return ""


def _bound(target: OpenTarget, context: Context, share: float, end: float | None) -> None:
    if end is not None:
        target.deadline.spent = False
        left = max(0.0, end - monotonic())
        context.seconds = left * share
        target.deadline.at = monotonic() + left * share
    if target.budget.most is not None:
        left_requests = max(0, target.budget.most - target.budget.sent)
        context.budget = int(left_requests * share)


def run_guarded(drive: Callable[[], None], name: str, run_: Run) -> bool:
    """Run one driver; whether the next may follow."""
    try:
        drive()
    except BudgetSpent:
        return True
    except Blocked as blocked:
        run_.problems.append(f"{name} ended early: {blocked}")
    except (TargetError, SafetyError) as error:
        run_.problems.append(f"the run ended early, in {name}: {error}")
        run_.error = error
        return False
    return True


@contextmanager
def _cleaned(plan: Plan, target: OpenTarget, run_: Run) -> Iterator[None]:
    """Delete what is ours at the end, whatever happens in between."""
    try:
        yield
    except KeyboardInterrupt:
        plan.progress("phase", "interrupted: cleaning up")
        target.close()
        problems, clean = clean_up(target)
        if not clean:
            raise Interrupted("; ".join(problems)) from None
        for problem in problems:
            plan.progress("problem", problem)
        raise
    finally:
        problems, clean = clean_up(target)
        run_.problems += problems
        run_.left = not clean


def clean_up(target: OpenTarget) -> tuple[list[str], bool]:
    """Delete what is ours, and close the ledger.

    Returns:
        What the reader must know, in sentences, and whether nothing of ours is left.
    """
    target.budget.closing, target.deadline.at = True, monotonic() + CLEAN_UP_SECONDS
    if target.ledger is None or target.ledger.closed:
        return [], True
    target.calm()
    try:
        swept = sweep(target.ledger, target.target.send)
        return swept.sentences(_advice(target)), swept.clean
    except (TargetError, SafetyError, BudgetSpent) as error:
        left = len(target.ledger.owned) + len(target.ledger.pending)
        return [f"{left} refunds may be left behind ({error}); {_advice(target)}"], False
    finally:
        target.ledger.close()


def _advice(target: OpenTarget) -> str:
    path = target.ledger.path if target.ledger else None
    return f"run `contracts sweep {path}`"


def _merge(plan: Plan, target: OpenTarget, run_: Run, laws: tuple[Law, ...]) -> tuple[Finding, ...]:
    results = run_.context.results
    if run_.error is not None:
        # That the target ended is reported; it breaks no law that happened to be tried then.
        results = [result for result in results if not _unanswered(result)]
    asked = {"budget": plan.budget, "profile": plan.profile}
    for result in results:
        if result.replay is not None:
            known = {name: value for name, value in asked.items() if value is not None}
            result.replay.update(known)
    return merge(laws, results, redaction_of(target), plan.tier)


def _fuzzed(run_: Run) -> bool:
    """Whether Schemathesis ran, and to its end."""
    ran = any(result.driver == "schemathesis" for result in run_.context.results)
    return ran and run_.error is None and not run_.context.cut_off


def _unanswered(result: DriverResult) -> bool:
    """Whether a breach rests on a request that got no answer."""
    exchanges = result.breach.exchanges if result.breach is not None else ()
    return bool(exchanges) and exchanges[-1].status == NO_ANSWER_STATUS


_WEIGHT = {"broken": 0, "kept": 1, "undecided": 2, "skipped": 3}


def merge(
    laws: Sequence[Law], results: Iterable[DriverResult], redaction: Redaction, tier: str
) -> tuple[Finding, ...]:
    """One finding a law, in the order of the laws.

    Broken outweighs kept, and kept outweighs undecided; of two breaches the one with the shorter
    sequence is shown. What the checks of a driver's own tool found comes last.
    """
    by_law: dict[str, list[DriverResult]] = {}
    for one in results:
        by_law.setdefault(one.law.id, []).append(one)
    extra = {one.law.id: one.law for group in by_law.values() for one in group}
    for law in laws:
        extra.pop(law.id, None)
    return tuple(_finding(law, by_law, redaction, tier) for law in (*laws, *extra.values()))


def _finding(
    law: Law, by_law: Mapping[str, list[DriverResult]], redaction: Redaction, tier: str
) -> Finding:
    said = sorted(by_law.get(law.id, []), key=_rank)
    if not said:
        return Finding(law, "skipped", reason=_why(law, tier))
    best = said[0]
    return Finding(
        law,
        best.state,
        best.driver,
        redaction.breach(best.breach) if best.breach else None,
        redaction.text(best.reason),
        sum(one.requests for one in said),
        token_of(best.replay) if best.replay else "",
        sequence=tuple((best.replay or {}).get("steps", ())),
    )


def _rank(result: DriverResult) -> tuple[int, int]:
    length = len(result.breach.exchanges) if result.breach else 0
    return _WEIGHT[result.state], length


def _why(law: Law, tier: str) -> str:
    if tier == "read-only" and law.tier != "read-only":
        return "the tier is read-only"
    return "no driver reached it within budget and time"
