"""Signals that end a command, so that it cleans up first."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, Self

import click


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
