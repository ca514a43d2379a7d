"""docs/limits.md names a test for each limit, and has the limits of the code."""

from __future__ import annotations

import re

import pytest

from mockserver import errors
from mockserver.api import answers, auth, bodies, gate, jwts, pages
from mockserver.app import LONGEST_COMPARED
from mockserver.cli.refusing import LONGEST_HEAD, LONGEST_URL, MOST_PARAMETERS
from mockserver.spec.facts import LIMIT_MAX
from mockserver.state.faults import MOST_FAULTS
from mockserver.state.world import MOST_SNAPSHOTS
from mockserver.steering.verifying import MOST_CALLS
from mockserver.templates import LARGE_BYTES, LONGEST_NAME, MOST_TEMPLATES
from mockserver.wire import codings
from tests.docs.documents import ROOT, document
from tests.limits.measures import MEASURES

PAGE = document("docs/limits.md")
COLUMNS = ("what", "at most", "beyond it", "test", "measured")


def _rows() -> list[dict[str, str]]:
    """The rows of both tables."""
    second = PAGE.lines.index("## What the stand-in keeps")
    halves = PAGE.lines[:second], PAGE.lines[second:]
    return [row for lines in halves for row in PAGE._replace(lines=lines).table(*COLUMNS)]


ROWS = _rows()
LIMITS = {
    "URL and headers": [LONGEST_HEAD, LONGEST_URL],
    "trailers and chunk extensions": [LONGEST_HEAD],
    "parameters of a query": [MOST_PARAMETERS],
    "a packed body": [codings._MOST_CODINGS, codings._MOST_MEMBERS],
    "fields of a form": [auth._MOST_FIELDS],
    "errors of one body": [bodies._MOST_TOLD, errors._MOST_TOLD],
    "a value that a message quotes": [errors._LONGEST_SHOWN],
    "`Mock-Warning` and `Mock-Refusal`": [answers._ROOM],
    "an unknown path": [LONGEST_COMPARED],
    "a name that is unknown": [errors._LONGEST_COMPARED],
    "a page": [LIMIT_MAX],
    "tokens that are kept as read": [gate._MOST_KEPT, jwts.LONGEST_TOKEN],
    "queries that are kept as read": [pages._MOST_KEPT, pages._LONGEST_KEPT],
    "calls of a verification": [MOST_CALLS],
    "faults of a world": [MOST_FAULTS],
    "snapshots of a world": [MOST_SNAPSHOTS],
    "a fixture named over HTTP": [LONGEST_NAME],
    "fixtures that are kept as read": [MOST_TEMPLATES],
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["what"])
def test_each_limit_names_a_test_that_is_there(row: dict[str, str]) -> None:
    """A file and a function in it."""
    path, _, name = row["test"].partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("what", LIMITS)
def test_limits_are_those_of_the_code(what: str) -> None:
    """Each number of the code stands in the row."""
    (row,) = [row for row in ROWS if row["what"].strip("`") == what.strip("`")]
    told = row["at most"].replace(",", "")
    assert [limit for limit in LIMITS[what] if str(limit) not in told] == []


def test_what_is_measured_has_its_row() -> None:
    """And every row is there once."""
    names = [row["what"] for row in ROWS]
    assert len(set(names)) == len(names)
    assert set(MEASURES) <= set(names)
    assert LARGE_BYTES == 1_048_576, "the page says 1 MiB"
