"""What the commands print that do not serve: help, version, rules and the document."""

from __future__ import annotations

import json

import pytest
import yaml

from mockserver import __version__
from mockserver.rules import ALL, PROFILES
from mockserver.spec import openapi, openapi_bytes
from tests.cli.commands import invoke, ran

COMMANDS = ["serve", "rules", "openapi", "fixtures"]


def test_help_names_each_command() -> None:
    """`--help` says what the program is, and names each command with a line of its own."""
    helped = ran("--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "stand-in for Candid Health's refunds API" in helped.stdout
    lines = helped.stdout.partition("Commands:")[2].splitlines()
    told = [line.split(maxsplit=1) for line in lines if line.startswith("  ") and line.split()]
    assert {words[0] for words in told if len(words) > 1} >= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(command: str) -> None:
    """Each command's help shows how it is used, under `-h` too."""
    helped = invoke(command, "--help")
    assert helped.exit_code == 0
    assert f"\n  mockserver {command}" in helped.output.replace("    ", "  ")
    assert invoke(command, "-h").output == helped.output


def test_help_fits_a_terminal() -> None:
    """No line of any help is longer than a hundred characters."""
    for command in ([], *([name] for name in COMMANDS)):
        lines = invoke(*command, "--help").output.splitlines()
        assert max(map(len, lines)) <= 100


def test_version_is_the_package_s() -> None:
    """`--version` prints the name and the version."""
    told = ran("--version")
    assert (told.returncode, told.stdout) == (0, f"mockserver, version {__version__}\n")


@pytest.mark.parametrize("profile", PROFILES)
def test_rules_are_printed_as_a_table(profile: str) -> None:
    """`rules` prints a line for each rule: level in the profile, evidence, stage and words."""
    lines = invoke("rules", "--profile", profile).output.splitlines()
    assert lines[0].split()[:4] == ["id", "level", "evidence", "stage"]
    assert [line.split(maxsplit=4) for line in lines[1:]] == [
        [rule.id, PROFILES[profile][rule.id], rule.evidence, rule.stage, rule.what] for rule in ALL
    ]


def test_rules_are_printed_as_json() -> None:
    """`rules --json` prints all that is known of each rule, its source too."""
    rows = json.loads(ran("rules", "--json").stdout)
    default = PROFILES["default"]
    assert rows == [{**rule.described(), "level": default[rule.id]} for rule in ALL]
    assert all(row["source"] for row in rows)


def test_document_is_printed() -> None:
    """`openapi` prints the document as it is stored; `openapi --yaml` prints the same as YAML."""
    assert ran("openapi").stdout.encode() == openapi_bytes()
    assert yaml.safe_load(invoke("openapi", "--yaml").output) == openapi()


def test_no_command_is_help() -> None:
    """The program alone prints its help, as an error."""
    told = invoke()
    assert told.exit_code == 2
    assert "Commands:" in told.output
