"""The command line `mockserver`: flags and environment in, settings out; heavy imports wait for
their command.
"""

from __future__ import annotations

import click

from mockserver.cli.background import COMMANDS as BACKGROUND
from mockserver.cli.fixtures import fixtures
from mockserver.cli.printing import openapi, rules
from mockserver.cli.serve import serve
from mockserver.cli.steer import clock, faults, journal, reset, snapshot
from mockserver.errors import MockserverError
from mockserver.version import __version__

__all__ = ["main"]


class _Group(click.Group):
    """Shows an error that is meant for a person as one message, and exits with 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MockserverError as error:
            raise _Refused(str(error)) from None


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
    reset,
    *BACKGROUND,
):
    main.add_command(command)
