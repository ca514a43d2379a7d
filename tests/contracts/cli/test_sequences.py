"""What drivers find comes with few requests before it, however their budget ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contracts.cli.conftest import Call


@pytest.mark.parametrize("driver", ["turbo", "hypothesis", "schemathesis"])
def test_a_failure_comes_with_a_short_sequence(
    driver: str, call: Call, served_url: str, tmp_path: Path
) -> None:
    """Its requests are few enough to read, and its token or a file replays them."""
    flags = ("--driver", driver, "--profile", "strict", "--law", "status-as-predicted")
    result = call("run", "--target", served_url, "--random-seed", "4", *flags)
    assert result.exit_code == 1, result.output
    before = re.findall(r"^  after       (.*)$", result.output, re.MULTILINE)
    assert all(line.count(",") < 2 for line in before), result.output
    token = re.findall(r"contracts replay --target \S+ (\S+)", result.output)[0]
    file = tmp_path / "token.txt"
    file.write_text(token, encoding="utf-8")
    for what in (token, str(file)):
        again = call("replay", "--target", served_url, what)
        assert "law         status-as-predicted: " in again.output, again.output
        assert int(re.findall(r"(\d+) requests in", again.output)[0]) <= 5, again.output


def test_a_breach_is_told_however_the_budget_ends(call: Call, served_url: str) -> None:
    """Where a budget cuts Hypothesis off, the breach that was seen still fails the run."""
    flags = ("--driver", "hypothesis", "--profile", "strict", "--law", "status-as-predicted")
    for budget in ("60", "90", "150", "400"):
        result = call(
            "run", "--target", served_url, "--random-seed", "9", "--budget", budget, *flags
        )
        assert result.exit_code == 1, (budget, result.output)
        assert "  replay      contracts replay" in result.output
