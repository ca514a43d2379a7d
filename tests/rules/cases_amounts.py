"""Cases of the rules about money: amounts, allocations and earmarks."""

from __future__ import annotations

from typing import Any

from tests.client import Answer, Client
from tests.organization import (
    APPOINTMENT,
    CLAIM,
    DOCUMENT,
    LINE,
    PATIENT,
    SECOND_LINE,
    appointment,
    part,
    target,
)
from tests.rules.case import Case, Then, created, created_with, creating

__all__ = ["AMOUNT_CASES"]

MOST, LEAST = 2**31 - 1, -(2**31)
EARMARK = {"type": "date_of_service", "value": "2024-01-15"}
EARMARK_TOLD = 'is {"type": "date_of_service", "value": "2024-01-15"}'
WITHOUT_EARMARKING = {**DOCUMENT, "settings": {"earmarking": False}}


def amounts(total: Any, *parts: Any) -> dict[str, Any]:
    """The changes of a create of this amount with unattributed allocations of these amounts."""
    return {"amount_cents": total, "allocations": [part(amount) for amount in parts]}


def aiming(*aims: Any) -> dict[str, Any]:
    """The changes of a create of 50 cents for each of these targets."""
    allocations = [part(50, aim) for aim in aims]
    return {"amount_cents": 50 * len(aims), "allocations": allocations}


def parts_of(*parts: int) -> Then:
    """A refund was answered with allocations of these amounts."""

    def then(client: Client, answer: Answer) -> None:
        created(client, answer)
        assert [found["amount_cents"] for found in answer.json["allocations"]] == list(parts)

    return then


def earmarked(client: Client, answer: Answer) -> None:
    """A refund was answered whose allocation has its earmark."""
    created(client, answer)
    assert answer.json["allocations"][0]["earmark"]["target"] == EARMARK


AMOUNT_CASES: dict[str, tuple[Case, ...]] = {
    "amount-int32": (
        Case(
            "refund, too large",
            creating(**amounts(MOST, MOST)),
            creating(**amounts(MOST + 1, MOST)),
            f"$.amount_cents is {MOST + 1}",
            f"from {LEAST} to {MOST}",
            created_with(amount_cents=MOST + 1),
        ),
        Case(
            "refund, too small",
            creating(**amounts(LEAST, LEAST)),
            creating(**amounts(LEAST - 1, LEAST)),
            f"$.amount_cents is {LEAST - 1}",
            f"from {LEAST} to {MOST}",
            created_with(amount_cents=LEAST - 1),
        ),
        Case(
            "allocation, too large",
            creating(**amounts(MOST, 1, MOST)),
            creating(**amounts(MOST, 1, MOST + 1)),
            f"$.allocations[1].amount_cents is {MOST + 1}",
            f"from {LEAST} to {MOST}",
            parts_of(1, MOST + 1),
        ),
        Case(
            "allocation, far too large",
            creating(**amounts(MOST, 1, MOST)),
            creating(**amounts(MOST, 1, 10**4_000)),
            "$.allocations[1].amount_cents is 1000000000",
            f"from {LEAST} to {MOST}",
            parts_of(1, 10**4_000),
        ),
    ),
    "amount-positive": (
        Case(
            "refund",
            creating(**amounts(1, 1)),
            creating(**amounts(0, 1)),
            "$.amount_cents is 0",
            "greater than 0",
            created_with(amount_cents=0),
        ),
        Case(
            "allocation",
            creating(**amounts(2, 1, 1)),
            creating(**amounts(2, 2, 0)),
            "$.allocations[1].amount_cents is 0",
            "greater than 0",
            parts_of(2, 0),
        ),
        Case(
            "negative",
            creating(**amounts(1, 1)),
            creating(**amounts(2, 3, -1)),
            "$.allocations[1].amount_cents is -1",
            "greater than 0",
            parts_of(3, -1),
        ),
    ),
    "allocation-present": (
        Case(
            "none",
            creating(**amounts(1, 1)),
            creating(**amounts(1)),
            "$.allocations is []",
            "at least one allocation",
            created_with(allocations=[]),
        ),
    ),
    "allocation-sum": (
        Case(
            "too much",
            creating(**amounts(100, 50, 50)),
            creating(**amounts(100, 50, 51)),
            "$.allocations[*].amount_cents is 101",
            "a sum of amount_cents, 100",
            parts_of(50, 51),
        ),
        Case(
            "too little",
            creating(**amounts(100, 99, 1)),
            creating(**amounts(100, 99)),
            "$.allocations[*].amount_cents is 99",
            "a sum of amount_cents, 100",
            parts_of(99),
        ),
    ),
    "allocation-target-unique": (
        Case(
            "one service line",
            creating(**aiming(target("service_line_by_id", LINE), target("claim_by_id", CLAIM))),
            creating(
                **aiming(
                    target("service_line_by_id", LINE),
                    target("service_line_by_id", SECOND_LINE),
                    target("service_line_by_id", LINE.upper()),
                )
            ),
            f'$.allocations[2].target is "{LINE}"',
            "another target",
            parts_of(50, 50, 50),
        ),
        Case(
            "one appointment",
            creating(**aiming(None, appointment(), None)),
            creating(**aiming(appointment(), appointment())),
            f'$.allocations[1].target is ["{APPOINTMENT}", "{PATIENT}"]',
            "another target",
            parts_of(50, 50),
        ),
    ),
    "earmark-unattributed-only": (
        Case(
            "on a service line",
            creating(allocations=[part(earmark=EARMARK)]),
            creating(allocations=[part(aim=target("service_line_by_id", LINE), earmark=EARMARK)]),
            f"$.allocations[0].earmark {EARMARK_TOLD}",
            "no earmark on a target of type service_line_by_id",
            earmarked,
        ),
    ),
    "earmark-enabled": (
        Case(
            "earmarking is off",
            creating(allocations=[part()]),
            creating(allocations=[part(earmark=EARMARK)]),
            f"$.allocations[0].earmark {EARMARK_TOLD}",
            "earmarking is off for this organization",
            earmarked,
            document=WITHOUT_EARMARKING,
        ),
    ),
}
