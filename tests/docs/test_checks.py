"""docs/checks.md has a row a law, as the code says it, and what the proof found."""

import pytest

from contracts.laws import ALL as LAWS
from tests.defects import ALL as DEFECTS
from tests.defects.document import (
    CLASS_COLUMNS,
    DRIVER_COLUMNS,
    LAW_COLUMNS,
    WITNESS_COLUMNS,
    class_rows,
    failure,
    law_row,
    witness_rows,
)
from tests.defects.matrix import Matrix, matrix
from tests.defects.table import in_markdown, usual
from tests.docs.documents import Row, document, unmarked

CHECKS = "docs/checks.md"
MEND = "write it again: python -m tests.defects --write-docs"
KEYS = ("id", "promise", "evidence", "source", "tier", "cost")


def _rows(columns: tuple[str, ...]) -> list[Row]:
    return document(CHECKS).table(*columns)


def _bare(cells: tuple[str, ...]) -> list[str]:
    return [unmarked(cell) for cell in cells]


@pytest.fixture(scope="module")
def proof() -> Matrix:
    """Every defect before every law."""
    return matrix()


def test_every_law_has_its_row() -> None:
    """The laws stand there in their order, with sentence, evidence, source, tier and cost."""
    written = [[row[key] for key in KEYS] for row in _rows(LAW_COLUMNS)]
    due = [
        [law.id, law.sentence, law.evidence, law.source, law.tier, str(law.cost or "watches")]
        for law in LAWS
    ]
    assert written == due, MEND


def test_every_defect_named_breaks_its_law(proof: Matrix) -> None:
    """The defect in a law's row is the one that shows best what the law is for."""
    written = [row[LAW_COLUMNS[-1]] for row in _rows(LAW_COLUMNS)]
    assert written == [unmarked(law_row(law, proof)[-1]) for law in LAWS], MEND


def test_the_usual_drivers_found_what_is_said(proof: Matrix) -> None:
    """The numbers of the drivers that run with every test are the ones found now."""
    text = document(CHECKS).text
    assert [line for line in in_markdown(usual(proof.rows)) if line not in text] == [], MEND


def test_the_slow_drivers_were_run_on_all() -> None:
    """The numbers of Hypothesis and Schemathesis are there, and of as many defects."""
    found = {row["driver"]: row["defects found"] for row in _rows(DRIVER_COLUMNS)}
    slow = ("Hypothesis", "Schemathesis, plain", "Schemathesis, with our laws")
    assert [name for name in slow if name not in found] == [], MEND
    wrong = [name for name in slow if not found[name].endswith(f" of {len(DEFECTS)}")]
    assert wrong == [], MEND


def test_classes_and_witnesses_are_complete() -> None:
    """Every class of defects and every extra witness has its row."""
    for columns, due in ((CLASS_COLUMNS, class_rows()), (WITNESS_COLUMNS, witness_rows())):
        assert [list(row.values()) for row in _rows(columns)] == list(map(_bare, due)), MEND


def test_the_failure_shown_is_what_is_printed() -> None:
    """The sample failure is what the directed driver prints."""
    blocks = [block.text for block in document(CHECKS).blocks()]
    assert failure() in blocks, MEND
