"""Runs a plan: opens the target, runs the drivers, cleans up, and gives the findings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from functools import partial
from tempfile import TemporaryDirectory
from time import monotonic

from contracts.drivers import Driver
from contracts.drivers.context import Context, Recorder
from contracts.errors import Blocked, BudgetSpent, Interrupted, SafetyError, SendError, TargetError
from contracts.kernel.findings import Findings
from contracts.kernel.law import Law
from contracts.kernel.redaction import Redaction
from contracts.kernel.session import Sessions
from contracts.laws import ALL
from contracts.model import ID
from contracts.run.assumptions import terms_of
from contracts.run.canary import fly_canary
from contracts.run.known_failures import load
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import Plan
from contracts.run.results import Start, findings_of
from contracts.safety.ledger import Ledger
from contracts.safety.sweep import Swept, sweep

DEFAULT_SECONDS = 45.0
_LEFT = "not all that the run made could be deleted; the notes name what is left"
CLEAN_UP_SECONDS = 300.0
"""After this time a clean-up stops, and names what is left."""


Drive = Callable[[Context], None]


def run(
    plan: Plan,
    today: date | None = None,
    drive: Drive | None = None,
    unfinished: Callable[[Findings], None] = lambda _findings: None,
) -> Findings:
    """Check the target against the chosen laws, and clean up however that ends.

    Args:
        plan: what to run.
        today: the day that known failures are held against; today's date by default.
        drive: sends the requests; runs the plan's drivers by default.
        unfinished: is called with what was found, where a signal or an error ends the run.

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
    start = Start(laws, entries, today)
    with open_target(plan) as target:
        if plan.ledger is not None and target.ledger is None:
            why = "nothing is written" if plan.tier == "read-only" else "its worlds are thrown away"
            plan.progress("problem", f"no ledger is kept in {plan.ledger}, as {why}")
        context = _begin(plan, target, laws)
        context.problems += [entry.note for entry in entries if entry.note]
        try:
            with _cleaned(plan, target, context):
                if _is_safe(plan, target, context):
                    (drive or partial(_drive, plan, target))(context)
        except BaseException as error:
            context.error = context.error or TargetError(f"ended early ({type(error).__name__})")
            unfinished(findings_of(plan, target, context, start))
            raise
        return findings_of(plan, target, context, start)


def redaction_of(target: OpenTarget, *, rows: bool = True) -> Redaction:
    """What hides the secrets of a target, and rows that are not ours, if they are to be hidden."""
    return target.redaction(rows=rows)


def _begin(plan: Plan, target: OpenTarget, laws: tuple[Law, ...]) -> Context:
    """What drivers are given; the time of the run counts from now on."""
    seconds = plan.max_time or (None if target.shared else DEFAULT_SECONDS)
    target.safety.deadline.at = None if seconds is None else monotonic() + seconds
    terms = terms_of(plan, target)
    recorder = Recorder(lambda sent: plan.progress("sent", f"{sent}"))
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
        with nullcontext() if driver.is_light else _storing_nothing():
            goes_on = run_guarded(driver.load(), driver.name, context)
        if not goes_on:
            return


@contextmanager
def _storing_nothing() -> Iterator[None]:
    """Keep the cache of Hypothesis out of the working folder."""
    from hypothesis import configuration

    before = configuration.storage_directory(intent_to_write=False).home_directory
    with TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


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
