"""Every defect is noticed by scripts and turbo together, soon and without Hypothesis."""

import re

import pytest

from tests.defects import ALL, BY_ID, CLASSES
from tests.defects.matrix import Matrix


def test_there_are_enough() -> None:
    """There are 120 defects or more in twelve classes, each class with five or more."""
    assert len(ALL) >= 120, len(ALL)
    assert len(CLASSES) == 12, list(CLASSES)
    assert {kind: len(defects) for kind, defects in CLASSES.items() if len(defects) < 5} == {}


def test_ids_and_sentences() -> None:
    """Ids are unique and kebab-case, sentences end with a period, and none comes twice."""
    assert len(BY_ID) == len(ALL)
    wrong = [d.id for d in ALL if not re.fullmatch(r"[A-Za-z0-9.]+(-[A-Za-z0-9.]+)*", d.id)]
    assert wrong == []
    assert [d.id for d in ALL if not re.fullmatch(r"[A-Z].*[^.]\.", d.sentence)] == []
    said = [(d.kind, d.sentence) for d in ALL]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("defect", ALL, ids=lambda defect: f"{defect.kind}: {defect.id}")
def test_a_defect_is_noticed(defect: object, found: Matrix) -> None:
    """At least one law notices the defect, in the scripts or in turbo."""
    row = found.rows[getattr(defect, "id", "")]
    assert row.laws, f"{row.id} goes unnoticed: give the contract the law that forbids it"
    assert row.directed is not None or row.turbo is not None
