"""The page on payloads tells of formats, and of every class, option and strategy that there is."""

import re

from contracts.cli.payloads import payloads
from contracts.cli.payloads_verify import verify
from contracts.payloads import strategies
from contracts.payloads.formats import FORMATS
from contracts.payloads.record import KINDS
from tests.docs.documents import document

PAGE = document("docs/payloads.md")


def test_classes_are_those_there_are() -> None:
    """The table has a row for each class, in their order."""
    assert [row["class"] for row in PAGE.table("class", "what it is")] == list(KINDS)


def test_formats_named_exist() -> None:
    """Each format that the page asks for is one that there is, and it asks for most of them."""
    named = set(re.findall(r"--format (\w+)", PAGE.text))
    assert named <= set(FORMATS)
    assert len(named) >= 5


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
