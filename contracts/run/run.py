"""Runs a plan: opens the target, runs the drivers, cleans up, and gives the findings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from time import monotonic

from contracts.drivers import Driver
from contracts.drivers.context import Context, Recorder
from contracts.errors import Blocked, BudgetSpent, SafetyError, TargetError
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
from contracts.safety.limits import NO_ANSWER_STATUS
from contracts.safety.sweep import sweep

DEFAULT_SECONDS = 45.0


@dataclass(slots=True)
class Run:
    """A run in progress: what it found, what went wrong."""

    context: Context
    problems: list[str] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)
    error: Exception | None = None


Drive = Callable[[Run], None]


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
        KeyboardInterrupt: a signal came; what was ours has been deleted all the same.
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
            (drive or partial(_drive, plan, target))(run_)
        findings = _findings(plan, target, run_, laws)
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
            requests=target.safety.budget.sent,
            findings=marked,
            exchanges=tuple(map(redaction.exchange, run_.context.recorder.exchanges)),
            surprises=surprises,
            problems=tuple(map(redaction.text, run_.problems)),
            error=redaction.text(str(run_.error or "")),
        )


def redaction_of(target: OpenTarget) -> Redaction:
    """What must not be shown of a target."""
    with suppress(TargetError):
        target.secrets.append(target.target.bearer())
    ours = target.ledger.ever if target.ledger else set() if target.shared else None
    return Redaction(target.secrets, ours)


def _begin(plan: Plan, target: OpenTarget, laws: tuple[Law, ...]) -> Run:
    """The run with its context, from when on its time counts."""
    seconds = plan.max_time or (None if target.shared else DEFAULT_SECONDS)
    target.safety.deadline.at = None if seconds is None else monotonic() + seconds
    terms, recorder = terms_of(plan, target), Recorder()
    if target.safety.ownership is not None:
        target.safety.ownership.foreign(str(row[ID]).lower() for row in terms.organization.refunds)
    context = Context(
        Sessions(target.worlds, terms, (recorder,)),
        tuple(law for law in laws if plan.tier == "scoped" or law.tier == "read-only"),
        plan.tier,
        plan.seed,
        target.safety.budget,
        target.safety.deadline,
        plan.progress,
        recorder,
        target.app,
    )
    return Run(context)


def _drive(plan: Plan, target: OpenTarget, run_: Run) -> None:
    drivers = plan.chosen_drivers(target.safety.budget.most, shared=target.shared)
    end = target.safety.deadline.at
    for driver in drivers:
        _bound(target, run_.context, 1.0 if driver is drivers[-1] else driver.share, end)
        if driver.least_seconds and plan.max_time is None:
            target.safety.deadline.at = None
        run_.drivers.append(driver.name)
        left_out = _why_not(driver, plan, run_.context)
        plan.progress("phase", f"{driver.name}{left_out and ': left out, '}{left_out}")
        if left_out:
            continue
        if not run_guarded(driver.load(), driver.name, run_):
            return


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
        target.safety.deadline.spent = False
        left = max(0.0, end - monotonic())
        context.seconds = left * share
        target.safety.deadline.at = monotonic() + left * share
    if target.safety.budget.most is not None:
        left_requests = max(0, target.safety.budget.most - target.safety.budget.sent)
        context.budget = int(left_requests * share)


def run_guarded(drive: Callable[[Context], None], name: str, run_: Run) -> bool:
    """Run one driver; whether the next may follow."""
    try:
        drive(run_.context)
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
        for problem in clean_up(target):
            plan.progress("problem", problem)
        raise
    finally:
        run_.problems += clean_up(target)


def clean_up(target: OpenTarget) -> list[str]:
    """Delete what is ours; what the reader must know about it, and the ledger closed."""
    target.safety.budget.closing, target.safety.deadline.at = True, None
    if target.ledger is None or target.ledger.closed:
        return []
    target.safety.stop.calm()
    try:
        swept = sweep(target.ledger, target.target.send)
        return swept.sentences(_advice(target))
    except (TargetError, SafetyError) as error:
        left = len(target.ledger.owned) + len(target.ledger.pending)
        return [f"{left} refunds may be left behind ({error}); {_advice(target)}"]
    finally:
        target.ledger.close()


def _advice(target: OpenTarget) -> str:
    path = target.ledger.path if target.ledger else None
    return f"run `contracts sweep {path}`"


def _fuzzed(run_: Run) -> bool:
    """Whether Schemathesis ran, and to its end."""
    ran = any(result.driver == "schemathesis" for result in run_.context.results)
    return ran and run_.error is None and not run_.context.cut_off


def _unanswered(result: DriverResult) -> bool:
    """Whether a breach rests on a request that got no answer."""
    exchanges = result.breach.exchanges if result.breach is not None else ()
    return bool(exchanges) and exchanges[-1].status == NO_ANSWER_STATUS


_WEIGHT = {"broken": 0, "kept": 1, "undecided": 2, "skipped": 3}


def _findings(
    plan: Plan, target: OpenTarget, run_: Run, laws: tuple[Law, ...]
) -> tuple[Finding, ...]:
    """One finding a law, in the order of the laws; then one for each of Schemathesis's checks."""
    results = run_.context.results
    if run_.error is not None:
        # That the target ended is reported; it breaks no law that happened to be tried then.
        results = [result for result in results if not _unanswered(result)]
    asked = {"budget": plan.budget, "profile": plan.profile}
    known = {name: value for name, value in asked.items() if value is not None}
    by_law: dict[Law, list[DriverResult]] = {law: [] for law in laws}
    for result in results:
        if result.replay is not None:
            result.replay.update(known)
        by_law.setdefault(result.law, []).append(result)
    redaction = redaction_of(target)
    return tuple(_finding(law, of_it, redaction, plan) for law, of_it in by_law.items())


def _finding(
    law: Law, results: Sequence[DriverResult], redaction: Redaction, plan: Plan
) -> Finding:
    """Broken outweighs kept, and kept outweighs undecided; of two breaches the shorter counts."""
    if not results:
        return Finding(law, "skipped", reason=_why(law, plan.tier))
    best = min(results, key=_rank)
    return Finding(
        law,
        best.state,
        best.driver,
        redaction.breach(best.breach) if best.breach else None,
        redaction.text(best.reason),
        sum(result.requests for result in results),
        best.replay,
    )


def _rank(result: DriverResult) -> tuple[int, int]:
    length = len(result.breach.exchanges) if result.breach else 0
    return _WEIGHT[result.state], length


def _why(law: Law, tier: str) -> str:
    if tier == "read-only" and law.tier != "read-only":
        return "the tier is read-only"
    return "no driver reached it within budget and time"
