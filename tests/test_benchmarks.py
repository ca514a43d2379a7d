"""The bench: what it measures of the judge, its rows, and the choice of parts."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import bench, inprocess, judge, steps
from tests.benchmarks.commands import timed
from tests.benchmarks.measures import Measure
from tests.benchmarks.table import rows
from tests.benchmarks.targets import TARGETS
from tests.serving import ROOT

CORE = min(os.sched_getaffinity(0))
CORES = (CORE, CORE)


def chosen(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str] | None:
    """The parts that these options choose."""
    monkeypatch.setattr(sys, "argv", ["bench", *words])
    only: list[str] | None = command.options().only
    return only


def test_the_judge_is_a_part_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--only judge` measures it alone, a whole bench measures it too, and a quick one does not."""
    assert chosen(monkeypatch, "--only", "judge") == ["judge"]
    assert chosen(monkeypatch) is None
    assert "judge" in bench.PARTS
    assert "judge" not in (chosen(monkeypatch, "--quick") or ["judge"])


def test_steps_are_counted_by_processor_time() -> None:
    """A sample a seed, each of them more than no steps."""
    found = steps.measure(40)
    assert len(found) == steps.ROUNDS
    assert min(found) > 0


def test_a_long_command_is_run_once() -> None:
    """Its wall clock is the one sample, and its processor time stands in the small print."""
    work = (sys.executable, "-c", "sum(range(3_000_000))")
    found = judge.once("judge_run", work, CORES)
    assert len(found.samples) == 1
    assert re.fullmatch(r"two processes; \d+\.\d s of CPU", found.small_print)


def test_payloads_are_sent_to_a_running_stand_in() -> None:
    """Each round is a sample; the small print has both sides' processor time."""
    found = judge.verified((*judge.VERIFY, "--operation", "delete"), CORES)
    assert len(found.samples) == judge.ROUNDS
    cpu = re.fullmatch(r"([\d.]+) s of CPU, and ([\d.]+) of the stand-in's", found.small_print)
    assert cpu is not None, found.small_print
    assert float(cpu[1]) > 0


def test_a_command_that_fails_ends_the_bench(tmp_path: Path) -> None:
    """The error has the exit code and what the command printed."""
    program = "import sys; print('one law is broken'); sys.exit(3)"
    with pytest.raises(RuntimeError, match="exit code 3: one law is broken"):
        timed((sys.executable, "-c", program), tmp_path, CORES)


def test_the_commands_that_are_timed_are_known() -> None:
    """Each takes the options that the bench gives it."""
    for words in (judge.RUN, judge.DEFECTS, judge.VERIFY):
        timed((*words, "--help"), ROOT, CORES)


def test_every_row_of_the_judge_has_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows come in the order in which they are measured, each with a bound and a verdict."""

    def slow(key: str, *_: object) -> Measure:
        return Measure(key, (30.0,), "small print")

    monkeypatch.setattr(inprocess, "steps", lambda _core: Measure("judge_steps", (6_000.0,)))
    monkeypatch.setattr(judge, "once", slow)
    monkeypatch.setattr(judge, "verified", lambda *_: Measure("judge_verify", (1.2, 1.3, 1.6)))
    found = {measure.key: measure for measure in judge.judge(CORES)}
    assert list(found) == [one.key for one in TARGETS if one.key.startswith("judge_")]
    shown = [(row[0], row[1], row[6]) for row in rows(found)]
    assert shown == [
        ("turbo's steps", "≥ 5000", "met"),
        ("contracts run in full, target app", "≤ 10", "missed, 3.00 × it"),
        ("python -m tests.defects", "≤ 20", "missed, 1.50 × it"),
        ("contracts payloads verify", "≤ 1.5", "met"),
    ]
