"""The published document judges rows all over a page, and says which row is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.laws.schema import _parts
from contracts.model.openapi import ROWS, complaint_about, rows_to_judge

PAYER = {
    "non_insurance_payer_id": "5e7f0000-0000-4000-8000-000000000001",
    "name": "A",
    "clinical_trials": [],
    "enabled": True,
}


def row(number: int) -> dict[str, Any]:
    """A refund that fits the schema."""
    return {
        "non_insurance_payer_refund_id": f"5e7f0000-0000-4000-8000-{number:012}",
        "non_insurance_payer": PAYER,
        "amount_cents": 5,
        "refund_timestamp": "2024-01-15T09:30:00Z",
        "allocations": [],
    }


def page(count: int, wrong: int) -> dict[str, Any]:
    """A page with an amount that is a text in one row."""
    rows = [row(number) for number in range(count)]
    rows[wrong]["amount_cents"] = "5"
    return {"items": rows}


@pytest.mark.parametrize("wrong", [0, 39])
def test_the_first_and_the_last_row_of_a_page_are_always_judged(wrong: int) -> None:
    """Whatever the seed is, and the row is named as it stands in the answer."""
    for seed in range(50):
        found = complaint_about("get_multi", 200, page(40, wrong), seed)
        assert found is not None
        assert found[1] == f"at /items/{wrong}/amount_cents"


def test_each_other_row_is_judged_with_some_seed() -> None:
    """A few rows are drawn, another few with another seed."""
    assert complaint_about("get_multi", 200, {"items": [row(n) for n in range(40)]}, 7) is None
    drawn = [rows_to_judge(40, seed) for seed in range(2_000)]
    assert set().union(*drawn) == set(range(40))
    assert max(map(len, drawn)) == ROWS


def test_a_long_body_is_searched_at_its_end_too() -> None:
    """Each part ends with an object, so that no value is cut."""
    body = json.dumps({"items": [row(number) for number in range(200)]}).encode()
    first, _, last = _parts(body)
    assert body.startswith(first)
    assert body.endswith(last)
    assert {part[-1:] for part in _parts(body)} == {b"}"}
    assert list(_parts(b'{"items": []}')) == [b'{"items": []}']
