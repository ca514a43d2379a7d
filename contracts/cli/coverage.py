"""`contracts coverage`: what a run's requests reach of the contract."""

from __future__ import annotations

from typing import Any

import click

from contracts.cli.options import examples, knowledge_options, plan_from, target_options


@click.command(
    epilog=examples("coverage --target app", "coverage --target app --budget 200 --random-seed 1")
)
@target_options
@knowledge_options
@click.option("--budget", type=click.IntRange(1), help="The most requests.")
@click.option("--random-seed", "seed", type=int, default=0)
def coverage(**asked: Any) -> None:
    """Run the laws and print which operations, statuses, bounds and branches were reached."""
    from contracts.cli.progress import show_progress
    from contracts.cli.signals import Signals
    from contracts.reports.coverage import coverage as covered
    from contracts.run.run import run

    with show_progress() as progress, Signals():
        findings = run(plan_from(asked, progress=progress))
    click.echo(covered(findings.exchanges).text())
