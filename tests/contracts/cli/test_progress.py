"""What is printed while a run goes on, where nobody sees a terminal."""

from __future__ import annotations

import click
import pytest

from contracts.cli.output import describe_group
from contracts.cli.progress import PlainProgress
from contracts.reports.groups import groups
from tests.contracts.reports.found import found_in


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now


def test_a_line_comes_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing else was printed meanwhile, it says what is done and how much was sent."""
    clock = Clock()
    progress = PlainProgress(clock)
    progress.tell("phase", "directed")
    progress.tell("verdict", "a-law kept")
    for clock.now in (4.0, 9.9, 10.0, 15.0):
        progress.tell("sent", f"{clock.now * 10:.0f}")
    progress.tell("step", "turbo: shrinking a-law")
    for clock.now in (19.0, 21.0):
        progress.tell("sent", f"{clock.now * 10:.0f}")
    assert capsys.readouterr().out.splitlines() == [
        "  directed",
        "  directed; 1 law, 100 requests, 10 s",
        "  turbo: shrinking a-law; 1 law, 210 requests, 21 s",
    ]


def test_broken_laws_and_problems_are_printed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Kept laws are not."""
    progress = PlainProgress(Clock())
    for kind, text in (("verdict", "a broken"), ("verdict", "b kept"), ("problem", "c")):
        progress.tell(kind, text)
    assert capsys.readouterr().out.splitlines() == ["  a broken", "  c"]


def test_a_failure_has_colours_for_its_sides() -> None:
    """What was expected is red, what was received green, and what differs is underlined."""
    findings = found_in("note-is-trimmed")
    lines = describe_group(groups(findings)[0], findings, verbose=False)
    due, came = (next(line for line in lines if sign in line) for sign in ("- exp", "+ rec"))
    assert (due.startswith("\x1b[31m"), came.startswith("\x1b[32m")) == (True, True)
    assert "\x1b[4m" in due
    assert "refund_note" in click.unstyle(due)
