"""A run on an account with others' refunds finds defects there, and leaves the others alone."""

import pytest

from tests.defects import BY_ID
from tests.defects.account import BUDGET, account_of, by_account, run_on
from tests.defects.settings import SETTINGS


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_correct_account_raises_no_alarm(setting: str) -> None:
    """And it is afterwards as it was before, within the budget, clean-up included."""
    server = account_of(setting)
    before = server.first.refunds
    sighting = run_on(server, setting)
    assert (sighting.requests, sighting.stopped, sighting.note) == (None, False, "")
    assert 800 < sighting.sent <= BUDGET
    (after,) = (world.state for world in server.worlds.values())
    assert after.refunds == before


@pytest.mark.parametrize(
    ("defect", "law"),
    [("note-is-trimmed", "record-as-predicted"), ("ties-newest-first", "page-as-predicted")],
)
def test_a_defect_is_found_there(defect: str, law: str) -> None:
    """By the laws that find it in a world of its own."""
    sighting = by_account(BY_ID[defect])
    assert (sighting.law, sighting.stopped) == (law, False)


def test_a_canary_counts_and_says_so() -> None:
    """A run that stops there has found the defect."""
    sighting = by_account(BY_ID["delete-does-nothing"])
    assert sighting.stopped
    assert "the canary refund failed at get after the delete" in sighting.note


def test_a_list_that_lags_is_measured() -> None:
    """The run waits for it, so no law is broken, and says how long."""
    sighting = by_account(BY_ID["list-is-cached"])
    assert (sighting.requests, sighting.stopped) == (None, False)
    assert sighting.note.startswith("a change took 0.75 s to be seen")
