"""The ids that payloads use without a world file are those of the stand-in's default fixture."""

import json
from pathlib import Path

import pytest

from contracts.errors import WorldFileError
from contracts.payloads import load_world
from tests.docs.documents import ROOT

OWN = json.loads((ROOT / "contracts/payloads/world.json").read_text(encoding="utf-8"))
FIXTURE = json.loads((ROOT / "fixtures/default.json").read_text(encoding="utf-8"))
LISTS = [key for key, value in OWN.items() if isinstance(value, list)]


@pytest.mark.parametrize("key", LISTS)
def test_each_row_is_in_the_fixture(key: str) -> None:
    """Row by row the shipped world is a part of the default fixture."""
    for row in OWN[key]:
        assert row in FIXTURE[key]


def test_earmarking_is_as_in_the_fixture() -> None:
    """The setting that payloads depend on is the same."""
    assert OWN["settings"]["earmarking"] == FIXTURE["settings"]["earmarking"]


def test_a_world_without_a_payer_is_refused(tmp_path: Path) -> None:
    """Payloads need a payer that is enabled, and say so."""
    path = tmp_path / "world.json"
    path.write_text('{"format": 1, "non_insurance_payers": []}', encoding="utf-8")
    with pytest.raises(WorldFileError, match="a payer that is enabled"):
        load_world(path)
