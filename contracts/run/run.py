"""Runs a plan: opens the target, runs the drivers, cleans up, and gives the findings."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from time import monotonic
from typing import Any

from contracts.drivers import Driver
from contracts.drivers.context import Context, Recorder
from contracts.errors import Blocked, BudgetSpent, Interrupted, SafetyError, SendError, TargetError
from contracts.kernel.findings import DriverResult, Finding, Findings
from contracts.kernel.law import Law
from contracts.kernel.redaction import Redaction
from contracts.kernel.session import Sessions
from contracts.laws import ALL
from contracts.model import ID
from contracts.model.rules import STRENGTH
from contracts.run.assumptions import profile_name, terms_of
from contracts.run.canary import fly_canary
from contracts.run.known_failures import applied, load
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import Plan
from contracts.safety.ledger import Ledger
from contracts.safety.sweep import Swept, sweep
from contracts.targets.target import NO_ANSWER_STATUS

DEFAULT_SECONDS = 45.0
_LEFT = "not all that the run made could be deleted; the notes name what is left"
CLEAN_UP_SECONDS = 300.0
"""After this time a clean-up stops, and names what is left."""


Drive = Callable[[Context], None]


def run(plan: Plan, today: date | None = None, drive: Drive | None = None) -> Findings:
    """Check the target against the chosen laws, and clean up however that ends.

    Args:
        plan: what to run.
        today: the day that known failures are held against; today's date by default.
        drive: sends the requests; runs the plan's drivers by default.

    Raises:
        PlanError: the plan cannot be followed.
        SafetyError: it may not be.
        TargetError: the target gave no answer to judge.
        WorldFileError: the world file cannot be used.
        KnownFailuresError: the file of known failures cannot be used.
        KeyboardInterrupt: a signal came, and what the run made is deleted.
        BrokenPipeError: nobody reads the output, and what the run made is deleted.
        Interrupted: a signal came, and not all of it could be deleted.
    """
    laws = plan.chosen_laws()
    entries = load(plan.known_failures, [law.id for law in ALL]) if plan.known_failures else ()
    began, clock = datetime.now(UTC), monotonic()
    with open_target(plan) as target:
        if plan.ledger is not None and target.ledger is None:
            why = "nothing is written" if plan.tier == "read-only" else "its worlds are thrown away"
            plan.progress("problem", f"no ledger is kept in {plan.ledger}, as {why}")
        context = _begin(plan, target, laws)
        context.problems += [entry.note for entry in entries if entry.note]
        with _cleaned(plan, target, context):
            if _is_safe(plan, target, context):
                (drive or partial(_drive, plan, target))(context)
        context.problems += _unknown_members(context)
        findings = _findings(plan, target, context, laws)
        day, fuzzed = today or datetime.now(UTC).date(), _fuzzed(context)
        sent = target.safety.budget.sent
        marked, surprises = applied(findings, entries, day, fuzzed=fuzzed, sent=sent)
        redaction = redaction_of(target)
        return Findings(
            target=plan.target,
            genuine=target.genuine,
            profile=profile_name(plan, target),
            tier=plan.tier,
            seed=str(plan.seed),
            drivers=tuple(context.drivers),
            began=began.isoformat().replace("+00:00", "Z"),
            seconds=monotonic() - clock,
            requests=target.safety.budget.sent,
            findings=marked,
            exchanges=tuple(map(redaction.exchange, context.recorder.exchanges)),
            surprises=tuple(map(redaction.text, surprises)),
            problems=tuple(map(redaction.text, context.problems)),
            fail_on=plan.fail_on or ("implied" if target.genuine else "assumed"),
            error=redaction.text(str(context.error or "") or (_LEFT if context.left else "")),
        )


def redaction_of(target: OpenTarget, *, rows: bool = True) -> Redaction:
    """What hides the secrets of a target, and rows that are not ours, if they are to be hidden."""
    return target.redaction(rows=rows)


def _begin(plan: Plan, target: OpenTarget, laws: tuple[Law, ...]) -> Context:
    """What drivers are given; the time of the run counts from now on."""
    seconds = plan.max_time or (None if target.shared else DEFAULT_SECONDS)
    target.safety.deadline.at = None if seconds is None else monotonic() + seconds
    terms, recorder = terms_of(plan, target), Recorder()
    if target.safety.ownership is not None:
        target.safety.ownership.foreign(str(row[ID]).lower() for row in terms.organization.refunds)
    return Context(
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


def _is_safe(plan: Plan, target: OpenTarget, context: Context) -> bool:
    """Whether drivers may run: on a shared account only after a canary."""
    if target.ledger is None:
        return True
    plan.progress("phase", "canary")
    return run_guarded(partial(_fly, plan, target), "the canary", context)


def _fly(plan: Plan, target: OpenTarget, context: Context) -> None:
    note = fly_canary(plan, target, context.terms, redaction_of(target))
    if note:
        context.problems.append(note)


def _drive(plan: Plan, target: OpenTarget, context: Context) -> None:
    drivers = plan.chosen_drivers(context.counter.most, shared=target.shared)
    end = context.deadline.at
    for driver in drivers:
        _bound(context, driver, end, is_last=driver is drivers[-1])
        if driver.least_seconds and plan.max_time is None:
            context.deadline.at = None
        context.drivers.append(driver.name)
        left_out = _why_not(driver, plan, context)
        plan.progress("phase", f"{driver.name}{left_out and ': left out, '}{left_out}")
        if left_out:
            continue
        if not run_guarded(driver.load(), driver.name, context):
            return


def _why_not(driver: Driver, plan: Plan, context: Context) -> str:
    """Why a driver does not run here, or nothing."""
    if not context.terms.exclusive and not driver.shares_data:
        return "as it does not run among others' data"
    seconds, named = context.seconds, driver.name in plan.drivers
    if seconds is not None and seconds < driver.least_seconds and not named:
        return "as the time is nearly used up"
    return ""


def _bound(context: Context, driver: Driver, end: float | None, *, is_last: bool) -> None:
    """Give the next driver its share of the time and the requests that are left."""
    context.counter.spent = False
    if end is not None:
        context.seconds = max(0.0, end - monotonic()) * (1.0 if is_last else driver.share)
        context.deadline.spent, context.deadline.at = False, monotonic() + context.seconds
    if context.counter.most is not None:
        share = 1.0 if is_last else driver.of_budget
        context.budget = int(max(0, context.counter.most - context.counter.sent) * share)


def run_guarded(drive: Callable[[Context], None], name: str, context: Context) -> bool:
    """Run one driver; whether the next may follow."""
    try:
        drive(context)
    except BudgetSpent:
        return True
    except Blocked as blocked:
        context.problems.append(f"{name} ended early: {blocked}")
    except (TargetError, SafetyError) as error:
        context.problems.append(f"the run ended early, in {name}: {error}")
        context.error = error
        return False
    return True


@contextmanager
def _cleaned(plan: Plan, target: OpenTarget, context: Context) -> Iterator[None]:
    """Delete what is ours at the end, also after an error."""
    try:
        yield
    except KeyboardInterrupt:
        plan.progress("phase", "interrupted: cleaning up")
        target.target.close()
        problems, clean = clean_up(target)
        if not clean:
            raise Interrupted(redaction_of(target).text("; ".join(problems))) from None
        for problem in problems:
            plan.progress("problem", redaction_of(target).text(problem))
        raise
    except BrokenPipeError:
        # Nobody reads what is printed, so what is left goes out with the error.
        problems, clean = clean_up(target)
        if not clean:
            raise SafetyError(redaction_of(target).text("; ".join(problems))) from None
        raise
    finally:
        problems, clean = clean_up(target)
        context.problems += problems
        context.left = not clean


def _sweep_in_spite_of_a_signal(target: OpenTarget, ledger: Ledger) -> Swept:
    """Sweep; a first signal that comes meanwhile only makes it begin again."""
    try:
        return sweep(ledger, target.target.send)
    except KeyboardInterrupt:
        target.target.close()
        return sweep(ledger, target.target.send)


def clean_up(target: OpenTarget) -> tuple[list[str], bool]:
    """Delete what is ours, and close the ledger.

    Returns:
        What the reader must know, in sentences, and whether nothing of ours is left.
    """
    safety, ledger = target.safety, target.ledger
    safety.budget.closing, safety.deadline.at = True, monotonic() + CLEAN_UP_SECONDS
    if ledger is None or ledger.closed:
        return [], True
    safety.calm()
    advice = f"run `contracts sweep {ledger.path}`"
    try:
        swept = _sweep_in_spite_of_a_signal(target, ledger)
        return swept.sentences(advice), swept.clean
    except SendError as error:
        left = len(ledger.owned) + len(ledger.pending)
        return [f"{left} refunds may be left behind ({error}); {advice}"], False
    finally:
        ledger.close()


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
    plan: Plan, target: OpenTarget, context: Context, laws: tuple[Law, ...]
) -> tuple[Finding, ...]:
    """One finding a law, in the order of the laws; then one for each of Schemathesis's checks."""
    results = context.results
    if context.error is not None:
        # That the target ended is reported; it breaks no law that happened to be tried then.
        results = [result for result in results if not _unanswered(result)]
    by_law: dict[Law, list[DriverResult]] = {law: [] for law in laws}
    for result in results:
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
    shown = best.breach.shown_law if best.breach is not None else None
    return Finding(
        shown or law,
        best.state,
        best.driver,
        redaction.breach(best.breach) if best.breach else None,
        redaction.text(best.reason),
        sum(result.requests for result in results),
        None if best.replay is None else redaction.cleaned(_replay(best, plan)),
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


def _why(law: Law, tier: str) -> str:
    if tier == "read-only" and law.tier != "read-only":
        return "the tier is read-only"
    return "no driver reached it within budget and time"
