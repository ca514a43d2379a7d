"""`contracts discover`: writes a world file from read-only calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from contracts.cli.options import examples, plan_from, target_options


@click.command(
    epilog=examples(
        "discover --target https://api-staging.joincandidhealth.com -o staging.json",
        "discover --target http://127.0.0.1:5050 --most 200",
    )
)
@target_options
@click.option("--most", type=click.IntRange(1), default=1000, help="How many refunds to read.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    show_default="standard output",
    help="The world file to write.",
)
def discover(most: int, output: str, **asked: Any) -> None:
    """Write a world file of the payers, targets and invoices in existing refunds.

    It only reads. No answer contains external ids of encounters; add those by hand.
    """
    from contracts.errors import PlanError
    from contracts.run.discovery import discover as found
    from contracts.run.open import open_target

    with open_target(plan_from(asked, seed=0, tier="read-only")) as target:
        # Ids of others are what it is for; secrets are not.
        document = target.redaction(rows=False).cleaned(found(target.target.send, most))
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if output == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise PlanError(f"-o {output}: cannot be written ({error})") from error
    counts = {key: len(rows) for key, rows in document.items() if isinstance(rows, list)}
    click.echo(f"{output}: " + ", ".join(f"{count} {key}" for key, count in counts.items()))
    if not document["non_insurance_payers"]:
        click.echo("no refund names a payer; add one by hand", err=True)
