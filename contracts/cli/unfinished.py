"""Reports that say that a run did not finish, in the place of those of an earlier run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from contracts.errors import (
    Blocked,
    KnownFailuresError,
    PlanError,
    SafetyError,
    SendError,
    WorldFileError,
)

if TYPE_CHECKING:
    from contracts.kernel.findings import Findings

__all__ = ["EXPECTED", "NOT_YET", "Until", "reports_until_finished", "why_ended"]

EXPECTED = (SendError, Blocked, PlanError, WorldFileError, KnownFailuresError)
"""Errors whose text is meant for a person."""

NOT_YET = "the run did not finish; if none is under way, it was killed"
_LOGIN = re.compile(r"//[^/?#]*@")


@dataclass(slots=True)
class Until:
    """What a run found before it ended early, or None."""

    found: Findings | None = None

    def keep(self, findings: Findings) -> None:
        """Keep what was found so far."""
        self.found = findings


@contextmanager
def reports_until_finished(
    reports: Sequence[tuple[str, Path]], asked: dict[str, Any]
) -> Iterator[Until]:
    """Replace the reports by ones that say that the run did not finish, and why it ended early.

    Where the run ends early they hold what it had found by then.

    Args:
        reports: kinds with paths; devices and pipes are left alone.
        asked: the options of the run.
    """
    from contracts.reports.files import is_replaceable

    files = [(kind, path) for kind, path in reports if is_replaceable(path)]
    began, clock, until = datetime.now(UTC), monotonic(), Until()

    def put(why: str) -> None:
        findings = until.found or _findings(asked, began, monotonic() - clock)
        problems = (*findings.problems, why)
        for kind, path in files:
            ended = replace(findings, problems=problems, error=why, har=asked["har"])
            _write(kind, path, ended)

    put(NOT_YET)
    try:
        yield until
    except click.exceptions.Exit:
        raise
    except BaseException as error:
        with suppress(PlanError):
            put(f"the run did not finish: {why_ended(error)}")
        raise


def why_ended(error: BaseException) -> str:
    """Why an exception ended a command, in words that hold no secret."""
    if isinstance(error, KeyboardInterrupt):
        return f"interrupted{str(error) and '; '}{error}"
    if isinstance(error, BrokenPipeError):
        return "the reader of the output has closed it"
    if isinstance(error, EXPECTED):
        return str(error)
    return f"an error of the suite itself ({type(error).__name__})"


def _write(kind: str, path: Path, findings: Findings) -> None:
    from contracts import reports

    try:
        reports.write(kind, path, findings)
    except OSError as error:
        raise PlanError(f"--report {kind}={path}: cannot be written ({error})") from error


def _findings(asked: dict[str, Any], began: datetime, seconds: float) -> Findings:
    from contracts.kernel.findings import Findings
    from contracts.safety.hosts import is_genuine

    genuine = False
    with suppress(SafetyError):
        genuine = is_genuine(asked["target"])
    return Findings(
        target=_LOGIN.sub("//", asked["target"]),
        genuine=genuine,
        profile=asked["profile"] or "unknown",
        tier=asked["tier"],
        seed=str(asked["seed"]),
        drivers=(),
        began=began.isoformat().replace("+00:00", "Z"),
        seconds=seconds,
        requests=0,
        findings=(),
    )
