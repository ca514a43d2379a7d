"""Rules are asked in stages: shape, then existence in its order, then business."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.rules import BY_ID
from mockserver.rules.catalog import STAGES
from tests.client import Answer
from tests.organization import (
    CLAIM,
    DISABLED,
    DOCUMENT,
    INVOICE,
    LINE,
    REFUND,
    UNKNOWN,
    appointment,
    part,
    target,
    uuid,
)
from tests.rules.conftest import Make

PAYER_GONE, INVOICE_GONE, LINE_GONE, CLAIM_GONE = (uuid(0x404, number) for number in range(1, 5))
EARMARK = {"type": "date_of_service", "value": "2024-01-15"}

WRONG: dict[str, Any] = {
    "refund_timestamp": "2024-01-15T09:30:00",
    "non_insurance_payer_id": PAYER_GONE,
    "invoice_id": INVOICE_GONE,
    "allocations": [
        part(0, target("service_line_by_id", LINE_GONE), earmark=EARMARK),
        part(3, target("claim_by_encounter_external_id", "gone")),
        part(3, appointment(appointment_id="gone too")),
        part(3, target("claim_by_id", CLAIM_GONE)),
    ],
}
"""A create that breaks a rule of every stage."""

MENDED: tuple[dict[str, Any], ...] = (
    {"refund_timestamp": "2024-01-15T09:30:00Z"},
    {"non_insurance_payer_id": DISABLED},
    {"invoice_id": INVOICE},
)


def rules_told(answer: Answer) -> list[str]:
    """The rules that the answer names as its reason, in order."""
    return [line.partition(":")[0] for line in answer.all("mock-refusal")]


def test_shape_comes_before_existence_and_business(make: Make) -> None:
    """A create that breaks rules of every stage is refused for its shape alone."""
    answer = make(profile="strict").create(**WRONG)
    assert (answer.status, rules_told(answer)) == (422, ["timestamp-offset"])


def test_payer_comes_before_invoice_before_targets_in_order(make: Make) -> None:
    """A create that breaks rules of existence answers the id of the first, and tells of all."""
    client, document = make(profile="strict"), dict(WRONG)
    targets = ["target-exists"] * 4
    for change, first, told in zip(
        MENDED,
        (PAYER_GONE, INVOICE_GONE, LINE_GONE),
        (["payer-exists", "invoice-exists", *targets], ["invoice-exists", *targets], targets),
        strict=True,
    ):
        document |= change
        answer = client.create(**document)
        assert (answer.status, answer.json["content"]) == (404, {"id": first})
        assert rules_told(answer) == told


@pytest.mark.parametrize(("mended", "first"), [(1, "gone"), (2, "gone too"), (3, CLAIM_GONE)])
def test_targets_are_told_in_order(make: Make, mended: int, first: str) -> None:
    """The id of a 404 is that of the first allocation whose target is unknown."""
    parts = [part(aim=target("service_line_by_id", LINE))] * mended
    answer = make().create(allocations=[*parts, *WRONG["allocations"][mended:]])
    assert (answer.status, answer.json["content"]) == (404, {"id": first})


def test_existence_comes_before_business(make: Make) -> None:
    """A create whose only unknown is its last target is refused for that, not for its amounts."""
    allocations = [part(0), part(0, target("claim_by_id", CLAIM_GONE))]
    answer = make(profile="strict").create(amount_cents=-1, allocations=allocations)
    assert (answer.status, rules_told(answer)) == (404, ["target-exists"])


def test_all_rules_of_business_are_told_at_once(make: Make) -> None:
    """A create that is known in all parts is told every rule of business it breaks, at once."""
    payers = [{**DOCUMENT["non_insurance_payers"][2], "paid_cents": 0}]
    document = {
        **DOCUMENT,
        "settings": {"earmarking": False},
        "non_insurance_payers": [*DOCUMENT["non_insurance_payers"][:2], *payers],
    }
    aim = target("claim_by_id", CLAIM)
    answer = make(document, profile="strict").create(
        non_insurance_payer_id=DISABLED,
        amount_cents=1,
        allocations=[part(0, aim, earmark=EARMARK), part(7, aim)],
    )
    assert set(rules_told(answer)) == {
        "amount-positive",
        "allocation-sum",
        "allocation-target-unique",
        "earmark-unattributed-only",
        "earmark-enabled",
        "payer-enabled",
        "refund-within-payments",
    }
    assert answer.json["content"]["message"] == ". ".join(answer.all("mock-refusal"))


def test_a_warned_rule_of_an_earlier_stage_does_not_hide_a_later(make: Make) -> None:
    """Warnings of one stage are told beside the refusal of the next."""
    client = make(rules={"payer-exists": "warn"})
    answer = client.create(**WRONG)
    assert answer.json["content"] == {"id": INVOICE_GONE}
    told = [line.partition(":")[0] for line in answer.all("mock-warning")]
    assert told == ["timestamp-offset", "payer-exists"]


def test_update_asks_shape_then_the_refund_then_the_invoice(make: Make) -> None:
    """An update is refused for its shape, then for an unknown refund, then for its invoice."""
    client = make(rules={"timestamp-offset": "enforce"})
    change = {"invoice_id": {"type": "set", "value": INVOICE_GONE}}
    for refund_id, document, told in (
        (UNKNOWN, {**change, "refund_timestamp": "today"}, ["body-shape"]),
        (UNKNOWN, {**change, "refund_timestamp": "2024-01-15T09:30:00"}, ["timestamp-offset"]),
        ("no-uuid", change, ["path-id-shape"]),
        (UNKNOWN, change, ["refund-exists"]),
        (REFUND, change, ["invoice-exists"]),
    ):
        assert rules_told(client.update(refund_id, document)) == told


def test_every_rule_of_a_body_stands_in_its_stage() -> None:
    """The rules of each stage of an operation are of that stage."""
    for stage, rules in STAGES.items():
        assert {rule.stage for rule in rules} == {stage.split()[1]}, stage
        assert all(BY_ID[rule.id] is rule for rule in rules)
