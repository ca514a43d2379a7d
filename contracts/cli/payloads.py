"""`contracts payloads`: writes payloads, explains one, and verifies them against a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from contracts.cli.options import FILE, examples, with_options
from contracts.cli.payloads_account import account
from contracts.cli.payloads_choice import (
    AUTH,
    CHOICE,
    PROFILE,
    check_known,
    check_number,
    choice_of,
)
from contracts.cli.payloads_ledger import ledger
from contracts.cli.payloads_output import check_writable, write
from contracts.cli.payloads_verify import verify
from contracts.errors import PlanError
from contracts.payloads.formats import FORMATS

if TYPE_CHECKING:
    from contracts.payloads.record import Record


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "payloads --operation create --count 500 --format jsonl",
        "payloads --field /amount_cents --status 422 --format csv --output edges.csv",
        "payloads --safe --count 50 --format postman --output safe.postman_collection.json",
        "payloads --format postman --output edges.postman_collection.json",
        "payloads --explain create.amount_cents-is-zero",
        "payloads verify --target http://127.0.0.1:5050 --junit payloads.xml",
    ),
)
@with_options(CHOICE)
@click.option("--profile", type=PROFILE, default="default", help="The rule levels to expect.")
@click.option(
    "--auth",
    type=AUTH,
    default="unknown",
    help="any: the API accepts tokens that it did not issue; issued: it refuses them.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl")
@click.option("--output", "-o", type=FILE, help="Where to write. [default: standard output]")
@click.option("--explain", metavar="ID", help="Describe one payload; write nothing else.")
@click.option("--coverage", is_flag=True, help="Print what the payloads cover; write nothing else.")
@click.pass_context
def payloads(context: click.Context, /, **asked: Any) -> None:
    """Write requests that probe the API's edges, each with the expected answer and the reason.

    Without a filter it writes all of them, in a fixed order. The same seed gives the same bytes.
    """
    if context.invoked_subcommand is not None:
        _refuse_before(context)
        return
    from contracts.payloads.baseline import load_world
    from contracts.payloads.catalogue import records
    from contracts.payloads.coverage import table
    from contracts.payloads.formats import holds

    choice = choice_of(asked)
    check_writable(asked["output"], "--output")
    world = load_world(asked["world"])
    about, form = (world, asked["seed"], asked["profile"]), asked["form"]
    writing = asked["explain"] is None and not asked["coverage"]
    found = records(*about, choice, asked["auth"], holds(form) if writing else None)
    if choice.fields or choice.statuses:
        check_known(choice, records(*about, auth=asked["auth"]))
    if asked["explain"] is not None:
        click.echo(_explained(found, asked["explain"]))
        return
    check_number(found, choice, form if writing and choice.count else "")
    if asked["coverage"]:
        click.echo(table(found))
    else:
        write(found, form, asked["output"])


def _refuse_before(context: click.Context) -> None:
    """Refuse options that stand before a subcommand, which does not see them."""
    given = [
        parameter.opts[0]
        for parameter in context.command.params
        if context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    ]
    if given:
        name = context.invoked_subcommand
        raise PlanError(f"{', '.join(given)} before {name} would be ignored; put it after {name}")


def _explained(found: list[Record], name: str) -> str:
    from difflib import get_close_matches

    from contracts.payloads.describe import describe

    by_id = {record.id: record for record in found}
    if name not in by_id:
        near = ", ".join(get_close_matches(name, by_id, 3, 0.3)) or next(iter(by_id), "none")
        raise click.BadParameter(f"no payload {name!r}; did you mean {near}?")
    return describe(by_id[name])


for command in (verify, account, ledger):
    payloads.add_command(command)
