"""docs/pytest.md has a row for each fixture, argument and option of the plugin."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from mockserver import plugin
from mockserver.plugin.wishes import ARGUMENTS
from tests.docs.documents import document

PAGE = document("docs/pytest.md")


def test_every_fixture_has_its_row() -> None:
    """The table has the fixtures that the plugin publishes."""
    told = {row["fixture"] for row in PAGE.table("fixture", "what it is")}
    assert told == {name for name in plugin.__all__ if name.startswith("mockserver_")}


def test_every_argument_has_its_row() -> None:
    """The table has the arguments of the marker, in their order, and so has its help."""
    told = [row["argument"] for row in PAGE.table("argument", "example", "what it sets")]
    assert told == list(ARGUMENTS)
    assert plugin.MARKER.startswith(f"mockserver(*, {', '.join(ARGUMENTS)}):")


def test_every_option_has_its_row(pytestconfig: pytest.Config) -> None:
    """The table has what can be set in the file, and each flag of pytest."""
    rows = PAGE.table("in the file of settings", "flag", "what it does")
    for row in rows:
        assert pytestconfig.getini(row["in the file of settings"]) is not None
    flags = set(re.findall(r"--mockserver[\w-]+", " ".join(row["flag"] for row in rows)))
    known = chain.from_iterable(
        action.option_strings for action in pytestconfig._parser.optparser._actions
    )
    assert flags == {flag for flag in known if flag.startswith("--mockserver")}
