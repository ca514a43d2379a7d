"""What a finished run prints, writes and ends with."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.cli import github
from contracts.errors import PlanError

if TYPE_CHECKING:
    from contracts.kernel.findings import Findings
    from contracts.reports.failure import Line
    from contracts.reports.groups import Group

_MOST_LINES, _MOST_ROWS, _COLUMNS = 25, 4, 100


def finish(findings: Findings, reports: list[tuple[str, Path]], *, verbose: bool = False) -> int:
    """Write the reports, print the findings, and answer the exit code.

    The reports come first, as a reader of the output may close it.

    Raises:
        PlanError: a report cannot be written.
    """
    from contracts.reports.groups import groups
    from contracts.reports.verdict import left_out

    unwritten = [text for kind, path in reports if (text := _unwritten(kind, path, findings))]
    for group in groups(findings):
        show("\n" + "\n".join(describe_group(group, findings, verbose=verbose)))
    for text in findings.surprises:
        click.echo(printable(f"surprise: {text}"))
    for text in findings.problems:
        click.echo(printable(f"note: {text}"))
    click.echo("\n".join(["", *map(printable, left_out(findings)), summed_up(findings)]))
    if findings.failure:
        click.echo(printable(f"Error: {findings.failure}"), err=True)
    github.publish(findings)
    if unwritten:
        raise PlanError("; ".join(unwritten))
    for kind, path in reports:
        click.echo(f"{kind} report in {path}")
    return findings.exit_code


def show(text: str) -> None:
    """Print text with colours, where the output is a terminal that wants them."""
    click.echo(text, color=False if os.environ.get("NO_COLOR") else None)


def describe_group(group: Group, findings: Findings, *, verbose: bool) -> list[str]:
    """One cause, with a script if it fits: 25 lines of 100 columns at most, or all of it."""
    from contracts.reports.failure import failure_lines
    from contracts.reports.script import script_of

    lines, room = [], _MOST_LINES
    for line in failure_lines(group, findings, verbose=verbose):
        text = printable(str(line).replace("\n", " "))
        if not verbose and line.name not in {"title", "replay"}:
            most = _COLUMNS * (_MOST_ROWS if line.name in {"law", "request", "also"} else 1)
            text = text if len(text) <= most else f"{text[: most - 1]}…"
        lines.append(_coloured(line, text))
        room -= _rows(text)
    script = script_of(group, findings)
    if not script:
        return lines
    text = printable(script.rstrip())
    if verbose or sum(map(_rows, text.split("\n"))) < room:
        return [*lines, "  script      for sh, with curl and jq:", *text.split("\n")]
    return [*lines, "  script      --verbose prints a sh script to see it; each report has it too"]


def _rows(text: str) -> int:
    return max(1, -(-len(text) // _COLUMNS))


def _coloured(line: Line, text: str) -> str:
    """A line as the terminal shows it: what differs is underlined."""
    if line.name == "title":
        return click.style(text, fg="red", bold=True)
    colour = _COLOURS.get(line.diff.sign if line.diff else "")
    if colour is None or line.diff is None:
        return text
    end = printable(line.diff.text)
    if not text.endswith(end):
        return click.style(text, fg=colour)
    parts = (click.style(printable(p), fg=colour, underline=m) for p, m in line.diff.parts)
    return click.style(text.removesuffix(end), fg=colour) + "".join(parts)


_COLOURS = {"-": "red", "+": "green"}


def summed_up(findings: Findings) -> str:
    """The run in one line."""
    from contracts.reports.texts import counted

    counts = Counter(finding.state for finding in findings.findings)
    known = sum(bool(finding.known) for finding in findings.findings)
    told = [f"{counts[state]} {state}" for state in ("kept", "broken", "undecided", "skipped")]
    return (
        f"{counted(len(findings.findings), 'law')}: {', '.join(told)}"
        f"{f' ({known} known)' if known else ''}; {findings.requests} requests in "
        f"{findings.seconds:.1f} s by {', '.join(findings.drivers) or 'no driver'}; "
        f"seed {findings.seed}"
    )


def printable(text: str) -> str:
    """The text as a terminal and a CI server may read it.

    Control characters are escaped as in JSON. So is the first character of what GitHub Actions or
    Azure Pipelines would obey as a command, such as `::stop-commands::` and `##vso[`.
    """
    text = "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
    return _COMMAND.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    blank, command = found[1] or "", found[2] or found[4]
    return f"{blank}\\u{ord(command[0]):04x}{command[1:]}"


_COMMAND = re.compile(r"(^\s*)(::)|()(##(?:vso)?\[)", re.MULTILINE)


def _unwritten(kind: str, path: Path, findings: Findings) -> str:
    """Write a report, or say why it cannot be written."""
    from contracts import reports

    try:
        reports.write(kind, path, findings)
    except OSError as error:
        return f"--report {kind}={path}: cannot be written ({error})"
    return ""
