"""Every case of every rule, by the rule's id; no test."""

from __future__ import annotations

from tests.rules.case import Case
from tests.rules.cases_addresses import ADDRESS_CASES
from tests.rules.cases_amounts import AMOUNT_CASES
from tests.rules.cases_bodies import BODY_CASES
from tests.rules.cases_references import REFERENCE_CASES

__all__ = ["CASES", "EVERY"]

CASES: dict[str, tuple[Case, ...]] = {
    **BODY_CASES,
    **ADDRESS_CASES,
    **AMOUNT_CASES,
    **REFERENCE_CASES,
}

EVERY = {f"{rule}: {case.name}": (rule, case) for rule, cases in CASES.items() for case in cases}
"""All cases with their rule, by a name for the report."""
