"""`mockserver journal`: the calls that one world of a running stand-in has answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import click

from mockserver.cli.remote import Remote, examples, read_object, steered, steering_group

__all__ = ["journal"]

_COLUMNS = ("number", "at", "operation", "request", "status", "ms", "rules", "fault")
_QUERY = (
    click.option("--operation", help="An operation, or a pattern."),
    click.option("--status", help="A status, 4xx, or none."),
    click.option("--rule", help="A rule that refused or warned."),
    click.option("--fault", help="The id of a fault that acted."),
    click.option("--pointer", help="A JSON pointer into the body, such as /amount_cents."),
    click.option("--value", help="What the pointer leads to, as JSON or as text."),
    click.option("--since", help="Only calls from this instant on."),
    click.option("--until", help="Only calls before this instant."),
    click.option("--after", type=int, help="Only calls behind this number."),
)


def _chosen(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose calls."""
    for option in reversed(_QUERY):
        command = option(command)
    return command


@steering_group("journal show --status 4xx", "journal show --format har > calls.har")
def journal() -> None:
    """See which calls a world has answered."""


@journal.command(
    "show",
    epilog=examples(
        "journal show --operation '*.create' --status 4xx",
        "journal show --world me --format har > calls.har",
    ),
)
@_chosen
@click.option(
    "--format",
    "form",
    type=click.Choice(["lines", "jsonl", "har", "curl"]),
    default="lines",
    show_default=True,
    help="How to print them.",
)
@steered
def show(remote: Remote, form: str, **query: Any) -> None:
    """Print the calls that the options choose."""
    if form == "lines":
        remote.table(remote.client.journal(**query), _COLUMNS, _row)
    else:
        click.echo(remote.client.export_journal(form, **query), nl=False)


@journal.command(
    "follow",
    epilog=examples("journal follow --status 5xx", "journal follow --world me --json"),
)
@_chosen
@steered
def follow(remote: Remote, **query: Any) -> None:
    """Print each call as it is answered, a line each, until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        for call in remote.client.follow(**query):
            row = _row(call)
            told = (str(row[name]) for name in _COLUMNS if row[name] not in (None, ""))
            click.echo(json.dumps(call) if remote.as_json else "  ".join(told))


@journal.command(
    "verify",
    epilog=examples(
        """journal verify '{"operation": "*.create", "times": 1}'""",
        """journal verify --in-order '{"operation": "*.create"}' '{"operation": "*.get"}'""",
    ),
)
@click.argument("calls", metavar="CALL...", nargs=-1, required=True)
@click.option("--in-order", is_flag=True, help="One after the other.")
@steered
def verify(remote: Remote, calls: Sequence[str], in_order: bool) -> None:
    """Exit with 0 if the calls were seen, with 1 if not. A CALL is JSON."""
    from mockserver.client import NotSeen

    try:
        found = remote.client.verify(*map(read_object, calls), in_order=in_order)
    except NotSeen as error:
        click.echo(str(error), err=True)
        click.get_current_context().exit(1)
    remote.told(found, f"seen: {len(found)} of {len(found)}")


@journal.command("clear", epilog=examples("journal clear", "journal clear --world me"))
@steered
def clear(remote: Remote) -> None:
    """Forget all calls of a world."""
    remote.client.clear_journal()


def _row(call: Mapping[str, Any]) -> Mapping[str, Any]:
    request, answer = call["request"], call["answer"]
    query = f"?{request['query']}" if request["query"] else ""
    return {
        **call,
        "request": f"{request['method']} {request['path']}{query}",
        "status": "none" if answer is None else answer["status"],
        "ms": call["duration_ms"],
        "rules": " ".join(call["rules"]),
    }
