"""Every record behaves as it says on the stand-in; the tool notices where one does not."""

from dataclasses import replace

import pytest

from contracts.payloads import verify
from contracts.payloads.record import Profile, Record
from contracts.payloads.verdicts import Verdict
from tests.contracts.payloads.settings import all_records, stand_in


def failures(verdicts: list[Verdict]) -> list[str]:
    """What did not pass, in words."""
    return [f"{v.record.id}: {v.told}" for v in verdicts if v.word != "passed"]


@pytest.mark.parametrize("profile", ["default", "strict", "lenient"])
def test_every_record_behaves_as_it_says(profile: Profile) -> None:
    """Answer, body, envelope and effect of every record are the ones predicted."""
    chosen = [record for record in all_records(profile) if _is_told(record, profile)]
    assert not failures(verify(chosen, stand_in(profile)))


def _is_told(record: Record, profile: Profile) -> bool:
    """Numbers beyond a double's reach are told apart only where 32 bits are enforced."""
    beyond = ("number.1e308", "number.1e-400")
    return profile != "lenient" or not record.id.endswith(beyond)


def test_a_wrong_profile_shows() -> None:
    """Where the target is stricter than expected, the records that the rules touch fail."""
    assert len(failures(verify(all_records("default"), stand_in("strict")))) > 40


def test_a_wrong_effect_shows() -> None:
    """A create that was said to change nothing fails."""
    record = next(r for r in all_records() if r.kind == "valid" and r.operation == "create")
    answer = replace(record.answers[0], effect="none")
    told = failures(verify([replace(record, answers=(answer,))], stand_in("default")))
    assert told
    assert "list" in told[0]


def test_a_wrong_body_shows() -> None:
    """An answer that lacks what was expected fails, and the place is told."""
    record = next(r for r in all_records() if r.id == "update.full.set-note")
    answer = record.answers[0]
    wrong = replace(answer, body={**answer.body, "refund_note": "Another"})
    told = failures(verify([replace(record, answers=(wrong,))], stand_in("default")))
    assert "/refund_note" in told[0]
