"""Section 4 of the contract as data: each rule's evidence and its level in the default profile."""

from __future__ import annotations

__all__ = ["CONTRACT", "OWN", "SHAPE_AND_EXISTENCE"]

CONTRACT: dict[str, tuple[str, str]] = {
    "body-json": ("implied", "enforce"),
    "body-shape": ("documented", "enforce"),
    "unknown-field": ("assumed", "warn"),
    "amount-int32": ("implied", "enforce"),
    "amount-positive": ("assumed", "enforce"),
    "allocation-sum": ("implied", "warn"),
    "allocation-target-unique": ("assumed", "warn"),
    "allocation-present": ("assumed", "warn"),
    "payer-exists": ("documented", "enforce"),
    "payer-enabled": ("assumed", "warn"),
    "invoice-exists": ("implied", "enforce"),
    "target-exists": ("implied", "enforce"),
    "earmark-unattributed-only": ("documented", "enforce"),
    "earmark-enabled": ("documented", "enforce"),
    "timestamp-offset": ("assumed", "warn"),
    "limit-range": ("documented", "enforce"),
    "page-token-valid": ("assumed", "enforce"),
    "path-id-shape": ("assumed", "enforce"),
    "refund-exists": ("documented", "enforce"),
    "refund-within-payments": ("assumed", "off"),
}

OWN: dict[str, tuple[str, str]] = {
    "query-shape": ("documented", "enforce"),
    "content-type": ("assumed", "warn"),
}
"""The two rules beyond the contract's table."""

SHAPE_AND_EXISTENCE = frozenset(
    """
    body-json body-shape query-shape limit-range page-token-valid path-id-shape
    payer-exists invoice-exists target-exists refund-exists
    """.split()
)
"""What profile lenient enforces."""
