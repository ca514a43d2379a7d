"""Annotations and a job summary for a run in GitHub Actions."""

from __future__ import annotations

import os
from pathlib import Path

import click

from contracts.kernel.findings import Finding, Findings


def publish(findings: Findings) -> None:
    """Print an annotation for each broken law and surprise, and add to the job's summary."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    for finding in findings.broken:
        click.echo(annotation(finding.law.id, _text(finding)))
    for text in findings.surprises:
        click.echo(annotation("known failures", text))
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(summary(findings))
        except OSError as error:
            click.echo(f"GITHUB_STEP_SUMMARY={path}: cannot be written ({error})", err=True)


def annotation(title: str, text: str) -> str:
    """One `::error` command, with the signs of its own syntax escaped."""
    return f"::error title={_escaped(title, ':,')}::{_escaped(text)}"


def summary(findings: Findings) -> str:
    """The run as Markdown."""
    lines = [f"### Contract of {findings.target}", "", "| law | verdict | evidence |", "|-|-|-|"]
    lines += [
        f"| `{f.law.id}` {_cell(f.law.sentence)} | {_cell(f.known) or f.state} | {f.law.evidence} |"
        for f in findings.findings
        if f.state == "broken"
    ]
    if len(lines) == 4:
        kept_all = "Every law that was decided is kept."
        lines[2:] = [kept_all if findings.decides else "Nothing was decided."]
    lines += ["", *(f"- {_cell(text)}" for text in (*findings.surprises, *findings.problems))]
    kept = sum(f.state == "kept" for f in findings.findings)
    total = len(findings.findings)
    counts = f"{kept} of {total} laws kept, {findings.requests} requests, seed {findings.seed}"
    return "\n".join([*lines, "", counts, "", ""])


def _text(finding: Finding) -> str:
    text = finding.law.sentence
    if finding.breach is not None:
        text += f"\nexpected: {finding.breach.expected}\nreceived: {finding.breach.received}"
    return text


def _escaped(text: str, more: str = "") -> str:
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
