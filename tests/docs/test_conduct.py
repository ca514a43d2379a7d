"""docs/control.md has each kind of misuse and each part of coverage in its own words."""

from __future__ import annotations

from mockserver.steering.conduct import KINDS
from mockserver.steering.coverage import PARTS
from tests.docs.documents import document

CONTROL = document("docs/control.md")


def test_every_kind_has_its_row() -> None:
    """The table of kinds has their ids and sentences, in the order of reports."""
    told = [(row["kind"], row["what is found"]) for row in CONTROL.table("kind", "what is found")]
    assert told == [(kind.id, kind.what) for kind in KINDS]


def test_every_part_of_coverage_has_its_row() -> None:
    """The table of parts has those that a report counts."""
    assert tuple(row["part"] for row in CONTROL.table("part", "what is met")) == PARTS
