"""How a command reaches one world of a running stand-in, and prints its answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mockserver.errors import SettingsError, printable, shown

if TYPE_CHECKING:
    from mockserver.client import Client

__all__ = [
    "WORLD_COLUMNS",
    "Remote",
    "control_token",
    "examples",
    "read_object",
    "steered",
    "steering_group",
]

Row = Mapping[str, Any]
WORLD_COLUMNS = ("name", "fixture", "refunds", "now")


class Remote(NamedTuple):
    """A client of the world that the options name, and whether to print JSON."""

    client: Client
    as_json: bool

    def table(
        self, rows: Sequence[Row], columns: Sequence[str], row_of: Callable[[Row], Row] = dict
    ) -> None:
        """Print rows as a table of some columns, or as JSON with all they have."""
        if self.as_json:
            self.document(rows)
            return
        cells = [[_cell(row_of(row).get(name)) for name in columns] for row in rows]
        cells = [list(columns), *cells]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo("  ".join(padded).rstrip())

    def told(self, document: Any, text: str) -> None:
        """Print a line, or as JSON what it is made of."""
        if self.as_json:
            self.document(document)
        else:
            click.echo(text)

    def document(self, document: Any) -> None:
        """Print JSON."""
        click.echo(json.dumps(document, indent=2))


control_token = click.option(
    "--control-token",
    envvar="MOCKSERVER_CONTROL_TOKEN",
    show_envvar=True,
    help="The server's control token, if it asks for one.",
)
_WHERE = (
    click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
    click.option("--world", default="default", show_default=True, help="The world's name."),
    control_token,
    click.option(
        "--url",
        default="http://127.0.0.1:5050",
        show_default=True,
        envvar="MOCKSERVER_URL",
        show_envvar=True,
        help="A running server.",
    ),
)


def steered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name a world of a server, and a Remote of that world."""

    @wraps(command)
    def run(
        *, url: str, world: str, control_token: str | None, as_json: bool, **chosen: Any
    ) -> None:
        from mockserver.client import Client

        with Client(url, world, control_token=control_token) as client:
            command(Remote(client, as_json), **chosen)

    for option in _WHERE:
        run = option(run)
    return run


def steering_group(*lines: str) -> Callable[[Callable[..., None]], click.Group]:
    """A group of commands whose help ends with examples."""
    words = {"help_option_names": ["-h", "--help"]}
    return click.group(context_settings=words, epilog=examples(*lines))


def examples(*lines: str) -> str:
    """The end of a help text; the first mark keeps click from joining the lines."""
    return "\n".join(("\b", "Examples:", *(f"  mockserver {line}" for line in lines)))


def read_object(text: str) -> dict[str, Any]:
    """The JSON object that an argument is. Raises SettingsError for any other text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{shown(text)} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{shown(text)} is no JSON object")
    return found


def _cell(value: object) -> str:
    return "-" if value is None or value == "" else printable(str(value))
