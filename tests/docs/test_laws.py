"""docs/laws.md has a row a law, as the code says it, and docs/proof.md what was measured."""

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
from tests.docs.documents import Row, document, unmarked

PAGE, PROOF = "docs/laws.md", "docs/proof.md"
WRITE = "write it again: python -m tests.defects --write-laws"


def _rows(page: str, columns: tuple[str, ...]) -> list[Row]:
    return document(page).table(*columns)


def _bare(cells: tuple[str, ...]) -> list[str]:
    return [unmarked(cell) for cell in cells]


def test_every_law_has_its_row() -> None:
    """The laws stand there in their order, with sentence, evidence, source, tier and cost."""
    written = [list(row.values()) for row in _rows(PAGE, LAW_COLUMNS)]
    assert written == [_bare(law_row(law)) for law in LAWS], WRITE


def test_every_driver_was_measured() -> None:
    """The numbers of each driver are there, and of no more defects than there are."""
    found = {row["driver"]: row["defects found"] for row in _rows(PROOF, DRIVER_COLUMNS)}
    names = (
        "directed",
        "turbo",
        "Hypothesis",
        "Schemathesis, plain",
        "Schemathesis, with our laws",
    )
    assert [name for name in names if name not in found] == []
    for name, text in found.items():
        hits, _, all_of_them = text.partition(" of ")
        assert 0 < int(hits) <= int(all_of_them) <= len(DEFECTS), name


def test_classes_and_witnesses_are_complete() -> None:
    """Every class of defects and every extra witness has its row."""
    for columns, due in ((CLASS_COLUMNS, class_rows()), (WITNESS_COLUMNS, witness_rows())):
        assert [list(row.values()) for row in _rows(PROOF, columns)] == list(map(_bare, due))


def test_the_failure_shown_is_what_is_printed() -> None:
    """The sample failure is what the directed driver prints."""
    blocks = [block.text for block in document(PAGE).blocks()]
    assert failure() in blocks, WRITE
