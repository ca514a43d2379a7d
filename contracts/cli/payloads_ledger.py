"""`contracts payloads ledger`: a ledger of a run of an export, for `contracts sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.cli.options import FILE, examples, with_options
from contracts.cli.payloads_choice import SOURCE
from contracts.errors import PlanError

if TYPE_CHECKING:
    pass


@click.command(
    epilog=examples(
        "payloads ledger r0123456789ab --target http://127.0.0.1:5050 -o left.jsonl",
        "sweep left.jsonl",
    )
)
@click.argument("mark")
@click.option("--target", required=True, metavar="URL", help="Where the payloads were sent.")
@click.option("--client-id", envvar="CONTRACTS_CLIENT_ID", show_envvar=True, help="The client id.")
@with_options(SOURCE)
@click.option("--output", "-o", type=FILE, required=True, help="The ledger to write.")
def ledger(mark: str, target: str, client_id: str | None, output: Path, **asked: Any) -> None:
    """Write a ledger of what a run may have left, by the MARK that the run names.

    Give the world and the seed that the payloads were written with. It sends nothing; `contracts
    sweep` then finds what carries the mark, and deletes it.
    """
    from contracts.payloads.baseline import load_world
    from contracts.payloads.catalogue import records
    from contracts.payloads.leftovers import RUN_NAME, write_ledgers

    if RUN_NAME.fullmatch(mark) is None:
        raise PlanError(f"{mark!r} is no mark; give what the run named, such as r0123456789ab")
    found = records(load_world(asked["world"]), asked["seed"])
    about = {"target": target, "client_id": client_id, "seed": asked["seed"]}
    for file in write_ledgers(output, mark, found, about):
        click.echo(f"now run `contracts sweep {file}`")
