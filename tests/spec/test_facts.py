"""The facts agree with the document and with the SDK, and cost next to nothing to import."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from mockserver.spec import facts
from tests.spec import sdk, vendor_page
from tests.spec.document import DOCUMENT, OPERATIONS, SCHEMAS, JsonObject, at, resolved

PAYER = SCHEMAS["NonInsurancePayer"]["properties"]
LIST = {p["name"]: p["schema"] for p in OPERATIONS["get_multi"].parameters}

AGREEMENTS: dict[str, tuple[Any, Any]] = {
    "servers": (
        (facts.LOCAL_URL, facts.STAGING_URL, facts.PRODUCTION_URL),
        tuple(server["url"] for server in DOCUMENT["servers"]),
    ),
    "paths": (
        [facts.TOKEN_PATH, facts.REFUNDS_PATH, facts.REFUND_PATH],
        list(DOCUMENT["paths"]),
    ),
    "token content types": (
        list(facts.TOKEN_CONTENT_TYPES),
        list(OPERATIONS["get_token"].spec["requestBody"]["content"]),
    ),
    "limit": (
        (facts.LIMIT_MIN, facts.LIMIT_MAX, facts.LIMIT_DEFAULT),
        (LIST["limit"]["minimum"], LIST["limit"]["maximum"], LIST["limit"]["default"]),
    ),
    "sort": (
        (list(facts.SORT_FIELDS), facts.SORT_DEFAULT),
        (LIST["sort"]["enum"], LIST["sort"]["default"]),
    ),
    "sort direction": (
        (list(facts.SORT_DIRECTIONS), facts.SORT_DIRECTION_DEFAULT),
        (LIST["sort_direction"]["enum"], LIST["sort_direction"]["default"]),
    ),
    "refund reasons": (list(facts.REFUND_REASONS), SCHEMAS["RefundReason"]["enum"]),
    "trial phases": (list(facts.CLINICAL_TRIAL_PHASES), SCHEMAS["ClinicalTrialPhase"]["enum"]),
    "states": (list(facts.STATES), SCHEMAS["State"]["enum"]),
    "payer name": (facts.PAYER_NAME_MAX_LENGTH, PAYER["name"]["maxLength"]),
    "payer description": (facts.PAYER_DESCRIPTION_MAX_LENGTH, PAYER["description"]["maxLength"]),
    "payer category": (facts.PAYER_CATEGORY_MAX_LENGTH, PAYER["category"]["maxLength"]),
    "payer id": (
        (facts.PAYER_ID_MIN_LENGTH, facts.PAYER_ID_MAX_LENGTH),
        (PAYER["payer_id"]["minLength"], PAYER["payer_id"]["maxLength"]),
    ),
    "trial number": (
        (facts.CLINICAL_TRIAL_NUMBER_LENGTH,) * 2,
        tuple(
            SCHEMAS["ClinicalTrial"]["properties"]["clinical_trial_number"][bound]
            for bound in ("minLength", "maxLength")
        ),
    ),
    "zip codes": (
        (f"^[0-9]{{{facts.ZIP_CODE_LENGTH}}}$", f"^[0-9]{{{facts.ZIP_PLUS_FOUR_LENGTH}}}$"),
        tuple(
            SCHEMAS["StreetAddressShortZip"]["properties"][field]["pattern"]
            for field in ("zip_code", "zip_plus_four_code")
        ),
    ),
    "target kinds": (
        list(facts.TARGET_KINDS),
        list(SCHEMAS["AllocationTargetCreate"]["discriminator"]["mapping"]),
    ),
    "target kinds of answers": (
        list(dict.fromkeys(facts.TARGET_KINDS.values())),
        list(SCHEMAS["AllocationTarget"]["discriminator"]["mapping"]),
    ),
    "earmark kinds": (
        list(facts.EARMARK_KINDS),
        list(SCHEMAS["AllocationEarmarkType"]["discriminator"]["mapping"]),
    ),
    "update kinds": (
        [list(facts.UPDATE_KINDS)] * 3,
        [
            list(SCHEMAS[name]["discriminator"]["mapping"])
            for name in ("NoteUpdate", "RefundReasonUpdate", "InvoiceUpdate")
        ],
    ),
}


@pytest.mark.parametrize(("fact", "documented"), AGREEMENTS.values(), ids=AGREEMENTS)
def test_fact_is_what_the_document_says(fact: object, documented: object) -> None:
    """A constant has the value that the document gives."""
    assert fact == documented


INT32: JsonObject = {"x-evidence": "implied", "x-rule": "amount-int32"}
POSITIVE: JsonObject = {"x-evidence": "assumed", "x-rule": "amount-positive"}
AMOUNTS: dict[str, tuple[str, int, JsonObject]] = {
    "NonInsurancePayerRefundCreate": ("amount_cents", 1, POSITIVE),
    "AllocationCreate": ("amount_cents", 1, POSITIVE),
    "NonInsurancePayerRefund": ("amount_cents", facts.INT32_MIN, INT32),
    "Allocation": ("amount_cents", facts.INT32_MIN, INT32),
    "BalanceEarmark": ("amount_earmarked_cents", facts.INT32_MIN, INT32),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_amounts_are_int32(name: str) -> None:
    """Amounts are 32-bit integers, from 1 in requests, and each bound gives its rule."""
    field, least, lower = AMOUNTS[name]
    amount = dict(SCHEMAS[name]["properties"][field])
    assert amount.pop("description")
    assert amount == {
        "type": "integer",
        "format": "int32",
        "minimum": least,
        "maximum": facts.INT32_MAX,
        "x-keywords": {"minimum": lower, "maximum": INT32},
    }


def test_token_lives_as_long_as_its_example_says() -> None:
    """The example token expires after five hours and is of the published type."""
    content = OPERATIONS["get_token"].responses["200"]["content"]["application/json"]
    token = content["examples"]["token"]["value"]
    assert token["expires_in"] == facts.TOKEN_LIFETIME_SECONDS == 18_000
    assert token["token_type"] == facts.TOKEN_TYPE


def test_rate_limit_is_told_with_its_status() -> None:
    """The description of 429 gives the number of requests and the window."""
    told = DOCUMENT["components"]["responses"]["TooManyRequests"]["description"]
    assert f"{facts.RATE_LIMIT_REQUESTS} requests" in told
    assert f"{facts.RATE_LIMIT_WINDOW_SECONDS} seconds" in told


def test_hosts_are_the_environments_of_the_sdk() -> None:
    """The three hosts are the SDK's, and the default port is that of its Local."""
    from candid.environment import CandidApiClientEnvironment as Environment

    assert (
        Environment.LOCAL.candid_api == facts.LOCAL_URL == f"http://localhost:{facts.DEFAULT_PORT}"
    )
    assert Environment.STAGING.candid_api == facts.STAGING_URL
    assert Environment.PRODUCTION.candid_api == facts.PRODUCTION_URL


def test_page_example_id_is_the_pages() -> None:
    """The id of the examples is the one on the vendor's page."""
    assert facts.PAGE_EXAMPLE_ID == vendor_page.ID


def test_errors_of_the_document_are_those_of_the_facts() -> None:
    """Each status but 200 carries the error that the facts give for it, in the whole envelope."""
    carried = {
        (_error_name(response), int(status))
        for operation in OPERATIONS.values()
        for status, response in operation.responses.items()
        if status != "200"
    }
    elsewhere = {("NotFoundError", 404), ("MethodNotAllowedError", 405)}
    assert carried | elsewhere == {(error.name, error.status) for error in facts.ERRORS}
    assert len(facts.ERROR_STATUSES) == len(facts.ERRORS) + len(facts.HTTP_ERRORS)


def test_errors_outside_the_document_are_told_in_its_introduction() -> None:
    """The two errors that belong to no operation are named in the introduction."""
    for name in ("NotFoundError", "MethodNotAllowedError"):
        assert f"`{name}`" in DOCUMENT["info"]["description"]


@pytest.mark.parametrize(
    "error", [e for e in facts.ERRORS if e.evidence == "documented"], ids=lambda e: e.name
)
def test_documented_error_is_the_sdks(error: facts.ErrorFact) -> None:
    """A documented name is an error class of the SDK that raises with the same status."""
    module: Any = sdk.commons if hasattr(sdk.commons, error.name) else sdk.auth
    assert getattr(module, error.name)(body=None).status_code == error.status


def test_every_error_gives_its_evidence_and_source() -> None:
    """Each error has one of the three words and a source."""
    for error in facts.ERRORS:
        assert error.evidence in facts.EVIDENCE, error
        assert error.source, error


def test_assumed_errors_are_marked_in_the_document() -> None:
    """An error's schema is marked as assumed exactly when the facts call the error so."""
    marked = {e.name: SCHEMAS[e.name].get("x-evidence") for e in facts.ERRORS if e.name in SCHEMAS}
    expected = {e.name: "assumed" if e.evidence == "assumed" else None for e in facts.ERRORS}
    assert marked == {name: expected[name] for name in marked}
    assert marked.keys() >= {"InternalError", "EntityNotFoundError"}


def test_importing_facts_loads_no_heavy_library() -> None:
    """Neither pydantic nor starlette nor yaml is loaded by importing the facts."""
    code = "import sys, mockserver.spec.facts; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "starlette", "yaml", "uvicorn"} & set(run.stdout.split())


def _error_name(response: JsonObject) -> str:
    schema = resolved(response["content"]["application/json"]["schema"])
    assert schema["required"] == ["errorName", "content"], schema
    return str(at(schema, "#/properties/errorName/const"))
