"""The document declares what the official Python SDK declares: names, fields, kinds, need."""

from __future__ import annotations

import pytest

from mockserver.spec.facts import CLINICAL_TRIAL_PHASES, REFUND_REASONS, STATES, TARGET_KINDS
from tests.spec import sdk
from tests.spec.document import DOCUMENT, OPERATIONS, SCHEMAS, JsonObject, at

MODELS = {name: found for name in SCHEMAS if (found := sdk.model(name)) is not None}
UNIONS = [name for name, schema in SCHEMAS.items() if "oneOf" in schema]
OWN_NAMES = {"NonInsurancePayerRefundUpdate", "AuthGetTokenRequest", "ErrorMessageContent"}
REFUND_ID = "non_insurance_payer_refund_id"


def test_every_object_is_the_sdks() -> None:
    """Each object schema is a type of the SDK, an error, or a body that the SDK takes in parts."""
    objects = {name for name, schema in SCHEMAS.items() if schema.get("type") == "object"}
    errors = {name for name in objects if "errorName" in SCHEMAS[name]["properties"]}
    assert objects - errors - OWN_NAMES == MODELS.keys()


@pytest.mark.parametrize("name", MODELS)
def test_object_has_the_fields_of_the_sdk(name: str) -> None:
    """A schema has the SDK type's fields by name on the wire, their kinds, and what is required."""
    assert _fields(SCHEMAS[name]) == sdk.fields(MODELS[name])


@pytest.mark.parametrize("name", UNIONS)
def test_union_has_the_members_of_the_sdk(name: str) -> None:
    """A union's branches are the SDK's classes that begin with its name, and no other."""
    branches = {branch["$ref"].rsplit("/", 1)[1] for branch in SCHEMAS[name]["oneOf"]}
    published = {found for found in sdk.financials.__all__ if found.startswith(f"{name}_")}
    assert branches == published


def test_operation_ids_are_methods_of_the_sdk() -> None:
    """The refunds operations are the methods of the SDK's client, and the token one is too."""
    methods = {name for name in vars(sdk.RefundsClient) if not name.startswith("_")}
    assert OPERATIONS.keys() - {"get_token"} == methods - {"with_raw_response"}
    assert callable(sdk.AuthClient.get_token)


def test_list_takes_the_parameters_of_the_sdk() -> None:
    """The query of a list has the SDK's names and kinds, and nothing of it is required."""
    documented = {p["name"]: _parameter(p) for p in OPERATIONS["get_multi"].parameters}
    assert documented == sdk.parameters(sdk.RefundsClient.get_multi)


@pytest.mark.parametrize("name", ["get", "delete"])
def test_one_refund_is_named_as_in_the_sdk(name: str) -> None:
    """The one parameter of a get and of a delete is the refund's id."""
    documented = {p["name"]: _parameter(p) for p in OPERATIONS[name].parameters}
    assert documented == sdk.parameters(getattr(sdk.RefundsClient, name))


def test_update_takes_the_fields_of_the_sdk() -> None:
    """The body of an update has the SDK method's arguments, but for the refund's id."""
    arguments = sdk.parameters(sdk.RefundsClient.update)
    assert arguments.pop(REFUND_ID) == ("uuid", True)
    assert _fields(SCHEMAS["NonInsurancePayerRefundUpdate"]) == arguments


def test_token_request_takes_the_fields_of_the_sdk() -> None:
    """The body of a token request has the SDK method's arguments."""
    arguments = sdk.parameters(sdk.AuthClient.get_token)
    assert _fields(SCHEMAS["AuthGetTokenRequest"]) == arguments


def test_enums_of_the_facts_are_the_sdks() -> None:
    """The published enums are the SDK's."""
    assert list(REFUND_REASONS) == sdk.members(sdk.financials.RefundReason)
    assert list(CLINICAL_TRIAL_PHASES) == sdk.members(sdk.clinical_trials.ClinicalTrialPhase)
    assert list(STATES) == sdk.members(sdk.commons.State)


def test_target_kinds_are_tags_of_the_sdks_unions() -> None:
    """Each kind of a create's target, and each kind that an answer shows, is a tag in the SDK."""
    create, answer = (
        {
            sdk.fields(getattr(sdk.financials, name))["type"][0].removeprefix("const ")
            for name in sdk.financials.__all__
            if name.startswith(prefix)
        }
        for prefix in ("AllocationTargetCreate_", "AllocationTarget_")
    )
    assert create == TARGET_KINDS.keys()
    assert answer == set(TARGET_KINDS.values())


def _parameter(parameter: JsonObject) -> sdk.Field:
    found = _kind(parameter["schema"])
    repeatable = found.startswith("array of ")
    text = f"{found.removeprefix('array of ')} or {found}" if repeatable else found
    return text, bool(parameter.get("required", False))


def _fields(schema: JsonObject) -> dict[str, sdk.Field]:
    required = schema.get("required", [])
    return {name: (_kind(spec), name in required) for name, spec in schema["properties"].items()}


def _kind(schema: JsonObject) -> str:
    """The document's side of `sdk.kind`; a null beside the type is no part of it."""
    if "anyOf" in schema:
        return _kind(schema["anyOf"][0])
    if "$ref" in schema:
        target = at(DOCUMENT, schema["$ref"])
        return _kind(target) if "enum" in target else str(schema["$ref"].rsplit("/", 1)[1])
    if "enum" in schema:
        return "enum " + " ".join(schema["enum"])
    if schema["type"] == "array":
        return f"array of {_kind(schema['items'])}"
    return _scalar(schema)


def _scalar(schema: JsonObject) -> str:
    if "const" in schema:
        return f"const {schema['const']}"
    declared = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    known = schema.get("format") in ("uuid", "date-time")
    return str(schema["format"] if known else declared)
