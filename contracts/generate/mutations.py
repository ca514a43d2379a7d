"""Changes that make a good create or update wrong in one way."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.generate.choices import Choices
from contracts.generate.values import (
    BAD_AMOUNTS,
    BAD_REASONS,
    BAD_TIMESTAMPS,
    BAD_UUIDS,
    DEAD_ID,
    NOT_INTEGERS,
)
from contracts.model.rules import Level

Json = dict[str, Any]
Mutation = Callable[[Choices, list[str], Json], None]
"""Changes a create's body in place: takes choices, and payers with a disabled one last."""

OPTIONAL = ("refund_timestamp", "refund_note", "check_number", "refund_reason", "invoice_id")


def mutations_for(rules: Mapping[str, Level]) -> list[Mutation]:
    """The mutations whose answers stay within the published schema under these rules.

    Where amounts beyond 32 bits are let in, an answer leaves the schema with good reason.
    """
    return [mutation for mutation, rule in _MUTATIONS if rule is None or rules[rule] == "enforce"]


BAD_CHANGES: tuple[tuple[str, Any], ...] = (
    ("refund_note", "bare"),
    ("refund_note", {"type": "set"}),
    ("refund_note", {"type": "set", "value": None}),
    ("refund_note", None),
    ("refund_reason", {"type": "set", "value": "OTHER"}),
    ("refund_reason", {"type": "unset"}),
    ("invoice_id", {"type": "set", "value": DEAD_ID}),
    ("invoice_id", {"type": "set", "value": "x"}),
    ("refund_timestamp", "2024-02-30T00:00:00Z"),
    ("refund_timestamp", "2024-02-28T00:00:00"),
    ("refund_timestamp", None),
    ("amount_cents", 7),
)


def spoiled(good: bytes) -> tuple[bytes, ...]:
    """A good body of an object, spoiled in each way that leaves it no JSON object in UTF-8."""
    inner = good[:-1]
    return (
        b"\xef\xbb\xbf" + good,
        good.decode().encode("utf-16"),
        b"[" + good + b"]",
        good + b" trailing",
        inner + b",}",
        inner + b',"x":NaN}',
        inner + b',"x":Infinity}',
        inner + b',"x":"\\ud800"}',
        inner + b',"x":"\xff"}',
    )


SPOILED = 9
"""How many ways that are."""


def _set(name: str, values: tuple[Any, ...]) -> Mutation:
    def mutate(choices: Choices, payers: list[str], body: Json) -> None:
        body[name] = choices.choice(values)

    return mutate


def _mutate_sum(choices: Choices, payers: list[str], body: Json) -> None:
    body["amount_cents"] += choices.choice((1, -1))


def _mutate_missing(choices: Choices, payers: list[str], body: Json) -> None:
    body.pop(choices.choice(list(body)))


def _mutate_twice(choices: Choices, payers: list[str], body: Json) -> None:
    body["allocations"] = body["allocations"] * 2
    body["amount_cents"] *= choices.choice((1, 2))


def _mutate_part(choices: Choices, payers: list[str], body: Json) -> None:
    name, value = choices.choice(BAD_PARTS)
    first, *rest = body["allocations"]
    body["allocations"] = [{**first, name: value}, *rest]


def _mutate_disabled(choices: Choices, payers: list[str], body: Json) -> None:
    body["non_insurance_payer_id"] = payers[-1] if payers else DEAD_ID


def _mutate_null(choices: Choices, payers: list[str], body: Json) -> None:
    body[choices.choice(OPTIONAL)] = None


BAD_PARTS: tuple[tuple[str, Any], ...] = (
    ("amount_cents", 0),
    ("amount_cents", -5),
    ("amount_cents", "1"),
    ("target", {"type": "claim_by_id", "value": DEAD_ID}),
    ("target", {"type": "claim_by_encounter_external_id", "value": "no such encounter"}),
    ("target", {"type": "claim_by_id"}),
    ("target", {"type": "unheard_of"}),
    ("target", {"type": "unattributed", "value": "extra"}),
    ("target", None),
    ("earmark", {"type": "date_of_service", "value": "2023-02-29"}),
    ("earmark", {"type": "date_of_service", "value": "2024-02-28"}),
    ("earmark", None),
)
_MUTATIONS: tuple[tuple[Mutation, str | None], ...] = (
    (_set("non_insurance_payer_id", (*BAD_UUIDS, None)), None),
    (_set("non_insurance_payer_id", (DEAD_ID,)), None),
    (_set("amount_cents", NOT_INTEGERS), None),
    (_set("refund_reason", BAD_REASONS), None),
    (_set("refund_timestamp", (*BAD_TIMESTAMPS, "2024-01-15T09:30:00")), None),
    (_set("invoice_id", (DEAD_ID, "x", 5)), None),
    (_set("check_number", (1, ["1"], None)), None),
    (_set("allocations", ([], None, {}, [[]])), None),
    (_set("surprise", (1, None)), None),
    (_set("amount_cents", BAD_AMOUNTS), "amount-int32"),
    (_mutate_sum, None),
    (_mutate_missing, None),
    (_mutate_twice, None),
    (_mutate_part, None),
    (_mutate_disabled, None),
    (_mutate_null, None),
)
