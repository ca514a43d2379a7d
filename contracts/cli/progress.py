"""What is printed before and during a run; `output` prints the findings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import click

from contracts.cli.output import printable
from contracts.drivers import shares
from contracts.drivers.context import Progress
from contracts.drivers.directed import plan as fitting
from contracts.reports.texts import counted
from contracts.run.plan import APP, Plan

_SILENT_SECONDS = 10.0


def describe_plan(plan: Plan) -> list[str]:
    """The dry run: the plan and the requests it may send, or the error that a run would raise."""
    plan.check()
    shared = plan.shared or not plan.is_local or plan.named_world is not None
    budget = plan.most_requests(shared=shared)
    laws = [law for law in plan.chosen_laws() if plan.tier == "scoped" or law.tier == "read-only"]
    drivers = plan.chosen_drivers(budget, shared=shared)
    given = None if budget is None else shares(drivers, budget)
    scripted = fitting(laws, None if given is None else given[0])
    cost = sum(law.cost for law in scripted)
    worlds = "one, with data of others" if shared else "fresh ones, thrown away after use"
    if plan.target != APP and not shared:
        worlds += "; on a server that is no stand-in one, with data of others"
    share = ""
    if budget is not None:
        requests = f"{budget} at most, clean-up included; the scripts need about {cost}"
        if len(drivers) > 1:
            parts = (f"{d.name} {n}" for d, n in zip(drivers, given or (), strict=True))
            share = f"shares    {', '.join(parts)}; more where one before leaves some"
    else:
        more = ", as many as the time allows for the other drivers" if len(drivers) > 1 else ""
        requests = f"about {cost} for the scripts{more}"
    ledger = plan.ledger or "contracts-ledger-….jsonl in this folder"
    clean_up = f"clean-up  one DELETE for each refund made; ledger in {ledger}"
    return [
        "Dry run: nothing is sent.",
        f"target    {plan.target}",
        f"worlds    {worlds}",
        f"tier      {plan.tier}",
        f"seed      {plan.seed}",
        f"drivers   {', '.join(driver.name for driver in drivers)}",
        f"laws      {len(laws)}, of which {len(scripted)} by scripts of their own",
        f"requests  {requests}",
        *([share] if share else ()),
        *([clean_up] if shared and plan.tier == "scoped" else ()),
        *(f"  {law.cost:5} {law.tier:9} {law.id}" for law in scripted),
    ]


@contextmanager
def show_progress(plan: Plan | None = None, *, quiet: bool = False) -> Iterator[Progress]:
    """Progress as a bar on a terminal, as plain lines otherwise, and only problems with `quiet`."""
    if quiet:
        yield lambda kind, text: _tell(text) if kind == "problem" else None
    elif not sys.stdout.isatty():
        yield PlainProgress().tell
    else:
        laws = plan.chosen_laws() if plan is not None else ()
        with _bar(sum(law.script is not None for law in laws) or None) as progress:
            yield progress


@contextmanager
def _bar(total: int | None) -> Iterator[Progress]:
    """A bar of the laws decided by scripts, with what is done and how many requests were sent."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(24),
        TextColumn("{task.completed:.0f} laws, {task.fields[sent]} requests"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("starting", total=total, sent="0")

        def progress(kind: str, text: str) -> None:
            if kind == "sent":
                bar.update(task, sent=text)
            elif kind == "verdict":
                bar.advance(task)
            elif kind in {"phase", "step"}:
                bar.update(task, description=printable(text))
            if _is_told(kind, text):
                bar.console.print(f"  {printable(text)}", markup=False, highlight=False)

        yield progress


def _is_told(kind: str, text: str) -> bool:
    """Whether a line is printed: for each phase, problem and broken law."""
    return kind in {"phase", "problem"} or (kind == "verdict" and text.endswith(" broken"))


def _tell(text: str) -> None:
    click.echo(f"  {printable(text)}")


class PlainProgress:
    """A line for each phase, problem and broken law, and one in ten seconds where none comes."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began = self._last = clock()
        self._doing, self._decided = "starting", 0

    def tell(self, kind: str, text: str) -> None:
        """Print what is to be printed."""
        now = self._clock()
        self._decided += kind == "verdict"
        if kind in {"phase", "step"}:
            self._doing = text
        if _is_told(kind, text):
            _tell(text)
            self._last = now
        elif kind == "sent" and now - self._last >= _SILENT_SECONDS:
            laws = f"{counted(self._decided, 'law')}, " if self._decided else ""
            _tell(f"{self._doing}; {laws}{text} requests, {now - self._began:.0f} s")
            self._last = now
