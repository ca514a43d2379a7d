"""All rules in the order in which they are reported, and which of them hold at each stage."""

from __future__ import annotations

from mockserver.rules.addresses import ADDRESS_RULES
from mockserver.rules.amounts import AMOUNT_RULES, amount_int32
from mockserver.rules.bodies import BODY_RULES
from mockserver.rules.references import (
    invoice_exists,
    payer_enabled,
    payer_exists,
    refund_within_payments,
    target_exists,
    timestamp_offset,
)
from mockserver.rules.rule import Rule

__all__ = ["ALL", "BY_ID", "STAGES"]

STAGES: dict[str, tuple[Rule, ...]] = {
    "create shape": (amount_int32, timestamp_offset),
    "create existence": (payer_exists, invoice_exists, target_exists),
    "create business": (*AMOUNT_RULES, payer_enabled, refund_within_payments),
    "update shape": (timestamp_offset,),
    "update existence": (invoice_exists,),
}

ALL: tuple[Rule, ...] = tuple(
    dict.fromkeys((*BODY_RULES, *ADDRESS_RULES, *(r for rules in STAGES.values() for r in rules)))
)

BY_ID = {rule.id: rule for rule in ALL}
