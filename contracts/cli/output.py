"""What a finished run prints, writes and ends with."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import click

from contracts.cli import github
from contracts.errors import PlanError
from contracts.kernel.findings import Finding, Findings

_SHOWN_REQUESTS = 12


def finish(findings: Findings, reports: list[tuple[str, Path]]) -> int:
    """Write the reports, print the findings, and answer the exit code.

    The reports come first, as a reader of the output may close it.

    Raises:
        PlanError: a report cannot be written.
    """
    unwritten = [text for kind, path in reports if (text := _unwritten(kind, path, findings))]
    for finding in findings.findings:
        if finding.state == "broken":
            click.echo("\n" + printable("\n".join(describe_finding(finding, findings))))
    for text in findings.surprises:
        click.echo(printable(f"surprise: {text}"))
    for text in findings.problems:
        click.echo(printable(f"note: {text}"))
    click.echo("\n" + summed_up(findings))
    if findings.failure:
        click.echo(printable(f"Error: {findings.failure}"), err=True)
    github.publish(findings)
    if unwritten:
        raise PlanError("; ".join(unwritten))
    for kind, path in reports:
        click.echo(f"{kind} report in {path}")
    return findings.exit_code


def describe_finding(finding: Finding, findings: Findings) -> list[str]:
    """A broken law, with all it takes to see it again."""
    from contracts.reports.verdict import LABELS, label

    law, breach = finding.law, finding.breach
    known = f" ({finding.known})" if finding.known else ""
    lines = [
        f"{law.id}: {LABELS[label(finding, findings)]}{known}",
        f"  law       {law.sentence}",
        f"  evidence  {law.evidence}: {law.source}",
    ]
    if breach is not None:
        for exchange in breach.exchanges[-_SHOWN_REQUESTS:]:
            lines += [f"  request   {exchange.request.curl()}", f"            {exchange.summary()}"]
        lines += [f"  expected  {breach.expected}", f"  received  {breach.received}"]
    if finding.sequence:
        lines += ["  sequence", *(f"    {dict(step)}" for step in finding.sequence)]
    if finding.token:
        lines.append(f"  replay    {findings.replay_of(finding)}")
    return lines


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
