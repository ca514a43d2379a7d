"""World files are read whole, and a bad one is told with its path and value."""

import json
from pathlib import Path

import pytest

from contracts.errors import WorldFileError
from contracts.model.organization import load_organization, organization_from
from tests.contracts.organization import DOCUMENT, organization, uuid

FIXTURES = Path(__file__).parents[3] / "fixtures"


def test_the_default_fixture_is_read() -> None:
    """The stand-in's default fixture holds every kind of thing."""
    world = load_organization(FIXTURES / "default.json")
    for name in ("payers", "service_lines", "claims", "encounters", "billing_providers"):
        assert getattr(world, name), name
    assert world.appointments
    assert world.invoices
    assert world.refunds
    assert world.disabled_payers()


def test_references_are_resolved() -> None:
    """A service line leads to its claim and encounter, an external id to the first claim."""
    world = organization()
    assert world.service_lines[uuid(0xD, 12)] == (uuid(0xC, 12), uuid(0xE, 1))
    assert world.encounters["enc-2"] == (uuid(0xC, 21), uuid(0xE, 2))


def test_what_was_paid_is_no_part_of_the_payer() -> None:
    """A payer is held as the API answers it, without what it has paid."""
    world = organization()
    assert world.paid_cents[uuid(0xA, 1)] == 2**31
    assert "paid_cents" not in world.payers[uuid(0xA, 1)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 2}, "format"),
        ({"invoices": {}}, None),
        ({"invoices": "x"}, "invoices"),
        ({"refunds": [{"non_insurance_payer_id": uuid(9, 9)}]}, uuid(9, 9)),
        ({"invoices": [{}]}, "invoice_id"),
    ],
)
def test_a_bad_document_is_told(change: dict[str, object], told: str | None) -> None:
    """What is not of the format is refused with the place; an empty object counts as no list."""
    if told is None:
        assert organization_from({**DOCUMENT, **change}).invoices == frozenset()
        return
    with pytest.raises(WorldFileError, match=told):
        organization_from({**DOCUMENT, **change})


def test_a_bad_file_is_told(tmp_path: Path) -> None:
    """A file that is missing or no JSON is named."""
    path = tmp_path / "w.json"
    with pytest.raises(WorldFileError, match=r"w\.json"):
        load_organization(path)
    path.write_text("{")
    with pytest.raises(WorldFileError, match="no JSON"):
        load_organization(path)
    path.write_text(json.dumps(DOCUMENT))
    assert load_organization(path) == organization()


def test_an_encounter_may_have_no_external_id() -> None:
    """An encounter whose external id is not told is left out, and its claims are known."""
    first, second = DOCUMENT["encounters"]
    nameless = {key: value for key, value in first.items() if key != "encounter_external_id"}
    world = organization(encounters=[nameless, second])
    assert set(world.encounters) == {"enc-2"}
    assert world.claims == organization().claims
