"""`contracts payloads`: writes payloads, explains one, and verifies them against a target."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from contracts.cli.options import (
    FILE,
    budget_option,
    examples,
    plan_from,
    target_options,
    with_options,
)
from contracts.errors import PlanError
from contracts.model.rules import BY_ID
from contracts.payloads.formats import FORMATS
from contracts.payloads.record import AUTHS, KINDS, OPERATIONS, PROFILES

if TYPE_CHECKING:
    from contracts.payloads.catalogue import Choice
    from contracts.payloads.record import Record
    from contracts.payloads.verifier.verdicts import Verdict
    from contracts.payloads.verifier.verify import VerifierTarget

_PROFILE = click.Choice(PROFILES)
_AUTH = click.Choice(AUTHS)
_CHOICE = (
    click.option(
        "--operation",
        "operations",
        multiple=True,
        type=click.Choice(OPERATIONS),
        help="Only this operation; may be repeated.",
    ),
    click.option(
        "--class",
        "kinds",
        multiple=True,
        type=click.Choice(KINDS),
        help="Only this class; may be repeated.",
    ),
    click.option(
        "--rule",
        "rules",
        multiple=True,
        type=click.Choice(sorted(BY_ID)),
        metavar="ID",
        help="Only payloads that probe this rule or that it refuses; may be repeated.",
    ),
    click.option(
        "--count",
        type=click.IntRange(1),
        help="How many; beyond the fixed ones, drawn mixtures of edges. [default: all]",
    ),
    click.option("--random-seed", "seed", type=int, default=0, help="Same seed, same payloads."),
    click.option(
        "--world",
        type=FILE,
        help="The world file to take ids from. [default: the stand-in's default fixture; "
        "verify asks a stand-in]",
    ),
)


def _choice_of(asked: dict[str, Any]) -> Choice:
    """The choice among a command's options, taken out of them."""
    from contracts.payloads.catalogue import Choice

    return Choice(*(asked.pop(name) for name in ("operations", "kinds", "rules", "count")))


def _check_writable(path: Path | None, option: str) -> None:
    """Refuse a path that cannot be written, before anything is sent; what is there stays."""
    if path is None:
        return
    try:
        path.open("ab").close()
    except OSError as error:
        raise PlanError(f"{option} {path} cannot be written: {error.strerror}") from None


def _check_number(found: list[Record], choice: Choice) -> None:
    """Refuse a choice that nothing fits, and tell where there are fewer than asked for."""
    if not found:
        raise PlanError(f"no payload fits {choice}; leave a filter out")
    if choice.count is not None and len(found) < choice.count:
        short = f"{len(found):,} payloads fit {choice}, not {choice.count:,}"
        click.echo(f"{short}; only creates and updates can be mixed to more", err=True)


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "payloads --operation create --count 500 --format jsonl",
        "payloads --class invalid-semantic --format csv --output edges.csv",
        "payloads --format postman --output edges.postman_collection.json",
        "payloads --explain create.amount_cents.minimum.zero",
        "payloads verify --target http://127.0.0.1:5050 --junit payloads.xml",
    ),
)
@with_options(_CHOICE)
@click.option("--profile", type=_PROFILE, default="default", help="The rule levels to expect.")
@click.option(
    "--auth",
    type=_AUTH,
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

    choice = _choice_of(asked)
    _check_writable(asked["output"], "--output")
    world = load_world(asked["world"])
    found = records(world, asked["seed"], asked["profile"], choice, asked["auth"])
    if asked["explain"] is not None:
        click.echo(_explained(found, asked["explain"]))
        return
    _check_number(found, choice)
    if asked["coverage"]:
        click.echo(table(found))
    else:
        _write(found, asked["form"], asked["output"])


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


def _write(found: list[Record], form: str, output: Path | None) -> None:
    from contracts.payloads.formats import left_out, rendered

    out = left_out(found, form)
    gone = {record.id for record, _ in out}
    text = rendered([record for record in found if record.id not in gone], form)
    if output is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(text.encode())
        click.echo(f"{len(found) - len(out):,} payloads written to {output}", err=True)
    for reason, number in Counter(reason for _, reason in out).items():
        click.echo(f"{number} left out: {reason}", err=True)


def _explained(found: list[Record], name: str) -> str:
    from difflib import get_close_matches

    from contracts.payloads.describe import describe

    by_id = {record.id: record for record in found}
    if name not in by_id:
        near = ", ".join(get_close_matches(name, by_id, 3, 0.3)) or next(iter(by_id), "none")
        raise click.BadParameter(f"no payload {name!r}; did you mean {near}?")
    return describe(by_id[name])


def _show_problem(kind: str, text: str) -> None:
    from contracts.cli.output import printable

    if kind == "problem":
        click.echo(printable(f"note: {text}"), err=True)


@payloads.command(
    epilog=examples(
        "payloads verify --target app --profile strict",
        "payloads verify --target http://127.0.0.1:5050 --operation create --junit payloads.xml",
    )
)
@target_options
@with_options(_CHOICE)
@click.option("--profile", type=_PROFILE, help="The rule levels to expect. [default: ask]")
@click.option("--auth", type=_AUTH, help="The tokens that the API accepts. [default: ask]")
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
    from contracts.cli.progress import Signals
    from contracts.cli.unfinished import NOT_YET, why_ended
    from contracts.payloads.catalogue import records
    from contracts.payloads.verifier.verdicts import line, summary
    from contracts.payloads.verifier.verify import open_verifier
    from contracts.reports.files import is_replaceable

    began, junit, verbose = perf_counter(), asked.pop("junit"), asked.pop("verbose")
    _check_writable(junit, "--junit")
    choice, auth = _choice_of(asked), asked.pop("auth")
    verdicts: list[Verdict] = []
    if junit is not None and is_replaceable(junit):
        _write_junit(junit, [], 0.0, NOT_YET)
    try:
        plan = plan_from(asked, progress=_show_problem)
        with Signals(), open_verifier(plan, auth) as target:
            found = records(target.world, asked["seed"], target.profile, choice, target.auth)
            _check_number(found, choice)
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
    from contracts.payloads.verifier.verdicts import render
    from contracts.reports.files import replace_file

    if path is None:
        return
    try:
        replace_file(path, render(verdicts, seconds, why))
    except OSError as error:
        raise PlanError(f"--junit {path} cannot be written: {error.strerror}") from None
