"""A stand-in that serves beside a command, for as long as the command runs."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

from mockserver.app import Mockserver, create_app
from mockserver.cli.listening import listeners
from mockserver.cli.running import Server, configure_log, configured, protocol
from mockserver.cli.variables import variables
from mockserver.settings import Settings

__all__ = ["run_beside"]

FORWARDED = ("SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
"""The signals that are sent on, besides those that uvicorn handles: SIGINT and SIGTERM."""

NOT_FOUND, NOT_EXECUTABLE, SIGNALLED = 127, 126, 128
"""The exit codes of a shell; a signal's number is added to the last one."""


def run_beside(settings: Settings, command: Sequence[str]) -> int:
    """The exit code of a command that a stand-in serves. Raises MockserverError as `run` does."""
    app = create_app(settings)
    sockets = listeners(settings.host, settings.port)
    configure_log(settings.log_format)
    gc.freeze()
    server = _Beside(app, command)
    for name in FORWARDED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), server.handle_exit)
    server.run(sockets=sockets)
    return server.code


class _Beside(Server):
    """A server that starts a command in the place of its ready line, and ends with it."""

    def __init__(self, app: Mockserver, command: Sequence[str]) -> None:
        super().__init__(configured(app, protocol()), app)
        self.command = command
        self.code = 0
        self._child: asyncio.subprocess.Process | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._early: list[int] = []

    def announce(self, url: str) -> None:
        """Start the command, which has the terminal to itself."""
        self._waiting = asyncio.create_task(self._run(url))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Send a signal on to the command, except one that the terminal sends to both."""
        del frame
        if self._child is None:
            self._early.append(sig)
        elif self._child.returncode is None and not (sig == signal.SIGINT and _in_foreground()):
            self._child.send_signal(sig)

    async def _run(self, url: str) -> None:
        environment = {**os.environ, **variables(url)}
        try:
            self._child = await asyncio.create_subprocess_exec(*self.command, env=environment)
        except (OSError, ValueError) as error:
            is_missing = isinstance(error, FileNotFoundError)
            self.code = NOT_FOUND if is_missing else NOT_EXECUTABLE
            told = getattr(error, "strerror", None) or error
            click.echo(f"Error: cannot run {self.command[0]!r}: {told}", err=True)
        else:
            for number in self._early:
                self._child.send_signal(number)
            code = await self._child.wait()
            self.code = code if code >= 0 else SIGNALLED - code
        self.should_exit = True


def _in_foreground() -> bool:
    """Whether the terminal's Ctrl-C comes to the command as well."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return False
