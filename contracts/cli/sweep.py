"""`contracts sweep`: deletes what a ledger holds, after a crash."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from contracts.cli.options import FILE, examples, login_options, plan_from


@click.command(
    epilog=examples(
        "sweep contracts-ledger-20300131T101500-ab12cd.jsonl",
        "sweep staging.jsonl --client-id … --client-secret …",
    )
)
@click.argument("ledger", type=FILE)
@login_options
@click.pass_context
def sweep(context: click.Context, /, ledger: Path, **asked: Any) -> None:
    """Delete every refund in LEDGER from its target, newest first.

    Refunds whose id a crash lost are found by their random mark. Exits with 1 if a refund could
    not be deleted.
    """
    from contracts.cli.output import printable
    from contracts.run.open import open_target
    from contracts.safety.ledger import Ledger
    from contracts.safety.sweep import sweep as swept_from

    if ledger.is_file() and not ledger.stat().st_size:
        click.echo(f"{ledger} is empty: the run that made it sent nothing, so nothing is left")
        context.exit(0)
    held = Ledger.load(ledger)
    # The ledger names the client, never its secret.
    asked["client_id"] = asked["client_id"] or held.about.get("client_id")
    plan = plan_from(asked, target=str(held.about.get("target")), seed=0, shared=True)
    with closing(held), open_target(plan, held) as target:
        target.safety.budget.closing = True
        swept = swept_from(held, target.target.send)
        redaction = target.redaction()
    for text in swept.sentences(f"run `contracts sweep {ledger}` again"):
        click.echo(printable(redaction.text(text)))
    click.echo(f"{swept.deleted} refunds deleted, {swept.found} of them found by their mark")
    context.exit(0 if swept.clean else 1)
