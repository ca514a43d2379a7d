"""The tables of docs/safety.md say what the ownership layer does, cell by cell."""

from __future__ import annotations

import pytest

from tests.docs.documents import document
from tests.docs.ownership_cases import (
    ID_EVENTS,
    ID_STATES,
    MARK_CASES,
    MARK_STATES,
    id_cell,
    lists,
    mark_state,
)

PAGE = document("docs/safety.md")
IDS = PAGE.table("event", *ID_STATES)
MARKS = PAGE.table("from", "event", "to")
LISTS = PAGE.table("mark", "what it means", "lists of a clean-up")
CELLS = [(row["event"], state, row[state]) for row in IDS for state in ID_STATES]


def test_every_case_has_its_cell() -> None:
    """Each event and state of an id and of a mark is in its table, in order, and no other."""
    assert [row["event"] for row in IDS] == list(ID_EVENTS)
    assert [(row["from"], row["event"]) for row in MARKS] == list(MARK_CASES)
    assert [row["mark"] for row in LISTS] == list(MARK_STATES)
    states = [row["id"] for row in PAGE.table("id", "what it means")]
    assert states == list(ID_STATES)


@pytest.mark.parametrize(("event", "state", "told"), CELLS)
def test_an_id_goes_where_the_table_says(event: str, state: str, told: str) -> None:
    """The next state, and what was sent about the id."""
    assert id_cell(state, event) == told


@pytest.mark.parametrize("row", MARKS, ids=lambda row: f"{row['from']}: {row['event']}")
def test_a_mark_goes_where_the_table_says(row: dict[str, str]) -> None:
    """The state after the event."""
    assert mark_state(MARK_CASES[row["from"], row["event"]]()) == row["to"]


@pytest.mark.parametrize("row", LISTS, ids=lambda row: row["mark"])
def test_a_clean_up_reads_as_many_lists(row: dict[str, str]) -> None:
    """The number of lists that are read for one mark of which the target shows nothing."""
    assert lists(row["mark"]) == row["lists of a clean-up"]


def test_nothing_but_ours_is_changed() -> None:
    """No cell sends a change of an id that was seen, is foreign, or that a GET did not allow."""
    for event, state, told in CELLS:
        if event.startswith(("PATCH", "DELETE")) and "without a mark" in event:
            allowed = state in {"free", "ours", "gone"}
            assert allowed or told.endswith((": nothing", ": GET")), (event, state)
        if state in {"seen", "foreign"} and ": " in told:
            assert told == f"{state}: nothing"
