"""Annotations and a job summary for a run in GitHub Actions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from contracts.kernel.findings import Findings
    from contracts.reports.groups import Group


def publish(findings: Findings) -> None:
    """Print an annotation for each cause and surprise, and add to the job's summary."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from contracts.reports import markdown
    from contracts.reports.groups import groups
    from contracts.reports.redact import redact

    for group in groups(findings):
        if findings.fails(group.first):
            click.echo(annotation(group.first.law.id, _text(group)))
    for text in findings.surprises:
        click.echo(annotation("known failures", text))
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(markdown.render(redact(findings, exchanges=False)))
        except OSError as error:
            click.echo(f"GITHUB_STEP_SUMMARY={path}: cannot be written ({error})", err=True)


def annotation(title: str, text: str) -> str:
    """One `::error` command, with the signs of its own syntax escaped."""
    return f"::error title={_escaped(title, ':,')}::{_escaped(text)}"


def _text(group: Group) -> str:
    others = [finding.law.id for finding in group.findings[1:]]
    also = f"\nalso broken: {', '.join(others)}" if others else ""
    return f"{group.title}\n{group.first.law.sentence}{also}"


def _escaped(text: str, more: str = "") -> str:
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
