"""Runs a plan: opens the target, runs the drivers, cleans up, and gives the findings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

from contracts.drivers.context import Context
from contracts.errors import Interrupted, SafetyError, TargetError
from contracts.kernel.findings import Findings
from contracts.laws import ALL
from contracts.run.canary import fly_canary
from contracts.run.clean_up import clean_up
from contracts.run.drive import begin, collecting_seldom, drive_all, run_guarded
from contracts.run.known_failures import load
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import Plan
from contracts.run.results import Start, findings_of

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
    with collecting_seldom(), open_target(plan) as target:
        if plan.ledger is not None and target.ledger is None:
            why = "nothing is written" if plan.tier == "read-only" else "its worlds are thrown away"
            plan.progress("problem", f"no ledger is kept in {plan.ledger}, as {why}")
        context = begin(plan, target, laws)
        context.problems += [entry.note for entry in entries if entry.note]
        try:
            with _cleaned(plan, target, context):
                if _is_safe(plan, target, context):
                    (drive or partial(drive_all, plan, target))(context)
        except BaseException as error:
            context.error = context.error or TargetError(f"ended early ({type(error).__name__})")
            unfinished(findings_of(plan, target, context, start))
            raise
        return findings_of(plan, target, context, start)


def _is_safe(plan: Plan, target: OpenTarget, context: Context) -> bool:
    """Whether drivers may run: on a shared account only after a canary."""
    if target.ledger is None:
        return True
    plan.progress("phase", "canary")
    return run_guarded(partial(_fly, plan, target), "the canary", context)


def _fly(plan: Plan, target: OpenTarget, context: Context) -> None:
    note = fly_canary(plan, target, context.terms, target.redaction())
    if note:
        context.problems.append(note)


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
            raise Interrupted(target.redaction().text("; ".join(problems))) from None
        for problem in problems:
            plan.progress("problem", target.redaction().text(problem))
        raise
    except BrokenPipeError:
        # Nobody reads what is printed, so what is left goes out with the error.
        problems, clean = clean_up(target)
        if not clean:
            raise SafetyError(target.redaction().text("; ".join(problems))) from None
        raise
    finally:
        problems, clean = clean_up(target)
        context.problems += problems
        context.left = not clean
