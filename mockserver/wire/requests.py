"""The bodies a client sends: NonInsurancePayerRefundCreate, NonInsurancePayerRefundUpdate, and a
token request.

Names are the vendor's. An optional field is None when it is left out or sent as null.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field

from mockserver.wire.scalars import CalendarDate, Cents, DateTime, Uuid

__all__ = [
    "Allocation",
    "HastyCreate",
    "NonInsurancePayerRefundCreate",
    "NonInsurancePayerRefundUpdate",
    "RefundReason",
    "Shape",
    "TargetCreate",
    "TokenRequest",
]

RefundReason = Literal["OVERCHARGED", "ENTERED_IN_ERROR", "TRANSFER"]


class Shape(BaseModel):
    """A JSON object read strictly; fields the schema does not have are kept aside, not refused.

    Its validator is built when it is first used, which a start need not wait for.
    """

    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)


class ServiceLineById(Shape):
    type: Literal["service_line_by_id"]
    value: Uuid


class ClaimById(Shape):
    type: Literal["claim_by_id"]
    value: Uuid


class ClaimByEncounterExternalId(Shape):
    type: Literal["claim_by_encounter_external_id"]
    value: str


class BillingProviderById(Shape):
    type: Literal["billing_provider_by_id"]
    value: Uuid


class AppointmentByIdAndPatientExternalId(Shape):
    type: Literal["appointment_by_id_and_patient_external_id"]
    appointment_id: str
    patient_external_id: str


class Unattributed(Shape):
    type: Literal["unattributed"]


TargetCreate = Annotated[
    ServiceLineById
    | ClaimById
    | ClaimByEncounterExternalId
    | BillingProviderById
    | AppointmentByIdAndPatientExternalId
    | Unattributed,
    Field(discriminator="type"),
]


class DateOfService(Shape):
    type: Literal["date_of_service"]
    value: CalendarDate


class ExternalEncounterId(Shape):
    type: Literal["external_encounter_id"]
    value: str


EarmarkType = Annotated[DateOfService | ExternalEncounterId, Field(discriminator="type")]


class Allocation(Shape):
    """AllocationCreate: a part of the refund in cents, and what it is applied to."""

    amount_cents: Cents
    target: TargetCreate
    earmark: EarmarkType | None = None


class NonInsurancePayerRefundCreate(Shape):
    """The body of create."""

    non_insurance_payer_id: Uuid
    amount_cents: Cents
    allocations: list[Allocation]
    invoice_id: Uuid | None = None
    refund_timestamp: DateTime | None = None
    refund_note: str | None = None
    check_number: str | None = None
    refund_reason: RefundReason | None = None


class HastyCreate(NonInsurancePayerRefundCreate):
    """The same, read no further than the first allocation that does not fit."""

    allocations: Annotated[list[Allocation], FailFast()]


class Remove(Shape):
    type: Literal["remove"]


class SetText(Shape):
    type: Literal["set"]
    value: str


class SetReason(Shape):
    type: Literal["set"]
    value: RefundReason


class SetUuid(Shape):
    type: Literal["set"]
    value: Uuid


class NonInsurancePayerRefundUpdate(Shape):
    """The body of update: what is left out stays as it is."""

    refund_timestamp: DateTime | None = None
    refund_note: Annotated[SetText | Remove, Field(discriminator="type")] | None = None
    refund_reason: Annotated[SetReason | Remove, Field(discriminator="type")] | None = None
    invoice_id: Annotated[SetUuid | Remove, Field(discriminator="type")] | None = None


class TokenRequest(Shape):
    """The body of POST /api/auth/v2/token."""

    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1)
