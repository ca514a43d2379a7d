"""Progress while a run goes on, and signals; findings are printed elsewhere."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

import click

from contracts.cli.output import printable
from contracts.drivers.context import Progress
from contracts.run.plan import Plan


def announce(plan: Plan) -> None:
    """Say what is about to run, and from which seed."""
    click.echo(f"contracts: target {plan.target}, tier {plan.tier}, seed {plan.seed}")


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Someone to tell how it goes: a live line on a terminal, plain lines otherwise."""
    if not sys.stdout.isatty():
        yield plainly
        return
    from rich.console import Console

    console = Console()
    counts = {"kept": 0, "broken": 0, "undecided": 0, "skipped": 0}
    with console.status("starting") as status:

        def progress(kind: str, text: str) -> None:
            if kind == "verdict":
                counts[text.rpartition(" ")[2]] += 1
                told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
                status.update(told)
            elif kind == "step":
                status.update(text)
            else:
                console.print(printable(text), markup=False, highlight=False)

        yield progress


def plainly(kind: str, text: str) -> None:
    """A line for each phase, problem and broken law."""
    if kind in {"phase", "problem"} or (kind == "verdict" and text.endswith(" broken")):
        click.echo(f"  {printable(text)}")


class Signals:
    """Turns the first SIGINT, SIGTERM or SIGHUP into KeyboardInterrupt; later ones wait.

    A signal that the caller ignores, as `nohup` does with SIGHUP, stays ignored.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            if signal.getsignal(number) not in {signal.SIG_IGN, self._first}:
                self._before[number] = signal.signal(number, self._first)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _first(self, _number: int, _frame: FrameType | None) -> None:
        for number in self._before:
            signal.signal(number, _wait)
        raise KeyboardInterrupt


def _wait(_number: int, _frame: FrameType | None) -> None:
    click.echo("  still cleaning up; SIGKILL ends at once, then use `contracts sweep`", err=True)
