"""`contracts payloads verify`: sends payloads to a target and reports what differs."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from contracts.cli.options import (
    FILE,
    budget_option,
    examples,
    plan_from,
    target_options,
    with_options,
)
from contracts.cli.payloads_choice import (
    AUTH,
    CHOICE,
    PROFILE,
    check_known,
    check_number,
    choice_of,
)
from contracts.cli.payloads_output import check_writable
from contracts.errors import PlanError

if TYPE_CHECKING:
    from contracts.payloads.verifier.verdicts import Verdict
    from contracts.payloads.verifier.verify import VerifierTarget


def _show_problem(kind: str, text: str) -> None:
    from contracts.cli.output import printable

    if kind == "problem":
        click.echo(printable(f"note: {text}"), err=True)


@click.command(
    epilog=examples(
        "payloads verify --target app --profile strict",
        "payloads verify --target http://127.0.0.1:5050 --operation create --junit payloads.xml",
    )
)
@target_options
@with_options(CHOICE)
@click.option("--profile", type=PROFILE, help="The rule levels to expect. [default: ask]")
@click.option("--auth", type=AUTH, help="The tokens that the API accepts. [default: ask]")
@budget_option
@click.option("--ledger", type=FILE, help="Where to record created refunds, for `sweep`.")
@click.option("--junit", type=FILE, help="Write a JUnit file, one test case per payload.")
@click.option("--verbose", is_flag=True, help="Also print passed payloads.")
@click.pass_context
def verify(context: click.Context, /, **asked: Any) -> None:
    """Send payloads, and report each unexpected answer or effect.

    Exit codes: 0 all as expected, 1 some not, 2 could not run.
    """
    from contracts.cli.output import printable
    from contracts.cli.signals import Signals
    from contracts.cli.unfinished import NOT_YET, why_ended
    from contracts.payloads.catalogue import records
    from contracts.payloads.verifier.lines import line, summary
    from contracts.payloads.verifier.verify import open_verifier
    from contracts.reports.files import is_replaceable

    began, junit, verbose = perf_counter(), asked.pop("junit"), asked.pop("verbose")
    check_writable(junit, "--junit")
    choice, auth = choice_of(asked), asked.pop("auth")
    verdicts: list[Verdict] = []
    if junit is not None and is_replaceable(junit):
        _write_junit(junit, [], 0.0, NOT_YET)
    try:
        plan = plan_from(asked, progress=_show_problem)
        with Signals(), open_verifier(plan, auth) as target:
            about = target.world, asked["seed"], target.profile
            found = records(*about, choice, target.auth)
            if choice.fields or choice.statuses:
                check_known(choice, records(*about, auth=target.auth))
            check_number(found, choice)
            for verdict in target.verifier.verdicts(found):
                verdicts.append(verdict)
                is_after_end = target.verifier.ended and verdict.status == "skipped"
                if verbose or not (verdict.status == "passed" or is_after_end):
                    click.echo(printable(line(verdict)))
    except BaseException as error:
        why = f"the run did not finish: {why_ended(error)}"
        _write_junit(junit, verdicts, perf_counter() - began, why)
        raise
    seconds = perf_counter() - began
    why = _why_not(verdicts, target)
    _write_junit(junit, verdicts, seconds, why)
    click.echo(f"profile {target.profile}: {summary(verdicts, seconds)}")
    failed = [verdict.record.id for verdict in verdicts if verdict.status == "failed"]
    if failed:
        click.echo(f"see a payload whole with `contracts payloads --explain {failed[0]}`")
    if why and (target.verifier.ended or not failed):
        raise PlanError(why)
    context.exit(1 if failed else 0)


def _why_not(verdicts: list[Verdict], target: VerifierTarget) -> str:
    """Why a run cannot pass for a good one, or empty."""
    ended, left = target.verifier.ended, target.left
    undecided = sum(verdict.undecided for verdict in verdicts)
    decided = sum(verdict.status != "skipped" for verdict in verdicts)
    if ended:
        skipped = sum(verdict.status == "skipped" for verdict in verdicts) - undecided
        why = f"the run ended early, and {skipped:,} payloads were not sent or not judged: {ended}"
        return "; ".join([why, *left])
    if undecided > decided or not decided:
        return (
            f"{decided:,} payloads were decided and {undecided:,} were answered by gateways or "
            "quotas, so this says too little about the target"
        )
    return "not all that was made could be deleted; the notes name what is left" if left else ""


def _write_junit(path: Path | None, verdicts: list[Verdict], seconds: float, why: str) -> None:
    """Write the JUnit file, if one is asked for.

    Raises:
        PlanError: it cannot be written.
    """
    if path is None:
        return
    from contracts.payloads.verifier.junit import render
    from contracts.reports.files import replace_file

    try:
        replace_file(path, render(verdicts, seconds, why))
    except OSError as error:
        raise PlanError(f"--junit {path} cannot be written: {error.strerror}") from None
