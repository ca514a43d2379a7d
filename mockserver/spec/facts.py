"""The facts that the vendor publishes, as constants, each with its source; no choice of ours.

The sources are the vendor's reference, its guides, and its official SDKs (PyPI `candidhealth`
1.37.0, npm `candidhealth` 1.33.0). `ERRORS` alone also holds names that are assumed, and marks
them. Importing this module imports nothing beside the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, get_args

Evidence = Literal["documented", "implied", "assumed"]
EVIDENCE: Final[tuple[Evidence, ...]] = get_args(Evidence)
"""How sure a statement is, the surest first."""

DEFAULT_PORT: Final = 5050
LOCAL_URL: Final = "http://localhost:5050"
"""The environment Local that is built into every official SDK."""

STAGING_URL: Final = "https://api-staging.joincandidhealth.com"
"""The vendor's guides and the SDKs' environment Staging. No patient data is allowed there."""

PRODUCTION_URL: Final = "https://api.joincandidhealth.com"
"""The host of the vendor's examples, and the SDKs' environment Production."""

TOKEN_PATH: Final = "/api/auth/v2/token"
TOKEN_CONTENT_TYPES: Final = ("application/json", "application/x-www-form-urlencoded")
TOKEN_TYPE: Final = "Bearer"
TOKEN_LIFETIME_SECONDS: Final = 5 * 60 * 60
"""The SDK's docstring of `get_token`: the token expires 5 hours after it has been created."""

REFUNDS_PATH: Final = "/api/non-insurance-payer-refunds/v1"
REFUND_PATH: Final = "/api/non-insurance-payer-refunds/v1/{non_insurance_payer_refund_id}"
"""The two paths of the vendor's reference; the five operations share them."""

PAGE_EXAMPLE_ID: Final = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
"""The id that stands for everything in the examples of the vendor's page of the create call."""

RATE_LIMIT_REQUESTS: Final = 1000
RATE_LIMIT_WINDOW_SECONDS: Final = 10
"""The vendor's guide: 1000 requests per IP in a rolling window of 10 seconds, then 429."""

LIMIT_DEFAULT: Final = 100
LIMIT_MIN: Final = 1
LIMIT_MAX: Final = 999
"""The SDK's docstring of `get_multi`: defaults to 100, greater than 0 and less than 1000."""

SORT_FIELDS: Final = ("amount_cents", "refund_timestamp")
SORT_DEFAULT: Final = "refund_timestamp"
SORT_DIRECTIONS: Final = ("asc", "desc")
SORT_DIRECTION_DEFAULT: Final = "desc"
"""The SDK's enums and its docstring of `get_multi`."""

INT32_MIN: Final = -(2**31)
INT32_MAX: Final = 2**31 - 1
"""Implied: the .NET SDK carries amounts as signed 32-bit integers."""

REFUND_REASONS: Final = ("OVERCHARGED", "ENTERED_IN_ERROR", "TRANSFER")
CLINICAL_TRIAL_PHASES: Final = ("Phase 1", "Phase 2", "Phase 3")
_STATES = (
    "AA AE AP AL AK AS AZ AR CA CO CT DC DE FL FM GA GU HI ID IL IN IA KS KY LA ME MD MA MH MI MN"
    " MP MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA PR PW RI SC SD TN TX UT VI VT VA WA WV WI WY"
    " FC"
)
STATES: Final = tuple(_STATES.split())
"""The vendor's reference, and from the SDKs FC, outside the United States."""

PAYER_NAME_MAX_LENGTH: Final = 50
PAYER_DESCRIPTION_MAX_LENGTH: Final = 255
PAYER_CATEGORY_MAX_LENGTH: Final = 255
PAYER_ID_MIN_LENGTH: Final = 2
PAYER_ID_MAX_LENGTH: Final = 80
CLINICAL_TRIAL_NUMBER_LENGTH: Final = 8
ZIP_CODE_LENGTH: Final = 5
ZIP_PLUS_FOUR_LENGTH: Final = 4
"""Lengths in characters, from the docstrings of the SDK's payer, trial and address types."""

TARGET_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "service_line_by_id": "service_line",
        "claim_by_id": "claim",
        "claim_by_encounter_external_id": "claim",
        "billing_provider_by_id": "billing_provider_id",
        "appointment_by_id_and_patient_external_id": "appointment",
        "unattributed": "unattributed",
    }
)
"""Each `type` of an allocation's target in a create, and the `type` that answers show for it.

The members of both unions are the SDK's; that they pair up this way is implied by their names.
"""

EARMARK_KINDS: Final = ("date_of_service", "external_encounter_id")
UPDATE_KINDS: Final = ("set", "remove")
"""The `type`s of the SDK's AllocationEarmarkType, and of its note, reason and invoice updates."""


class ErrorFact(NamedTuple):
    """One error of the vendor's envelope: its `errorName`, its status, and where both come from."""

    name: str
    status: int
    evidence: Evidence
    source: str


ERRORS: Final = (
    ErrorFact(
        "UnauthorizedError",
        401,
        "assumed",
        "the guide documents 401 for an expired token; the SDK uses the name for 403, which no"
        " page documents for these operations",
    ),
    ErrorFact("EntityNotFoundError", 404, "documented", "the reference and the SDK"),
    ErrorFact("NotFoundError", 404, "assumed", "our name for an unknown path"),
    ErrorFact("MethodNotAllowedError", 405, "assumed", "our name for HTTP's status"),
    ErrorFact("PayloadTooLargeError", 413, "assumed", "our name for HTTP's status"),
    ErrorFact("InvalidContentTypeError", 415, "documented", "the SDK, for the token call"),
    ErrorFact("UnprocessableEntityError", 422, "documented", "the reference and the SDK"),
    ErrorFact("TooManyRequestsError", 429, "documented", "the SDK, for the token call"),
    ErrorFact(
        "InternalError", 500, "assumed", "the SDK's common name; no page documents it for a call"
    ),
    ErrorFact(
        "HttpServiceUnavailableError",
        503,
        "assumed",
        "the SDK's common name; no page documents it for a call",
    ),
)
"""Every error name of an answer to a request, by status."""

HTTP_ERRORS: Final = tuple(
    ErrorFact(name, status, "assumed", "our name for HTTP's status")
    for name, status in (
        ("BadRequestError", 400),
        ("RequestTimeoutError", 408),
        ("UriTooLongError", 414),
        ("HeadersTooLargeError", 431),
    )
)
"""The errors of what is no whole request in HTTP/1.1: no operation answers them."""

ERROR_STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {error.name: error.status for error in (*ERRORS, *HTTP_ERRORS)}
)
