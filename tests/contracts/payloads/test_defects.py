"""Each defect of a server that one request can show is shown by a record, and no other is latent.

`python -m tests.contracts.payloads` sends every record to a server with each defect and writes
shown.json and latent.json again; it keeps the reasons of the latent ones. A defect that is in
neither file is looked for by the test.
"""

import pytest

from tests.contracts.payloads.proof import fails, latent, showing, shown
from tests.contracts.payloads.settings import records_under
from tests.defects import ALL, BY_ID

SHOWN, LATENT = shown(), latent()


def test_each_defect_is_shown_or_latent() -> None:
    """None of them is both, nothing else is named, and a record shows those that are in no file."""
    assert SHOWN.keys() | LATENT.keys() <= BY_ID.keys()
    assert not SHOWN.keys() & LATENT.keys()
    rest = [defect for defect in ALL if defect.id not in SHOWN.keys() | LATENT.keys()]
    hidden = [defect.id for defect in rest if showing(defect, None) is None]
    assert hidden == [], "give latent.json the reason why no payload can show them"


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_the_record_shows_the_defect(name: str) -> None:
    """The record named for a defect fails on a server that has it."""
    setting, record = SHOWN[name]
    assert fails(BY_ID[name], setting, records_under(setting)[record])


def test_no_record_fails_on_a_correct_server() -> None:
    """So it is the defect that each of them shows."""
    for setting, record in sorted(set(SHOWN.values())):
        assert not fails(None, setting, records_under(setting)[record]), record


def test_latent_defects_have_reasons() -> None:
    """Each says why no single request can show it, in more than the defect's own words."""
    for name, reason in LATENT.items():
        assert len(reason) > 80, name
        assert reason != BY_ID[name].sentence, name
