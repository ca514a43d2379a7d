"""The defects are looked for by several processes, whose number changes nothing."""

import pytest

from tests.defects import BY_ID, Defect
from tests.defects.__main__ import main
from tests.defects.judge import row_of
from tests.defects.matrix import workers

SOME = [BY_ID[key] for key in list(BY_ID)[::120]]


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_find_the_same(jobs: int) -> None:
    """Each row is that of this process."""
    with workers(jobs) as pool:
        found = list(pool.map(_row, [defect.id for defect in SOME]))
    assert found == [row_of(defect) for defect in SOME]


def _row(key: str) -> object:
    return row_of(BY_ID[key])


@pytest.mark.parametrize("defect", SOME, ids=lambda defect: defect.id)
def test_a_row_up_to_the_first_law_shows_the_same(defect: Defect) -> None:
    """The table of `make defects` stops each driver where the defect is noticed."""
    short, whole = row_of(defect, whole=False), row_of(defect)
    same = ("id", "directed", "turbo", "first")
    assert [getattr(short, name) for name in same] == [getattr(whole, name) for name in same]
    assert short.laws
    assert short.laws <= whole.laws


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_a_number_of_processes_is_one_or_more(
    jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another one is refused, with the value and what to do."""
    with pytest.raises(SystemExit):
        main([f"--jobs={jobs}"])
    assert f"{jobs!r} is no number of processes; use 1 or more" in capsys.readouterr().err
