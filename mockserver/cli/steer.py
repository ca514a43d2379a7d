"""`mockserver faults | journal | clock | snapshot | reset`: one world of a running stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.errors import SettingsError, printable, shown

if TYPE_CHECKING:
    from mockserver.client import Client

__all__ = ["clock", "faults", "journal", "reset", "snapshot"]

F = TypeVar("F", bound=Callable[..., Any])

_WORDS = {"help_option_names": ["-h", "--help"]}


def _examples(*lines: str) -> str:
    """The end of a help text; the first mark keeps click from joining the lines."""
    return "\n".join(("\b", "Examples:", *(f"  mockserver {line}" for line in lines)))


def _somewhere(command: F) -> F:
    """The options that say which world of which server."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
        click.option("--world", default="default", show_default=True, help="The world's name."),
        click.option(
            "--url",
            default="http://127.0.0.1:5050",
            show_default=True,
            envvar="MOCKSERVER_URL",
            show_envvar=True,
            help="A running server.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def _client(url: str, world: str) -> Iterator[Client]:
    from mockserver.client import Client

    with Client(url, world) as client:
        yield client


@click.group(
    context_settings=_WORDS,
    epilog=_examples("faults set '*.create=after-reset'", "faults list --world me"),
)
def faults() -> None:
    """Make calls of a world fail, wait or change."""


@faults.command("list", epilog=_examples("faults list", "faults list --world me --json"))
@_somewhere
def list_faults(url: str, world: str, as_json: bool) -> None:
    """List the faults of a world."""
    with _client(url, world) as client:
        _print(client.faults(), as_json, ("id", "operation", "does", "seen", "hits"), _fault_row)


@faults.command(
    "set",
    epilog=_examples(
        "faults set '*.create=after-reset' auth.get_token=503",
        """faults set '{"operation": "*.create", "first": 1, "delay_ms": 500}' --world me""",
    ),
)
@click.argument("faults", metavar="FAULT...", nargs=-1, required=True)
@_somewhere
def set_faults(faults: Sequence[str], url: str, world: str, as_json: bool) -> None:
    """Set faults: OPERATION=WHAT, or JSON.

    WHAT is a status, an error's name or a break, with after- in front for after the write.
    """
    from mockserver.steering.documents import flag_document

    documents = [flag_document(text) for text in faults]
    with _client(url, world) as client:
        rows = [client.fault(**document) for document in documents]
        _print(rows, as_json, ("id", "operation", "does", "seen", "hits"), _fault_row)


@faults.command("clear", epilog=_examples("faults clear", "faults clear f2 --world me"))
@click.argument("fault", required=False)
@_somewhere
def clear_faults(fault: str | None, url: str, world: str, as_json: bool) -> None:
    """Clear one fault, or all."""
    del as_json
    with _client(url, world) as client:
        client.clear_faults(fault)


@click.group(
    context_settings=_WORDS,
    epilog=_examples("journal show --status 4xx", "journal show --format har > calls.har"),
)
def journal() -> None:
    """See which calls a world has answered."""


@journal.command(
    "show",
    epilog=_examples(
        "journal show --operation '*.create' --status 4xx",
        "journal show --world me --format har > calls.har",
    ),
)
@click.option("--operation", help="An operation, or a pattern.")
@click.option("--status", help="A status, 4xx, or none.")
@click.option("--rule", help="A rule that refused or warned.")
@click.option("--fault", help="The id of a fault that acted.")
@click.option("--after", type=int, help="Only calls behind this number.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["lines", "jsonl", "har", "curl"]),
    default="lines",
    show_default=True,
    help="How to print them.",
)
@_somewhere
def show_journal(form: str, url: str, world: str, as_json: bool, **query: Any) -> None:
    """Print the calls that the options choose."""
    with _client(url, world) as client:
        if form != "lines":
            click.echo(client.export_journal(form, **query), nl=False)
        else:
            columns = ("number", "at", "operation", "request", "status", "ms", "rules", "fault")
            _print(client.journal(**query), as_json, columns, _call_row)


@journal.command(
    "verify",
    epilog=_examples(
        """journal verify '{"operation": "*.create", "times": 1}'""",
        """journal verify --in-order '{"operation": "*.create"}' '{"operation": "*.get"}'""",
    ),
)
@click.argument("calls", metavar="CALL...", nargs=-1, required=True)
@click.option("--in-order", is_flag=True, help="One after the other.")
@_somewhere
@click.pass_context
def verify_journal(
    context: click.Context, calls: Sequence[str], in_order: bool, url: str, world: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Exit with 0 if the calls were seen, with 1 if not. A CALL is JSON."""
    from mockserver.client import NotSeen

    wanted = [_read(text) for text in calls]
    with _client(url, world) as client:
        try:
            found = client.verify(*wanted, in_order=in_order)
        except NotSeen as error:
            click.echo(str(error), err=True)
            context.exit(1)
        click.echo(json.dumps(found) if as_json else f"seen: {len(found)} of {len(found)}")


@journal.command("clear", epilog=_examples("journal clear", "journal clear --world me"))
@_somewhere
def clear_journal(url: str, world: str, as_json: bool) -> None:
    """Forget all calls of a world."""
    del as_json
    with _client(url, world) as client:
        client.clear_journal()


@click.group(
    context_settings=_WORDS,
    epilog=_examples("clock set frozen --at 2024-01-15T09:30:00Z", "clock advance 18000"),
)
def clock() -> None:
    """Show, set and move the clock of a world."""


@clock.command("show", epilog=_examples("clock show", "clock show --world me --json"))
@_somewhere
def show_clock(url: str, world: str, as_json: bool) -> None:
    """Show the mode and the instant."""
    with _client(url, world) as client:
        _print_clock(client.clock(), as_json)


@clock.command(
    "set",
    epilog=_examples(
        "clock set frozen --at 2024-01-15T09:30:00Z",
        "clock set ticking --tick-seconds 60 --world me",
    ),
)
@click.argument("mode", type=click.Choice(["real", "frozen", "running", "ticking"]))
@click.option("--at", help="An instant with an offset.  [default: the present one]")
@click.option("--tick-seconds", type=float, help="The step of a ticking clock.  [default: 1]")
@_somewhere
def set_clock(
    mode: str, at: str | None, tick_seconds: float | None, url: str, world: str, as_json: bool
) -> None:
    """Set the clock."""
    asked = {"at": at, "tick_seconds": tick_seconds}
    with _client(url, world) as client:
        chosen = {name: value for name, value in asked.items() if value is not None}
        _print_clock(client.set_clock(mode, **chosen), as_json)


@clock.command(
    "advance",
    context_settings={"ignore_unknown_options": True},
    epilog=_examples("clock advance 18000", "clock advance -60 --world me"),
)
@click.argument("seconds", type=float)
@_somewhere
def advance_clock(seconds: float, url: str, world: str, as_json: bool) -> None:
    """Move the clock on by SECONDS, or back."""
    with _client(url, world) as client:
        _print_clock(client.advance(seconds), as_json)


@click.group(
    context_settings=_WORDS,
    epilog=_examples("snapshot take before", "snapshot restore before --world me"),
)
def snapshot() -> None:
    """Take and restore snapshots of a world."""


@snapshot.command("list", epilog=_examples("snapshot list", "snapshot list --world me --json"))
@_somewhere
def list_snapshots(url: str, world: str, as_json: bool) -> None:
    """List the snapshots of a world."""
    with _client(url, world) as client:
        _print(client.snapshots(), as_json, _SNAPSHOT, _plain_row)


@snapshot.command("take", epilog=_examples("snapshot take before", "snapshot take a --world me"))
@click.argument("name")
@_somewhere
def take_snapshot(name: str, url: str, world: str, as_json: bool) -> None:
    """Take a snapshot."""
    with _client(url, world) as client:
        _print([client.snapshot(name)], as_json, _SNAPSHOT, _plain_row)


@snapshot.command(
    "restore", epilog=_examples("snapshot restore before", "snapshot restore a --world me")
)
@click.argument("name")
@_somewhere
def restore_snapshot(name: str, url: str, world: str, as_json: bool) -> None:
    """Hold again what a snapshot has."""
    with _client(url, world) as client:
        _print([client.restore(name)], as_json, _SNAPSHOT, _plain_row)


@snapshot.command(
    "delete", epilog=_examples("snapshot delete before", "snapshot delete a --world me")
)
@click.argument("name")
@_somewhere
def delete_snapshot(name: str, url: str, world: str, as_json: bool) -> None:
    """Forget a snapshot."""
    del as_json
    with _client(url, world) as client:
        client.delete_snapshot(name)


@snapshot.command(
    "branch", epilog=_examples("snapshot branch before other", "snapshot branch a b --world me")
)
@click.argument("name")
@click.argument("new")
@_somewhere
def branch_snapshot(name: str, new: str, url: str, world: str, as_json: bool) -> None:
    """Make the world NEW from the snapshot NAME."""
    with _client(url, world) as client:
        _print([client.branch(new, name)], as_json, _WORLD, _plain_row)


@click.command(context_settings=_WORDS, epilog=_examples("reset", "reset --world me"))
@_somewhere
def reset(url: str, world: str, as_json: bool) -> None:
    """Start a world again from its fixture."""
    with _client(url, world) as client:
        _print([client.reset()], as_json, _WORLD, _plain_row)


_SNAPSHOT = ("name", "refunds", "ids_drawn", "now")
_WORLD = ("name", "fixture", "refunds", "now")
_WHAT = ("moment", "tokens", "delay_ms", "answer", "evolve", "break", "chunks")


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{shown(text)} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{shown(text)} is no JSON object")
    return found


def _fault_row(fault: dict[str, Any]) -> dict[str, Any]:
    told = (f"{name}={json.dumps(fault[name])}" for name in _WHAT if name in fault)
    where = fault.get("operation") or f"{fault.get('method', '*')} {fault.get('path', '*')}"
    return {**fault, "operation": where, "does": " ".join(told)}


def _call_row(call: dict[str, Any]) -> dict[str, Any]:
    request, answer = call["request"], call["answer"]
    query = f"?{request['query']}" if request["query"] else ""
    return {
        **call,
        "request": f"{request['method']} {request['path']}{query}",
        "status": "none" if answer is None else answer["status"],
        "ms": call["duration_ms"],
        "rules": " ".join(call["rules"]),
    }


def _cell(value: object) -> str:
    return "-" if value is None or value == "" else printable(str(value))


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return row


def _print_clock(clock: dict[str, Any], as_json: bool) -> None:
    told = f"{clock['mode']} at {clock['now']}"
    click.echo(json.dumps(clock, indent=2) if as_json else told)


def _print(
    rows: Sequence[dict[str, Any]],
    as_json: bool,
    columns: Sequence[str],
    row_of: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = [[_cell(row_of(row).get(name)) for name in columns] for row in rows]
    table = [list(columns), *table]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        click.echo(line.rstrip())
