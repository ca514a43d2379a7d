"""The script measures each row of the page that has figures, and writes them where they belong."""

from __future__ import annotations

import pytest

from tests.limits.__main__ import PAGE, PROC, measured, written
from tests.limits.measures import MEASURES, QUICK


@pytest.mark.skipif(not PROC.exists(), reason=f"{PROC} is not there: this is no Linux")
def test_the_script_runs() -> None:
    """With small sizes: each measure answers figures, and no request gets an unexpected status."""
    figures = dict(measured(QUICK, tuple(MEASURES)))
    assert figures.keys() == MEASURES.keys()
    assert all(figures.values())
    assert "500 requests of all kinds: 0 unexpected statuses" in figures["requests"]
    assert "(422)" in figures["a body"]
    assert "(413)" in figures["a packed body"]
    assert "(200 beside them)" in figures["connections"]


def test_figures_are_written_into_their_rows() -> None:
    """Each in the last column of its row, and nothing else changes but how it was measured."""
    page = PAGE.read_text(encoding="utf-8")
    figures = {name: f"figures of {name}" for name in MEASURES}
    text = written(page, figures, "Measured on a machine.")
    changed = [
        (old, new)
        for old, new in zip(page.split("\n"), text.split("\n"), strict=True)
        if old != new
    ]
    rows = [new for _, new in changed if new.startswith("|")]
    assert len(rows) == len(changed) - 1 == len(MEASURES)
    for name, row in zip(MEASURES, sorted(rows, key=_place), strict=False):
        assert row.endswith(f" | figures of {row[2:].partition(' | ')[0]} |"), name
    assert "\nMeasured on a machine.\n" in text


def _place(row: str) -> int:
    return list(MEASURES).index(row[2:].partition(" | ")[0])
