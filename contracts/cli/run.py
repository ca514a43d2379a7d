"""`contracts run`: checks a target against the laws, and reports what was found."""

from __future__ import annotations

import atexit
import gc
from dataclasses import replace
from pathlib import Path
from secrets import randbelow
from typing import Any

import click

from contracts.cli.options import (
    EVIDENCE,
    FILE,
    budget_option,
    examples,
    knowledge_options,
    plan_from,
    target_options,
)
from contracts.drivers import DRIVERS
from contracts.errors import PlanError

KINDS = ("junit", "json", "html", "har", "markdown")


@click.command(
    epilog=examples(
        "run --target http://127.0.0.1:5050",
        "run --target app --budget 200 --random-seed 7",
        "run --target app --topic paging --report junit=report.xml,html=report.html",
        "run --target https://api-staging.joincandidhealth.com --world staging.json --dry-run",
        "run --target http://127.0.0.1:5050 --tier read-only",
    )
)
@target_options
@knowledge_options
@click.option(
    "--tier",
    type=click.Choice(["read-only", "scoped"]),
    default="scoped",
    help="read-only sends no writes; scoped changes only what it created.",
)
@budget_option
@click.option(
    "--max-time",
    type=click.FloatRange(0.1),
    help="Seconds after which no new sequence starts. [default: 45 on a stand-in]",
)
@click.option("--random-seed", "seed", type=int, help="Same seed, same requests. [default: random]")
@click.option("--law", "laws", multiple=True, metavar="ID", help="Only this law; may be repeated.")
@click.option("--topic", "topics", multiple=True, help="Only laws of this topic.")
@click.option("--evidence", multiple=True, type=EVIDENCE, help="Only laws of this evidence.")
@click.option(
    "--driver",
    "drivers",
    multiple=True,
    type=click.Choice([driver.name for driver in DRIVERS]),
    help="Only this driver. [default: all; the light ones with a small budget]",
)
@click.option(
    "--stop-after",
    type=click.IntRange(1),
    default=20,
    help="Consecutive server errors that stop a run.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Processes that share the work for the target app; two at most are used. One process "
    "asks a server, as its budget, rate, ledger and clean-up hold in one. "
    "[default: the cores; 1 for a server or with a bound]",
)
@click.option(
    "--fail-on",
    type=EVIDENCE,
    help="The weakest evidence whose broken laws fail the run. [default: assumed; a real API: "
    "implied]",
)
@click.option("--known-failures", type=FILE, help="The file of expected failures, as TOML.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="KIND=PATH",
    help=f"{', '.join(KINDS)}; may be repeated or joined by commas.",
)
@click.option(
    "--har",
    type=click.Choice(["failing", "all"]),
    default="failing",
    help="What a har report holds: failing requests with their set-up, or all.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print all of each failure, its script too.")
@click.option("-q", "--quiet", is_flag=True, help="Print no progress, only what was found.")
@click.option("--dry-run", is_flag=True, help="Print the plan and the requests; send nothing.")
@click.pass_context
def run(context: click.Context, /, **asked: Any) -> None:
    """Check a target against the contract.

    On a stand-in each sequence gets a fresh world. Any other API is treated as an account with
    others' data: the run records the refunds it creates in a ledger, changes nothing else, and
    deletes them at the end.
    """
    # The exchanges are kept to the end; to look through them once more there takes seconds.
    atexit.register(gc.freeze)
    from contracts.cli.progress import describe_plan, show_progress
    from contracts.cli.signals import Signals
    from contracts.cli.unfinished import reports_until_finished

    reports = reports_of(asked.pop("reports"))
    dry, verbose, quiet = (asked.pop(name) for name in ("dry_run", "verbose", "quiet"))
    har = asked.pop("har")
    if asked["seed"] is None:
        asked["seed"] = randbelow(10**9)
    if dry:
        click.echo("\n".join(describe_plan(plan_from(asked))))
        return
    from contracts.cli.output import finish
    from contracts.run.run import run as put

    for kind, path in reports:
        ready_for_report(kind, path)
    with reports_until_finished(reports, {**asked, "har": har}) as until:
        plan = plan_from(asked)
        plan.check()
        plan.chosen_laws()
        if not quiet:
            click.echo(f"contracts: target {plan.target}, tier {plan.tier}, seed {plan.seed}")
        with show_progress(plan, quiet=quiet) as progress, Signals():
            findings = put(replace(plan, progress=progress), unfinished=until.keep)
    context.exit(finish(replace(findings, har=har), reports, verbose=verbose))


def reports_of(texts: tuple[str, ...]) -> list[tuple[str, Path]]:
    """The values of `--report` as kinds with paths.

    Raises:
        PlanError: no such kind, or a path is missing.
    """
    pairs: list[tuple[str, Path]] = []
    for text in ",".join(texts).split(",") if texts else ():
        kind, _, path = text.partition("=")
        if kind not in KINDS or not path:
            raise PlanError(f"--report {text!r}: expected KIND=PATH, KIND of {', '.join(KINDS)}")
        if Path(path) in {known for _, known in pairs}:
            raise PlanError(f"--report {text!r}: another report goes to that file already")
        pairs.append((kind, Path(path)))
    return pairs


def ready_for_report(kind: str, path: Path) -> None:
    """Check that a report can be written, before a run is spent on it.

    Raises:
        PlanError: it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        path.open("a").close()
        if fresh:
            path.unlink()
    except OSError as error:
        raise PlanError(f"--report {kind}={path}: cannot be written ({error})") from error
