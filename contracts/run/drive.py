"""Runs the drivers of a plan: one after another, or the last beside them in its own process."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from contracts.drivers import BY_NAME, Driver
from contracts.drivers.context import Context, Recorder
from contracts.errors import Blocked, BudgetSpent, SafetyError, TargetError
from contracts.kernel.law import Law
from contracts.kernel.session import Sessions
from contracts.model import ID
from contracts.run.apart import Apart, Before, Left, send
from contracts.run.assumptions import terms_of
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import Plan

DEFAULT_SECONDS = 45.0
_THRESHOLDS = 50_000, 20, 1_000
"""A run keeps its exchanges to the end, so a collector that comes often only costs time."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let the garbage collector come seldom meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def begin(plan: Plan, target: OpenTarget, laws: tuple[Law, ...]) -> Context:
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


def drive_all(plan: Plan, target: OpenTarget, context: Context) -> None:
    """Run the plan's drivers; what they find is the same however many processes they share."""
    drivers = plan.chosen_drivers(context.counter.most, shared=target.shared)
    divided = plan.processes > 1 and len(drivers) > 1 and drivers[-1].apart
    end = context.deadline.at
    with _apart(plan, drivers[-1]) if divided else nullcontext() as apart:
        for driver in drivers:
            _bound(context, driver, end, is_last=driver is drivers[-1])
            if driver.least_seconds and plan.max_time is None:
                context.deadline.at = None
            context.drivers.append(driver.name)
            if apart is not None and driver is drivers[-1]:
                plan.progress("phase", driver.name)
                run_guarded(lambda _: _take(apart, target, context), driver.name, context)
            elif not _goes_on(driver, plan, context):
                return


def _goes_on(driver: Driver, plan: Plan, context: Context) -> bool:
    """Run a driver, unless it is to be left out; whether the next may follow."""
    left_out = _why_not(driver, plan, context)
    plan.progress("phase", f"{driver.name}{left_out and ': left out, '}{left_out}")
    if left_out:
        return True
    return run_guarded(driver.load(), driver.name, context)


@contextmanager
def _apart(plan: Plan, driver: Driver) -> Iterator[Apart]:
    """A driver in a process of its own, which is ended in any case."""
    process = Apart(drive_apart, plan, driver.name)
    try:
        yield process
    finally:
        process.end()


@collecting_seldom()
def drive_apart(pipe: Connection, plan: Plan, name: str) -> None:
    """Run one driver in this process, and send what it leaves."""
    with open_target(plan) as target:
        context, told = begin(plan, target, plan.chosen_laws()), list[str]()
        context.deadline.at, of_set_up = None, context.counter.sent
        context.progress = lambda kind, text: told.append(text) if kind == "problem" else None

        def earlier() -> frozenset[str]:
            try:
                before: Before = pipe.recv()
            except EOFError:
                sys.exit(1)
            context.counter.sent += before.sent - of_set_up
            context.earlier = lambda: before.broken
            return before.broken

        context.earlier = earlier
        run_guarded(BY_NAME[name].load(), name, context)
        context.earlier()
        recorder = context.recorder
        left = Left(
            context.results,
            context.problems,
            str(context.error or ""),
            told,
            recorder.exchanges,
            recorder.seen,
            frozenset(recorder.unknown),
            context.counter.sent,
            [*target.target.secrets, target.target.bearer()],
        )
    send(pipe, left)


def _take(apart: Apart, target: OpenTarget, context: Context) -> None:
    """Wait for a driver in a process of its own, and add what it leaves.

    Raises:
        TargetError: the process ended without a result, or the target failed there.
    """
    before = Before(context.broken, context.counter.sent)
    recorder = context.recorder
    left = apart.left(before, lambda: context.progress("sent", f"{recorder.seen}"))
    target.secrets += left.secrets
    context.results += left.results
    context.problems += left.problems
    context.counter.sent = left.sent
    recorder.add(left.exchanges, left.seen, left.unknown)
    for text in left.told:
        context.progress("problem", text)
    if left.error:
        context.error = TargetError(left.error)


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


def run_guarded(drive: Callable[[Context], Any], name: str, context: Context) -> bool:
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
