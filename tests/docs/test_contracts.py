"""The pages on the contract suite name its commands, options, reports and published names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

import contracts
from contracts.cli import main
from contracts.cli.run import KINDS
from contracts.kernel.law import Law
from contracts.laws import ALL
from contracts.run.known_failures import load
from tests.docs.documents import DOCUMENTS, Row, document
from tests.docs.reader import commands, own_commands

GUIDE, OPTIONS_PAGE = document("docs/contracts.md"), document("docs/contracts-cli.md")
ELSEWHERE = {"payloads"}
"""Commands that have a page of their own."""

COMMANDS = {name: command for name, command in main.commands.items() if name not in ELSEWHERE}
OPTIONS = OPTIONS_PAGE.table("option", "commands", "default", "what it does")
_CALL = re.compile(r"(?:^|[;{(|&] ?)contracts (.+)$", re.MULTILINE)
_ENDS = frozenset({"|", "||", "&&", ">", ";", "&"})


def _options(command: click.Command) -> dict[str, click.Option]:
    return {p.opts[-1]: p for p in command.params if isinstance(p, click.Option)}


def _calls() -> Iterator[str]:
    """Every call of `contracts` in a shell block or in a step of a workflow."""
    for name in DOCUMENTS:
        for block in document(name).blocks():
            if block.language == "sh":
                for command in commands(block):
                    yield from _CALL.findall(command.replace("\\\n", " "))
            elif block.language == "yaml":
                yield from re.findall(r"run: contracts (.+)$", block.text, re.MULTILINE)


def _words(call: str) -> list[str]:
    """The words of a call up to where the shell ends it."""
    lexer = shlex.shlex(call, posix=True, punctuation_chars="|&;>")
    lexer.whitespace_split = True
    words = list[str]()
    for word in lexer:
        if word in _ENDS:
            break
        words.append(word)
    return words


def test_every_command_has_its_row() -> None:
    """The first table has the commands, in the order in which help shows them."""
    told = [row["command"] for row in OPTIONS_PAGE.table("command", "what it does")]
    assert sorted(told) == sorted(COMMANDS)


def test_every_option_has_its_row() -> None:
    """The second table has each option once, with the commands that take it."""
    due: dict[str, list[str]] = {}
    for name, command in COMMANDS.items():
        for flag in _options(command):
            due.setdefault(flag, []).append(name)
    told = {row["option"]: row["commands"].split(", ") for row in OPTIONS}
    assert {flag: sorted(names) for flag, names in told.items()} == {
        flag: sorted(names) for flag, names in due.items()
    }


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row["option"])
def test_defaults_and_variables_are_those_of_the_code(row: Row) -> None:
    """A default that is a value is the option's, and its variable is named."""
    option = _options(COMMANDS[row["commands"].split(", ")[0]])[row["option"]]
    if option.envvar:
        assert str(option.envvar) in row["what it does"]
    if option.is_flag:
        assert row["default"] == "off"
    elif isinstance(option.default, int | float | str) and option.default != "-":
        assert row["default"] == str(option.default)


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row["option"])
def test_choices_are_told(row: Row) -> None:
    """Each value that an option admits is in its row; drivers are listed by `--help`."""
    option = _options(COMMANDS[row["commands"].split(", ")[0]])[row["option"]]
    if isinstance(option.type, click.Choice) and row["option"] != "--driver":
        missing = [one for one in option.type.choices if f"`{one}`" not in row["what it does"]]
        assert missing == []


@pytest.mark.parametrize("call", sorted(set(_calls())))
def test_calls_are_understood(call: str) -> None:
    """Each call of `contracts` in the documents has options and values that are known."""
    name, *words = _words(call)
    context = main.commands[name].make_context(name, words)
    laws = context.params.get("laws") or ()
    assert set(laws) <= {law.id for law in ALL}


def test_there_are_such_calls() -> None:
    """The documents call each command that has no page of its own."""
    assert {_words(call)[0] for call in _calls()} >= COMMANDS.keys()


def test_reports_have_their_rows() -> None:
    """Each kind of report is told of, and no other."""
    assert [row["report"] for row in GUIDE.table("report", "what it is for")] == list(KINDS)


def test_exit_codes_have_their_rows() -> None:
    """The exit codes are those that the help of `contracts` tells."""
    told = {row["exit code"] for row in GUIDE.table("exit code", "meaning")}
    assert told == set(re.findall(r"(?:codes: |, )(\d) ", main.help or ""))


def test_the_known_failures_shown_can_be_used(tmp_path: Path) -> None:
    """The file of known failures that is shown can be read, and has every key there is."""
    (shown,) = [block.text for block in GUIDE.blocks() if block.language == "toml"]
    path = tmp_path / "known.toml"
    path.write_text(shown, encoding="utf-8")
    (entry,) = load(path, [law.id for law in ALL])
    assert entry.pattern is not None


def test_the_workflow_is_yaml() -> None:
    """The workflow shown is YAML with steps."""
    (shown,) = [block.text for block in GUIDE.blocks() if block.language == "yaml"]
    jobs = yaml.safe_load(shown)["jobs"]
    assert all(job["steps"] for job in jobs.values())


def test_laws_named_are_there() -> None:
    """What the guide's limits name as undecided are laws."""
    named = re.findall(r"`([a-z]+(?:-[a-z]+){2,})`", GUIDE.text.partition("## Honest limits")[2])
    assert named
    assert set(named) <= {law.id for law in ALL}


def test_published_names_are_what_they_seem() -> None:
    """Each name that the package publishes is there, and `laws.ALL` holds laws."""
    assert [name for name in contracts.__all__ if not hasattr(contracts, name)] == []
    assert all(isinstance(law, Law) for law in contracts.laws.ALL)


def test_nothing_is_sent_to_the_vendor() -> None:
    """Of the calls that name the vendor, the tests run only those that are dry."""
    there = [
        command
        for name in DOCUMENTS
        for block in document(name).blocks()
        if block.language == "sh"
        for command in own_commands(block)
        if "joincandidhealth.com" in command
    ]
    assert there
    assert [command for command in there if "--dry-run" not in command] == []
