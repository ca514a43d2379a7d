"""Runs a plan: opens the target, runs the drivers, cleans up, and gives the findings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from time import monotonic

from contracts.drivers.context import Context
from contracts.errors import Interrupted, SafetyError, SendError, TargetError
from contracts.kernel.findings import Findings
from contracts.kernel.redaction import Redaction
from contracts.laws import ALL
from contracts.run.canary import fly_canary
from contracts.run.drive import begin, collecting_seldom, drive_all, run_guarded
from contracts.run.known_failures import load
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import Plan
from contracts.run.results import Start, findings_of
from contracts.safety.ledger import Ledger
from contracts.safety.sweep import sweep
from contracts.safety.swept import Swept

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


def redaction_of(target: OpenTarget, *, rows: bool = True) -> Redaction:
    """What hides the secrets of a target, and rows that are not ours, if they are to be hidden."""
    return target.redaction(rows=rows)


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
