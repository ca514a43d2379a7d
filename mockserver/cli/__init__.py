"""The command line `mockserver`: flags and environment in, settings out; heavy imports wait for
their command.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

import click

from mockserver.cli.background import COMMANDS as BACKGROUND
from mockserver.cli.clock import clock
from mockserver.cli.conduct import conduct, coverage
from mockserver.cli.faults import faults
from mockserver.cli.fixtures import fixtures
from mockserver.cli.journal import journal
from mockserver.cli.printing import openapi, rules
from mockserver.cli.serve import serve
from mockserver.cli.snapshots import snapshot
from mockserver.cli.worlds import limits, load, reset, save, settings
from mockserver.errors import MockserverError
from mockserver.version import __version__

__all__ = ["main"]


_UNWRITABLE = (errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))
"""What the system says when a disk takes no more."""


class _Group(click.Group):
    """Shows an error that is meant for a person as one message, and exits with 2."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command, with files in UTF-8 and an output that may fail."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                _prepare(stream)
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in _UNWRITABLE:
                raise
            _forget_output()
            with suppress(OSError):
                click.echo(f"Error: the output cannot be written: {error.strerror}", err=True)
            sys.exit(_Refused.exit_code)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MockserverError as error:
            raise _Refused(str(error)) from None


def _prepare(stream: TextIOWrapper) -> None:
    """Let files and pipes get UTF-8, and a terminal a question mark for what it cannot show."""
    if stream.isatty():
        stream.reconfigure(errors="replace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _forget_output() -> None:
    """Let what is buffered go nowhere: Python would fail once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())


class _Refused(click.ClickException):
    exit_code = 2


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `mockserver serve`, then open http://127.0.0.1:5050/_mock.",
)
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    """A local, stateful stand-in for Candid Health's refunds API. Unofficial, synthetic data."""


for command in (
    serve,
    rules,
    openapi,
    fixtures,
    faults,
    journal,
    clock,
    snapshot,
    limits,
    settings,
    load,
    reset,
    conduct,
    coverage,
    save,
    *BACKGROUND,
):
    main.add_command(command)
