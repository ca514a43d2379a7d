"""`mockserver conduct | coverage`: what a client did to a running stand-in, as an exit code too."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mockserver.cli.remote import Remote, examples, steered
from mockserver.errors import SettingsError

__all__ = ["conduct", "coverage"]

_WORDS = {"help_option_names": ["-h", "--help"]}


@click.command(
    context_settings=_WORDS,
    epilog=examples(
        "conduct --world me --fail-on repeated-create --fail-on early-retry",
        "conduct --fail-on any --json",
    ),
)
@click.option("--fail-on", metavar="KIND", multiple=True, help="Exit with 1 if it is found.")
@steered
def conduct(remote: Remote, fail_on: Sequence[str]) -> None:
    """Report what a client did wrong, with the calls that prove it.

    Exits with 1 if a KIND of --fail-on is found.

    \b
    KIND is one of:
      early-retry   repeated-create   token-per-call  ignored-page
      unread-field  repeated-refusal  any
    """
    from mockserver.steering.conduct import as_text, read_kinds

    failing = read_kinds(fail_on)
    report = remote.client.conduct()
    remote.told(report, as_text(report).rstrip("\n"))
    if any(finding["kind"] in failing for finding in report["findings"]):
        click.get_current_context().exit(1)


@click.command(
    context_settings=_WORDS,
    epilog=examples(
        "coverage --all-worlds --fail-under 60",
        "coverage --world me --markdown > summary.md",
    ),
)
@click.option("--fail-under", type=click.FloatRange(0, 100), help="Exit with 1 below this percent.")
@click.option("--markdown", is_flag=True, help="Print Markdown, for the summary of a job.")
@click.option("--all-worlds", is_flag=True, help="Count the calls of all worlds together.")
@click.option("--clear", is_flag=True, help="Forget afterwards what was met.")
@steered
def coverage(
    remote: Remote, *, fail_under: float | None, markdown: bool, all_worlds: bool, clear: bool
) -> None:
    """Report what a client has met of the contract, and what not.

    Counts each operation's statuses, with their errors, its rules, and the kinds of the unions in
    its request. Exits with 1 if less than --fail-under percent was met.
    """
    from mockserver.steering.coverage import as_markdown, as_text

    if remote.as_json and markdown:
        raise SettingsError("--json and --markdown are both given; choose one")
    report = remote.client.coverage(all_worlds)
    if clear:
        remote.client.clear_coverage(all_worlds)
    remote.told(report, (as_markdown(report) if markdown else as_text(report)).rstrip("\n"))
    if fail_under is not None and 100 * report["met"] < fail_under * report["of"]:
        told = f"{report['percent']} % were met; --fail-under asks for {fail_under:g} %"
        click.echo(told, err=True)
        click.get_current_context().exit(1)
