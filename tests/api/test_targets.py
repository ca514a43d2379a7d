"""Each kind of target and earmark of a create, and what the answer shows for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client
from tests.organization import (
    APPOINTMENT,
    CLAIM,
    ENCOUNTER,
    ENCOUNTER_EXTERNAL_ID,
    LINE,
    OTHER_CLAIM,
    OTHER_ENCOUNTER,
    OTHER_EXTERNAL_ID,
    OTHER_LINE,
    PATIENT,
    PROVIDER,
    SECOND_CLAIM,
    SECOND_LINE,
    Json,
    appointment,
    part,
    target,
    unattributed,
)


def line(line_id: str, claim_id: str, encounter_id: str) -> Json:
    """A service line as an answer shows it."""
    ids = {"service_line_id": line_id, "claim_id": claim_id, "encounter_id": encounter_id}
    return {"type": "service_line", **ids}


def claim(claim_id: str, encounter_id: str) -> Json:
    """A claim as an answer shows it."""
    return {"type": "claim", "claim_id": claim_id, "encounter_id": encounter_id}


SHOWN: dict[str, tuple[Json, Json]] = {
    "service line": (target("service_line_by_id", LINE), line(LINE, CLAIM, ENCOUNTER)),
    "service line of another claim": (
        target("service_line_by_id", SECOND_LINE),
        line(SECOND_LINE, SECOND_CLAIM, ENCOUNTER),
    ),
    "service line of another encounter": (
        target("service_line_by_id", OTHER_LINE),
        line(OTHER_LINE, OTHER_CLAIM, OTHER_ENCOUNTER),
    ),
    "service line in capitals": (
        target("service_line_by_id", LINE.upper()),
        line(LINE, CLAIM, ENCOUNTER),
    ),
    "claim": (target("claim_by_id", SECOND_CLAIM), claim(SECOND_CLAIM, ENCOUNTER)),
    "claim in capitals": (target("claim_by_id", CLAIM.upper()), claim(CLAIM, ENCOUNTER)),
    "claim of an encounter": (
        target("claim_by_encounter_external_id", ENCOUNTER_EXTERNAL_ID),
        claim(CLAIM, ENCOUNTER),
    ),
    "claim of another encounter": (
        target("claim_by_encounter_external_id", OTHER_EXTERNAL_ID),
        claim(OTHER_CLAIM, OTHER_ENCOUNTER),
    ),
    "billing provider": (
        target("billing_provider_by_id", PROVIDER.upper()),
        {"type": "billing_provider_id", "billing_provider_id": PROVIDER},
    ),
    "appointment": (
        appointment(),
        {
            "type": "appointment",
            "appointment_id": APPOINTMENT,
            "patient_external_id": PATIENT,
        },
    ),
    "unattributed": (unattributed(), unattributed()),
}


@pytest.mark.parametrize(("sent", "shown"), SHOWN.values(), ids=SHOWN)
def test_a_target_is_shown_as_what_it_names(client: Client, sent: Json, shown: Json) -> None:
    """The answer's target has the ids of the thing, and of what it belongs to."""
    answer = client.create(allocations=[part(aim=sent)])
    assert answer.status == 200, answer.body
    assert answer.json["allocations"][0]["target"] == shown


def test_all_kinds_together(client: Client) -> None:
    """One refund can be allocated to every kind at once, each shown as it is alone."""
    sent = [part(1, aim) for aim, _shown in SHOWN.values()]
    refund = client.create(amount_cents=len(sent), allocations=sent).json
    found = [allocation["target"] for allocation in refund["allocations"]]
    assert found == [shown for _aim, shown in SHOWN.values()]


@pytest.mark.parametrize("kind", ["service_line_by_id", "claim_by_id", "billing_provider_by_id"])
@pytest.mark.parametrize("value", [LINE, CLAIM, ENCOUNTER, PROVIDER])
def test_an_id_names_a_thing_of_its_kind_only(client: Client, kind: str, value: str) -> None:
    """An id of another kind of thing is not found."""
    own = {"service_line_by_id": LINE, "claim_by_id": CLAIM, "billing_provider_by_id": PROVIDER}
    answer = client.create(allocations=[part(aim=target(kind, value))])
    assert answer.status == (200 if own[kind] == value else 404)


@pytest.mark.parametrize("value", ["ENCOUNTER-2", " encounter-2", "encounter-2\n", "", ENCOUNTER])
def test_an_external_id_is_found_to_the_letter(client: Client, value: str) -> None:
    """An external id with other letters or spaces is not found, and answered as it was sent."""
    aim = target("claim_by_encounter_external_id", value)
    answer = client.create(allocations=[part(aim=aim)])
    assert (answer.status, answer.json["content"]) == (404, {"id": value})


EARMARKS: dict[str, Json] = {
    "a day": {"type": "date_of_service", "value": "2024-01-15"},
    "a leap day": {"type": "date_of_service", "value": "2024-02-29"},
    "the first day": {"type": "date_of_service", "value": "0001-01-01"},
    "the last day": {"type": "date_of_service", "value": "9999-12-31"},
    "an encounter that is not there": {"type": "external_encounter_id", "value": "later ü"},
    "an encounter that is there": {"type": "external_encounter_id", "value": OTHER_EXTERNAL_ID},
    "an empty text": {"type": "external_encounter_id", "value": ""},
}


@pytest.mark.parametrize("earmark", EARMARKS.values(), ids=EARMARKS)
def test_an_earmark_holds_the_allocation(client: Client, earmark: Json) -> None:
    """An earmark is answered with its target, the whole amount and the allocation's id."""
    refund = client.create(allocations=[part(60), part(40, earmark=earmark)]).json
    plain, marked = refund["allocations"]
    assert "earmark" not in plain
    found: dict[str, Any] = marked["earmark"]
    assert found.pop("id") not in (marked["allocation_id"], refund["non_insurance_payer_refund_id"])
    assert found == {
        "target": earmark,
        "amount_earmarked_cents": 40,
        "created_by_allocation_id": marked["allocation_id"],
    }
    assert marked["target"] == unattributed()
