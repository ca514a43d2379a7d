"""The rules about the money of a create: its amounts, its allocations and their earmarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mockserver.errors import Breach
from mockserver.rules.proposal import Proposal
from mockserver.rules.rule import rule
from mockserver.spec.facts import INT32_MAX, INT32_MIN

__all__ = ["AMOUNT_RULES", "amount_int32"]


def _placed(amounts: Sequence[int]) -> Iterator[tuple[str, int]]:
    """The amounts of a proposal with their places."""
    for place, amount in enumerate(amounts, -1):
        path = "$.amount_cents" if place < 0 else f"$.allocations[{place}].amount_cents"
        yield path, amount


@rule(
    "amount-int32",
    "amounts fit a signed 32-bit integer",
    evidence="implied",
    source="the vendor's .NET SDK uses 32-bit integers for amounts",
    default="enforce",
    stage="shape",
    relaxed="an amount of any size is kept",
)
def amount_int32(proposal: Proposal) -> Iterable[Breach]:
    """Refund and allocation amounts, in cents."""
    if min(proposal.amounts) >= INT32_MIN and max(proposal.amounts) <= INT32_MAX:
        return ()
    return [
        Breach("amount-int32", place, amount, f"an integer from {INT32_MIN} to {INT32_MAX}")
        for place, amount in _placed(proposal.amounts)
        if not INT32_MIN <= amount <= INT32_MAX
    ]


@rule(
    "amount-positive",
    "refund and allocation amounts are greater than 0",
    evidence="assumed",
    source="no page describes a refund of zero or less",
    default="enforce",
    stage="business",
    relaxed="zero and negative amounts are kept",
)
def amount_positive(proposal: Proposal) -> Iterable[Breach]:
    """Refund and allocation amounts, in cents."""
    if min(proposal.amounts) > 0:
        return ()
    return [
        Breach("amount-positive", place, amount, "an integer greater than 0")
        for place, amount in _placed(proposal.amounts)
        if amount <= 0
    ]


@rule(
    "allocation-sum",
    "the allocations add up to amount_cents",
    evidence="implied",
    source="the update page: the allocations must be appropriately updated as well; but the create"
    " page's example allocates 1 + 1 of a refund of 1",
    default="warn",
    stage="business",
    relaxed="the refund is kept as sent",
)
def allocation_sum(proposal: Proposal) -> Iterable[Breach]:
    """The sum of the allocations, in cents, against the refund's amount."""
    total = sum(proposal.amounts) - proposal.amount_cents
    if total == proposal.amount_cents or not proposal.allocations:
        return ()
    expected = f"a sum of amount_cents, {proposal.amount_cents}"
    return (Breach("allocation-sum", "$.allocations[*].amount_cents", total, expected),)


@rule(
    "allocation-target-unique",
    "no two allocations of a refund have the same target (except unattributed)",
    evidence="assumed",
    source="one allocation could hold both amounts; but the create page's example has two"
    " allocations for one service line",
    default="warn",
    stage="business",
    relaxed="both allocations are kept",
)
def allocation_target_unique(proposal: Proposal) -> Iterable[Breach]:
    """Each allocation that repeats an earlier one's target."""
    if len(proposal.allocations) < 2:
        return ()
    seen: set[object] = set()
    breaches = []
    for place, allocation in enumerate(proposal.allocations):
        aim = allocation.kind, allocation.key
        if allocation.key is not None and aim in seen:
            where, key = f"$.allocations[{place}].target", allocation.key
            breaches.append(Breach("allocation-target-unique", where, key, "another target"))
        seen.add(aim)
    return breaches


@rule(
    "allocation-present",
    "the refund has at least one allocation",
    evidence="assumed",
    source="every example of the vendor has one, but no page requires it",
    default="warn",
    stage="business",
    relaxed="a refund without allocations is kept",
)
def allocation_present(proposal: Proposal) -> Iterable[Breach]:
    """The list of allocations."""
    if proposal.allocations:
        return ()
    return (Breach("allocation-present", "$.allocations", [], "at least one allocation"),)


@rule(
    "earmark-unattributed-only",
    "only unattributed allocations have an earmark",
    evidence="documented",
    source="SDK, AllocationCreate.earmark: when provided on unattributed allocations",
    default="enforce",
    stage="business",
    relaxed="the earmark is kept on any allocation",
)
def earmark_unattributed_only(proposal: Proposal) -> Iterable[Breach]:
    """Each earmark on an allocation with a target."""
    return [
        Breach(
            "earmark-unattributed-only",
            f"$.allocations[{place}].earmark",
            dict(allocation.earmark or ()),
            f"no earmark on a target of type {allocation.kind}",
        )
        for place, allocation in proposal.earmarked()
        if allocation.key is not None
    ]


@rule(
    "earmark-enabled",
    "the organization has earmarking enabled (the fixture's settings.earmarking)",
    evidence="documented",
    source="SDK, AllocationCreate.earmark: if enabled for your organization",
    default="enforce",
    stage="business",
    relaxed="earmarks are kept even if earmarking is disabled",
)
def earmark_enabled(proposal: Proposal) -> Iterable[Breach]:
    """Each earmark, where the organization has earmarking off."""
    if proposal.organization.earmarking:
        return ()
    return [
        Breach(
            "earmark-enabled",
            f"$.allocations[{place}].earmark",
            dict(allocation.earmark or ()),
            "no earmark: earmarking is off for this organization",
        )
        for place, allocation in proposal.earmarked()
    ]


AMOUNT_RULES = (
    amount_positive,
    allocation_present,
    allocation_sum,
    allocation_target_unique,
    earmark_unattributed_only,
    earmark_enabled,
)
