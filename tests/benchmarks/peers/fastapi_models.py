"""The refund's shapes, as a user of FastAPI would write them down for a stand-in of his own."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class RefundReason(StrEnum):
    """Why money went back."""

    OVERCHARGED = "OVERCHARGED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    TRANSFER = "TRANSFER"


class ServiceLineById(BaseModel):
    """A service line, by its id."""

    type: Literal["service_line_by_id"]
    value: UUID


class ClaimById(BaseModel):
    """A claim, by its id."""

    type: Literal["claim_by_id"]
    value: UUID


class BillingProviderById(BaseModel):
    """A billing provider, by its id."""

    type: Literal["billing_provider_by_id"]
    value: UUID


class Unattributed(BaseModel):
    """Nothing in particular."""

    type: Literal["unattributed"]


class DateOfService(BaseModel):
    """Money held for a day of service."""

    type: Literal["date_of_service"]
    value: date


class ExternalEncounterId(BaseModel):
    """Money held for an encounter."""

    type: Literal["external_encounter_id"]
    value: str


Earmark = Annotated[DateOfService | ExternalEncounterId, Field(discriminator="type")]
TargetCreate = Annotated[
    ServiceLineById | ClaimById | BillingProviderById | Unattributed, Field(discriminator="type")
]


class AllocationCreate(BaseModel):
    """A share of the refund, on the way in."""

    amount_cents: int = Field(gt=0)
    target: TargetCreate
    earmark: Earmark | None = None


class RefundCreate(BaseModel):
    """A refund on the way in."""

    non_insurance_payer_id: UUID
    amount_cents: int = Field(gt=0)
    allocations: list[AllocationCreate]
    invoice_id: UUID | None = None
    refund_timestamp: datetime | None = None
    refund_note: str | None = None
    check_number: str | None = None
    refund_reason: RefundReason | None = None


class Target(BaseModel):
    """What an allocation is for, on the way out."""

    type: str
    service_line_id: UUID | None = None
    claim_id: UUID | None = None
    encounter_id: UUID | None = None
    billing_provider_id: UUID | None = None


class Allocation(BaseModel):
    """A share of the refund, on the way out."""

    allocation_id: UUID
    amount_cents: int
    target: Target
    allocated_on: datetime


class Payer(BaseModel):
    """Who gets the money back."""

    non_insurance_payer_id: UUID
    name: str
    enabled: bool
    clinical_trials: list[str]


class Refund(BaseModel):
    """A refund on the way out."""

    non_insurance_payer_refund_id: UUID
    non_insurance_payer: Payer
    amount_cents: int
    allocations: list[Allocation]
    refund_timestamp: datetime | None = None
    refund_note: str | None = None
    check_number: str | None = None
    refund_reason: RefundReason | None = None
    invoice_id: UUID | None = None


class Page(BaseModel):
    """One page of refunds."""

    items: list[Refund]
    next_page_token: str | None = None
