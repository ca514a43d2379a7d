"""The document's examples keep its schemas, the vendor's page too but for its placeholder texts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.spec.facts import INT32_MAX, INT32_MIN, PAGE_EXAMPLE_ID
from tests.spec import vendor_page
from tests.spec.document import DOCUMENT, OPERATIONS, JsonObject, breaches, resolved, walk

CREATE: JsonObject = {"$ref": "#/components/schemas/NonInsurancePayerRefundCreate"}
UPDATE: JsonObject = {"$ref": "#/components/schemas/NonInsurancePayerRefundUpdate"}
REFUND: JsonObject = {"$ref": "#/components/schemas/NonInsurancePayerRefund"}
OPTIONAL_IN_BOTH = ("refund_timestamp", "refund_note", "refund_reason", "invoice_id")


def _examples() -> Iterator[Any]:
    """Every example of a media type, a parameter and a header, with the schema it must keep."""
    for pointer, node in walk(DOCUMENT):
        for name, example in node.get("examples", {}).items() if "schema" in node else ():
            yield pytest.param(node["schema"], resolved(example)["value"], id=f"{pointer} {name}")
        if "example" in node:
            yield pytest.param(node["schema"], node["example"], id=pointer)


@pytest.mark.parametrize(("schema", "value"), tuple(_examples()))
def test_example_keeps_its_schema(schema: JsonObject, value: Any) -> None:
    """An example is valid by the schema it stands beside, formats included."""
    assert breaches(schema, value) == []


def test_every_body_has_an_example() -> None:
    """Each request body and each response body shows at least one example."""
    for name, operation in OPERATIONS.items():
        bodies = [operation.spec.get("requestBody", {}), *operation.responses.values()]
        for body in bodies:
            for media_type, content in body.get("content", {}).items():
                assert content["examples"], (name, media_type)


def test_every_parameter_but_the_page_token_has_an_example() -> None:
    """Only a page token, which must come from an answer, is shown without an example."""
    bare = {p["name"] for op in OPERATIONS.values() for p in op.parameters if "example" not in p}
    assert bare == {"page_token"}


def test_requests_name_only_ids_of_the_page() -> None:
    """Every id in an example of a refunds request is the one of the vendor's page."""
    for name in ("create", "update"):
        content = OPERATIONS[name].spec["requestBody"]["content"]["application/json"]
        found = {v for e in content["examples"].values() for v in _uuids(e["value"])}
        assert found == {PAGE_EXAMPLE_ID}, name


def test_vendor_request_is_an_example_and_valid() -> None:
    """The request on the vendor's page stands in the document as it is, and keeps the schema."""
    examples = OPERATIONS["create"].spec["requestBody"]["content"]["application/json"]["examples"]
    assert examples["vendor_page"]["value"] == vendor_page.REQUEST
    assert breaches(CREATE, vendor_page.REQUEST) == []


def test_vendor_answer_breaks_only_by_its_placeholders() -> None:
    """The answer on the vendor's page is valid but for the texts that stand for a form."""
    assert set(breaches(REFUND, vendor_page.ANSWER)) == vendor_page.PLACEHOLDERS


def test_refund_example_has_every_field_of_the_vendor_answer() -> None:
    """The example refund has the fields of the vendor's answer, down to each part."""
    example = DOCUMENT["components"]["examples"]["Refund"]["value"]
    assert _fields(example) == _fields(vendor_page.ANSWER)


def _share(target: JsonObject) -> JsonObject:
    return {"amount_cents": 1, "target": target}


BENT_CREATES: dict[str, tuple[str, Any]] = {
    "zero": ("amount_cents", 0),
    "above int32": ("amount_cents", INT32_MAX + 1),
    "text for an integer": ("amount_cents", "1"),
    "half a cent": ("amount_cents", 0.5),
    "null for a required field": ("amount_cents", None),
    "no uuid": ("non_insurance_payer_id", "d5e9c84f"),
    "uuid without dashes": ("invoice_id", PAGE_EXAMPLE_ID.replace("-", "")),
    "no date-time": ("refund_timestamp", "2024-01-15"),
    "date-time without offset": ("refund_timestamp", "2024-01-15T09:30:00"),
    "unknown reason": ("refund_reason", "BECAUSE"),
    "number for a text": ("check_number", 1),
    "no list": ("allocations", {}),
    "allocation without target": ("allocations", [{"amount_cents": 1}]),
    "unknown target": ("allocations", [_share({"type": "refund"})]),
    "target without value": ("allocations", [_share({"type": "claim_by_id"})]),
}


@pytest.mark.parametrize(("field", "value"), BENT_CREATES.values(), ids=BENT_CREATES)
def test_bent_create_is_refused(field: str, value: Any) -> None:
    """A create with one bent value does not keep the schema, and the breach is at that value."""
    body = {**copy.deepcopy(vendor_page.REQUEST), field: value}
    found = breaches(CREATE, body)
    assert found
    assert all(path.startswith(f"$.{field}") for path in found), found


@pytest.mark.parametrize("value", [1, INT32_MAX, 5.0], ids=str)
def test_amount_at_the_edge_is_accepted(value: float) -> None:
    """The least and the greatest amount, and a float that is an integer, keep the schema."""
    assert breaches(CREATE, {**vendor_page.REQUEST, "amount_cents": value}) == []


@pytest.mark.parametrize("value", [INT32_MIN, 0, INT32_MAX], ids=str)
def test_answers_may_show_any_int32(value: int) -> None:
    """The sign of an amount is a rule for requests alone; an answer may show any 32-bit integer."""
    refund = {**DOCUMENT["components"]["examples"]["Refund"]["value"], "amount_cents": value}
    assert breaches(REFUND, refund) == []


def test_unknown_fields_are_admitted() -> None:
    """A field that the schema does not have breaks neither a request nor an answer."""
    refund = DOCUMENT["components"]["examples"]["Refund"]["value"]
    for schema, body in ((CREATE, vendor_page.REQUEST), (UPDATE, {}), (REFUND, refund)):
        assert breaches(schema, {**body, "brand_new": {"deep": [None]}}) == []


@pytest.mark.parametrize("field", OPTIONAL_IN_BOTH)
def test_null_is_a_request_matter(field: str) -> None:
    """A null for an optional field keeps the request schemas and breaks the answer's."""
    refund = DOCUMENT["components"]["examples"]["Refund"]["value"]
    assert breaches(CREATE, {**vendor_page.REQUEST, field: None}) == []
    assert breaches(UPDATE, {field: None}) == []
    assert breaches(REFUND, {**refund, field: None}) != []


def _uuids(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _uuids(value)
    elif isinstance(node, str) and len(node) == 36 and node.count("-") == 4:
        yield node


def _fields(node: Any, path: str = "$") -> set[str]:
    if isinstance(node, list):
        return {found for value in node for found in _fields(value, f"{path}[]")}
    if isinstance(node, dict):
        below = {found for key, value in node.items() for found in _fields(value, f"{path}.{key}")}
        return below | {f"{path}.{key}" for key in node}
    return set()
