"""`contracts payloads account`: payloads for an account, with the ids that its refunds hold."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.cli.options import FILE, examples, plan_from, target_options, with_options
from contracts.cli.payloads_choice import CHOICE, check_known, check_number, choice_of
from contracts.cli.payloads_output import check_writable, write
from contracts.errors import PlanError
from contracts.payloads.formats import FORMATS
from contracts.payloads.record import RISKS

if TYPE_CHECKING:
    from contracts.payloads.baseline import World
    from contracts.payloads.record import Record
    from contracts.run.plan import Plan


@click.command(
    epilog=examples(
        "payloads account --target https://api-staging.joincandidhealth.com "
        "-o staging.postman_collection.json",
        "payloads account --target https://api-staging.joincandidhealth.com --safe -o safe.json",
    )
)
@target_options
@with_options(CHOICE)
@click.option(
    "--risk",
    type=click.Choice(RISKS),
    default="low",
    help="The highest risk on shared data to include; --safe is the same as none.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="postman")
@click.option("--output", "-o", type=FILE, required=True, help="The file to write.")
@click.option(
    "--save-world",
    type=FILE,
    help="Also write the ids as a world file, which `payloads ledger` needs.",
)
def account(risk: str, form: str, output: Path, save_world: Path | None, **asked: Any) -> None:
    """Read an account, and write payloads for it: a Postman collection, safe cases first.

    It only reads. The payloads hold the account's ids, expect an API of unknown rules that refuses
    tokens it did not issue, and delete what they create.
    """
    from contracts.payloads.catalogue import records
    from contracts.payloads.formats import holds

    choice, seed, world = choice_of(asked), asked.pop("seed"), asked.pop("world")
    check_writable(output, "--output")
    check_writable(save_world, "--save-world")
    plan = plan_from(asked, seed=seed, world=world, tier="read-only")
    organization = _world(plan, world, save_world)
    fits, highest = holds(form), RISKS.index(risk)

    def is_taken(record: Record) -> bool:
        by_hand = record.operation == "token" and "token" not in choice.operations
        return RISKS.index(record.risk) <= highest and not by_hand and fits(record)

    every = records(organization, seed, "unknown", auth="issued")
    check_known(choice, every)
    chosen = records(organization, seed, "unknown", choice, "issued", is_taken)
    found = list(filter(is_taken, chosen))
    check_number(found, choice, f"{form} of risk {risk} at most")
    write(sorted(found, key=lambda r: RISKS.index(r.risk)), form, output, plan.target)
    _warn(found, [record for record in every if choice.takes(record)], plan)


def _world(plan: Plan, file: Path | None, save: Path | None) -> World:
    """The ids of a world file, or of the account's refunds, which may be saved as one.

    Raises:
        PlanError: no refund names a payer.
    """
    from contracts.model.organization import organization_from
    from contracts.payloads.baseline import World, load_world
    from contracts.run.discovery import discover
    from contracts.run.open import open_target

    with open_target(plan) as target:
        if file is not None:
            return load_world(file)
        document = discover(target.target.send)
    organization = organization_from(document)
    if not organization.enabled_payers():
        raise PlanError(
            "no refund of this account names a payer that is enabled, and payloads need one; "
            "create a refund there, or give the ids in a world file with --world"
        )
    if save is not None:
        save.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return World(organization)


def _warn(found: list[Record], asked: list[Record], plan: Plan) -> None:
    """Say what the file does to the account, and what is not in it."""
    reads = sum(record.is_safe for record in found)
    click.echo(f"{reads:,} of them only read, and come first", err=True)
    if reads < len(found):
        click.echo(
            f"warning: the other {len(found) - reads:,} create refunds in {plan.target}, and "
            "delete them at the end; ask whoever shares this account, or take --safe",
            err=True,
        )
    taken = {record.id for record in found}
    out = Counter(record.risk for record in asked if record.id not in taken)
    for risk in ("medium", "high"):
        if out[risk]:
            click.echo(f"{out[risk]:,} of risk {risk} are not in it; see --risk", err=True)
    if not any(record.operation == "token" for record in found):
        click.echo("no token calls are in it, as the vendor limits them; see --operation", err=True)
    click.echo("the file holds ids of this account and no secret: keep it like its data", err=True)
