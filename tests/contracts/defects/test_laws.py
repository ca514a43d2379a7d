"""Every law notices some defect, and is needed for one or listed as an extra witness."""

import pytest

from contracts.kernel.law import Law
from contracts.laws import ALL as LAWS
from tests.defects.matrix import Matrix
from tests.defects.witnesses import EXTRA_WITNESS


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_a_law_notices_a_defect(law: Law, found: Matrix) -> None:
    """At least one defect breaks the law."""
    assert found.noticed(law.id), f"no defect breaks {law.id}: write one in tests/defects"


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_a_law_is_needed_or_an_extra_witness(law: Law, found: Matrix) -> None:
    """Some defect goes unnoticed unless the law is kept, or EXTRA_WITNESS has it; never both."""
    needs = [row.id for row in found.needs(law.id)]
    listed = law.id in EXTRA_WITNESS
    assert bool(needs) != listed, f"{law.id}: needed for {needs or 'nothing'}, listed: {listed}"


@pytest.mark.parametrize("law", EXTRA_WITNESS)
def test_a_witness_is_one(law: str, found: Matrix) -> None:
    """Every defect that an extra witness notices, a law it is listed with notices as well."""
    others = set(EXTRA_WITNESS[law].of)
    assert [row.id for row in found.noticed(law) if not others & row.laws] == []


def test_witnesses_are_laws() -> None:
    """Everything that EXTRA_WITNESS names is a law."""
    ids = {law.id for law in LAWS}
    assert set(EXTRA_WITNESS) | {name for w in EXTRA_WITNESS.values() for name in w.of} <= ids
