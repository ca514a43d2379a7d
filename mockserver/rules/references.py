"""The rules about what a create or update refers to: payer, invoice, targets, an instant."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.errors import Breach
from mockserver.rules.proposal import Proposal
from mockserver.rules.rule import rule

__all__ = [
    "invoice_exists",
    "payer_enabled",
    "payer_exists",
    "refund_within_payments",
    "target_exists",
    "timestamp_offset",
]


@rule(
    "timestamp-offset",
    "refund_timestamp has an offset from UTC",
    evidence="assumed",
    source="date-times are RFC 3339, but the .NET and Ruby SDKs can send one without an offset",
    default="warn",
    stage="shape",
    relaxed="a timestamp without an offset is read as UTC",
)
def timestamp_offset(proposal: Proposal) -> Iterable[Breach]:
    """The timestamp, if one was sent."""
    timestamp = proposal.timestamp
    if timestamp is None or timestamp.has_offset:
        return ()
    expected = f"an offset, such as {timestamp.text}"
    value = timestamp.text.removesuffix("Z")
    return (Breach("timestamp-offset", "$.refund_timestamp", value, expected),)


@rule(
    "payer-exists",
    "the payer belongs to the organization",
    evidence="documented",
    source="the page's errors: 404 Entity Not Found Error",
    default="enforce",
    stage="existence",
    relaxed="the answer has a placeholder payer with the id that was sent",
    error_name="EntityNotFoundError",
)
def payer_exists(proposal: Proposal) -> Iterable[Breach]:
    """The payer's id."""
    payer_id = proposal.payer_id
    if payer_id in proposal.organization.payers:
        return ()
    expected = "the id of a payer of this organization"
    return (Breach("payer-exists", "$.non_insurance_payer_id", payer_id, expected, payer_id),)


@rule(
    "invoice-exists",
    "the invoice belongs to the organization",
    evidence="implied",
    source="the page documents 404 for an entity that is not found, and an invoice is an entity",
    default="enforce",
    stage="existence",
    relaxed="an unknown invoice id is kept as sent",
    error_name="EntityNotFoundError",
)
def invoice_exists(proposal: Proposal) -> Iterable[Breach]:
    """The invoice's id, if one was sent."""
    invoice_id = proposal.invoice_id
    if invoice_id is None or invoice_id in proposal.organization.invoices:
        return ()
    expected = "the id of an invoice of this organization"
    return (Breach("invoice-exists", proposal.invoice_place, invoice_id, expected, invoice_id),)


@rule(
    "target-exists",
    "each allocation's target belongs to the organization",
    evidence="implied",
    source="the page documents 404 for an entity that is not found, and a target is an entity",
    default="enforce",
    stage="existence",
    relaxed="the answer has claim and encounter ids derived from the unknown target's id",
    error_name="EntityNotFoundError",
)
def target_exists(proposal: Proposal) -> Iterable[Breach]:
    """Each target, in order; the id not found is the external or the appointment id for those
    kinds.
    """
    targets = proposal.organization.targets
    breaches = []
    for place, allocation in enumerate(proposal.allocations):
        kind, key = allocation.kind, allocation.key
        if key is not None and key not in targets.get(kind, ()):
            entity_id = key if isinstance(key, str) else key[0]
            where = f"$.allocations[{place}].target"
            expected = f"a target of type {kind} that this organization has"
            breaches.append(Breach("target-exists", where, key, expected, entity_id))
    return breaches


@rule(
    "payer-enabled",
    "the payer is enabled",
    evidence="assumed",
    source="no page says whether a disabled payer can receive refunds",
    default="warn",
    stage="business",
    relaxed="a disabled payer is refunded like any other",
)
def payer_enabled(proposal: Proposal) -> Iterable[Breach]:
    """The payer, if it is known."""
    payer = proposal.organization.payers.get(proposal.payer_id)
    if payer is None or payer.enabled:
        return ()
    place, value = "$.non_insurance_payer_id", proposal.payer_id
    return (Breach("payer-enabled", place, value, "a payer that is enabled"),)


@rule(
    "refund-within-payments",
    "the refund does not exceed the payer's payments (the fixture's paid_cents)",
    evidence="assumed",
    source="no page relates refunds to payments; only profile strict and --rule enable it",
    default="off",
    stage="business",
    relaxed="a refund of any size is kept",
)
def refund_within_payments(proposal: Proposal) -> Iterable[Breach]:
    """The refund's amount against the payer's payments, in cents, where the fixture tells them."""
    payer = proposal.organization.payers.get(proposal.payer_id)
    if payer is None or payer.paid_cents is None or proposal.amount_cents <= payer.paid_cents:
        return ()
    expected = f"at most {payer.paid_cents}, which the payer has paid"
    return (Breach("refund-within-payments", "$.amount_cents", proposal.amount_cents, expected),)
