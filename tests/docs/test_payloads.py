"""The page on payloads tells of every format, class, option and strategy that there is."""

import re

import pytest

from contracts.cli.payloads import payloads, verify
from contracts.payloads import strategies
from contracts.payloads.formats import FORMATS
from contracts.payloads.record import KINDS
from tests.docs.documents import document

PAGE = document("docs/payloads.md")


def test_classes_are_those_there_are() -> None:
    """The table has a row for each class, in their order."""
    assert [row["class"] for row in PAGE.table("class", "what it is")] == list(KINDS)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "jsonl"])
def test_each_format_is_shown(name: str) -> None:
    """Each format is asked for by its name somewhere; JSON lines are what comes without one."""
    assert f"--format {name}" in PAGE.text


def test_options_named_exist() -> None:
    """Each option that the page names is one of the two commands, or of a tool that it names."""
    known = {option for command in (payloads, verify) for p in command.params for option in p.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE.text))
    assert named <= known | {"--all", "--base-url", "--env-var"}


def test_strategies_named_exist() -> None:
    """Each strategy that the page lists can be called without arguments."""
    listed = re.findall(r"`(\w+_(?:creates|updates|lists|refunds|requests))`", PAGE.text)
    assert len(listed) == 8
    for name in listed:
        assert getattr(strategies, name)().example is not None
