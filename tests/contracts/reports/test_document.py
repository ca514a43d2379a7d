"""The walk over the published document finds places, their values and the answers to reach."""

import pytest

from contracts.model.openapi import operations
from contracts.reports.coverage.document import UNREACHABLE, place, places, statuses

EARMARK = {"type": "date_of_service", "value": "2026-01-01"}


def test_values_are_found_through_lists() -> None:
    """Each item of a list has its value; a null that is admitted is none, nor is what is absent."""
    body = {"allocations": [{"earmark": EARMARK}, {"earmark": None}, {}, 7]}
    assert place("create", "/allocations/*/earmark").values(body) == [EARMARK]
    target = place("create", "/allocations/*/target")
    assert target.values({"allocations": [{"target": None}]}) == [None]
    bodies: list[object] = [[], "text", {"allocations": {}}]
    for wrong in bodies:
        assert target.values(wrong) == []


def test_a_branch_is_told_by_its_type() -> None:
    """A union's points are its branches, and what is none of them is something else."""
    earmark = place("create", "/allocations/*/earmark")
    assert earmark.points == ("date_of_service", "external_encounter_id")
    assert earmark.point(EARMARK) == "date_of_service"
    values: list[object] = [{"type": "claim"}, {"type": []}, {}, [], "date_of_service"]
    for wrong in values:
        assert earmark.point(wrong) == "something else"


def test_members_of_all_branches_are_places() -> None:
    """A union has the places of each of its branches."""
    pointers = {place.pointer for place in places("create")}
    for member in ("type", "value", "appointment_id", "patient_external_id"):
        assert f"/allocations/*/target/{member}" in pointers


@pytest.mark.parametrize("operation", list(operations()))
def test_what_no_request_gets_is_not_to_be_reached(operation: str) -> None:
    """Statuses that need load or a fault are left out, and the others have their evidence."""
    found = statuses(operation)
    assert found[200] == "documented"
    for name, status in UNREACHABLE:
        assert name not in {"*", operation} or status not in found
