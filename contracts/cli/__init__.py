"""The command line `contracts`; heavy imports wait for the command that needs them."""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOWrapper
from typing import Any

import click

from contracts.cli.coverage import coverage
from contracts.cli.discover import discover
from contracts.cli.laws import laws
from contracts.cli.payloads import payloads
from contracts.cli.replay import replay
from contracts.cli.run import run
from contracts.cli.sweep import sweep
from contracts.cli.unfinished import EXPECTED

__all__ = ["main"]


_EXTRA = ("hypothesis", "jsonschema_rs", "rich", "schemathesis")
_INSTALL = "run `make install` in a clone, or install its wheel as 'PATH.whl[contracts]'"


class _Group(click.Group):
    """Shows an error that is meant for a person as one message, and exits with 2."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; letters that the output cannot encode are escaped."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            from contracts.cli.output import printable

            left = printable(str(error)) or "what the suite made has been deleted"
            raise _Refused(f"interrupted; {left}") from None
        except ModuleNotFoundError as error:
            if error.name in _EXTRA:
                raise _Refused(f"{error.name} is not installed: {_INSTALL}") from None
            raise
        except BrokenPipeError:
            _forget_output()
            sys.exit(_Refused.exit_code)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise _Refused(f"the output cannot be written: {error.strerror}") from None
        except EXPECTED as error:
            from contracts.cli.output import printable

            raise _Refused(printable(str(error))) from None


def _forget_output() -> None:
    """Let what is buffered go nowhere, as Python would fail once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())


class _Refused(click.ClickException):
    exit_code = 2


@click.group(
    cls=_Group,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "show_default": True,
    },
    epilog="Start with `contracts run --target app`, or a server's URL in place of app.",
)
@click.version_option(package_name="mockserver", prog_name="contracts")
def main() -> None:
    """Check the stand-in and the real refunds API against the same laws.

    Exit codes: 0 no law broken, 1 a law broken or a known failure out of date, 2 could not run.
    """


for command in (run, laws, replay, discover, sweep, coverage, payloads):
    main.add_command(command)
