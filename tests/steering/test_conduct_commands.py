"""`mockserver conduct` and `coverage`, and the methods of the client behind them."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from click.testing import CliRunner, Result

from mockserver import Client
from mockserver.cli import main
from mockserver.steering.conduct import KINDS
from tests.control.refunds import refund_of
from tests.steering.world import PATH

Run = Callable[..., Result]


@pytest.fixture
def run(served_url: str, world: str) -> Run:
    """Runs a command on a world of the test's own, whose client misused it twice."""
    with Client(served_url, world) as client, httpx.Client(base_url=client.api_url) as api:
        client.reset()
        for _ in range(2):
            refused = api.post(PATH, json=refund_of(-1), headers={"authorization": "Bearer any"})
            assert refused.status_code == 422
        assert [found["kind"] for found in client.conduct()["findings"]] == ["repeated-refusal"]
        assert client.coverage()["met"] == 3
        assert client.coverage(all_worlds=True)["met"] >= 3

    def command(*words: str) -> Result:
        chosen = [*words, "--url", served_url, "--world", world]
        return CliRunner().invoke(main, chosen, catch_exceptions=False)

    return command


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], 0),
        (["--fail-on", "repeated-create"], 0),
        (["--fail-on", "repeated-create", "--fail-on", "repeated-refusal"], 1),
        (["--fail-on", "any"], 1),
        (["--fail-on", "repeated-refusals"], 2),
    ],
)
def test_conduct_has_an_exit_code(run: Run, flags: list[str], code: int) -> None:
    """Only a kind that was asked for fails; an unknown one is told with the nearest."""
    done = run("conduct", *flags)
    assert done.exit_code == code, done.output
    if code == 2:
        assert "did you mean repeated-refusal? use one of early-retry, " in done.output
    else:
        assert "findings: 1 in 2 calls" in done.output


def test_conduct_prints_json(run: Run) -> None:
    """The report for a program is the one of the server, and has the same exit code."""
    done = run("conduct", "--json", "--fail-on", "any")
    [found] = json.loads(done.output)["findings"]
    assert (found["calls"], done.exit_code) == ([1, 2], 1)


def test_the_help_names_every_kind() -> None:
    """The kinds in the help are those of the table."""
    told = CliRunner().invoke(main, ["conduct", "--help"]).output
    assert [kind.id for kind in KINDS if kind.id not in told] == []


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], 0),
        (["--fail-under", "{below}"], 0),
        (["--fail-under", "{above}"], 1),
        (["--fail-under", "101"], 2),
        (["--json", "--markdown"], 2),
    ],
)
def test_coverage_has_an_exit_code(run: Run, flags: list[str], code: int) -> None:
    """The threshold is a percent, compared with the exact share and not with the one shown."""
    whole = json.loads(run("coverage", "--json").output)["of"]
    below, above = 300 / whole - 0.01, 300 / whole + 0.01
    done = run("coverage", *(flag.format(below=below, above=above) for flag in flags))
    assert done.exit_code == code, done.output
    if code == 1:
        shown = 3_000 // whole / 10
        told = f"{shown} % were met; --fail-under asks for {above:g} %\n"
        assert done.stderr == told


def test_coverage_prints_text_markdown_and_json(run: Run) -> None:
    """Each form has the same numbers."""
    report = json.loads(run("coverage", "--json").output)
    share = f"{report['met']} of {report['of']}"
    assert run("coverage").output.startswith(f"{share} met: {report['percent']} %\n")
    heading, _, columns, *_ = run("coverage", "--markdown").output.splitlines()
    assert heading == f"### Coverage of the contract: {report['percent']} % ({share})"
    assert columns.startswith("| operation | met |")
    assert json.loads(run("coverage", "--json", "--all-worlds").output)["met"] >= 3


def test_coverage_is_cleared_after_it_is_printed(run: Run) -> None:
    """With --clear the report is the last one on what was met so far."""
    assert run("coverage", "--clear").output.startswith("3 of ")
    assert run("coverage").output.startswith("0 of ")


def test_all_coverage_is_cleared(served_url: str) -> None:
    """A client forgets what the calls of all worlds met."""
    with Client(served_url) as client:
        client.clear_coverage(all_worlds=True)
        assert client.coverage(all_worlds=True)["met"] == 0
