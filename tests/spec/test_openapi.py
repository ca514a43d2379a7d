"""The document is sound: valid, whole, marked with its evidence, and says what the table says."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openapi_spec_validator
import pytest
import yaml

from mockserver.spec import facts, openapi_bytes, openapi_yaml
from tests.spec.document import (
    DOCUMENT,
    OPERATIONS,
    SCHEMAS,
    JsonObject,
    at,
    reachable,
    resolved,
    walk,
)

UNIONS = [name for name, schema in SCHEMAS.items() if "discriminator" in schema]
REFUND_BODIES = (
    "NonInsurancePayerRefundCreate",
    "NonInsurancePayerRefundUpdate",
    "AllocationCreate",
)
ALWAYS = {"200", "401", "429", "500", "503"}
WITH_BODY = {"413", "415", "422"}
RULED = {"404", "415", "422"}

# Each operation: method, path, errors that its page documents, every status it lists.
TABLE: dict[str, tuple[str, str, set[str], set[str]]] = {
    "get_token": ("post", facts.TOKEN_PATH, {"415", "429"}, ALWAYS | WITH_BODY),
    "get_multi": ("get", facts.REFUNDS_PATH, {"422"}, ALWAYS | {"422"}),
    "create": ("post", facts.REFUNDS_PATH, {"404", "422"}, ALWAYS | {"404"} | WITH_BODY),
    "get": ("get", facts.REFUND_PATH, {"404"}, ALWAYS | {"404"}),
    "update": ("patch", facts.REFUND_PATH, {"404", "422"}, ALWAYS | {"404"} | WITH_BODY),
    "delete": ("delete", facts.REFUND_PATH, {"404", "422"}, ALWAYS | {"404", "422"}),
}


def _links() -> Iterator[tuple[str, str, JsonObject]]:
    for name, operation in OPERATIONS.items():
        for title, link in operation.responses["200"].get("links", {}).items():
            yield name, title, resolved(link)


def test_document_is_valid_openapi() -> None:
    """The validator of OpenAPI 3.1 finds nothing wrong."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(DOCUMENT)


def test_file_is_in_its_one_form() -> None:
    """The file is written with two spaces, real characters and a line feed at the end."""
    assert openapi_bytes().decode() == json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n"


def test_yaml_says_the_same() -> None:
    """The YAML text reads back as the JSON document, in the same order."""
    assert json.dumps(yaml.safe_load(openapi_yaml())) == json.dumps(DOCUMENT)


def test_every_component_is_used() -> None:
    """Each reference leads to a component, and each component is reached from the paths."""
    used = set(reachable(DOCUMENT["paths"]))
    schemes = {
        f"#/components/securitySchemes/{name}" for choice in DOCUMENT["security"] for name in choice
    }
    defined = {
        f"#/components/{kind}/{name}"
        for kind, components in DOCUMENT["components"].items()
        for name in components
    }
    assert used | schemes == defined


@pytest.mark.parametrize("name", UNIONS)
def test_discriminator_agrees_with_its_branches(name: str) -> None:
    """The mapping names the branches in order, and each branch requires its type."""
    union = SCHEMAS[name]
    mapping = union["discriminator"]["mapping"]
    tag = union["discriminator"]["propertyName"]
    assert [branch["$ref"] for branch in union["oneOf"]] == list(mapping.values())
    for value, pointer in mapping.items():
        branch = at(DOCUMENT, pointer)
        assert branch["properties"][tag] == {"type": "string", "const": value}, pointer
        assert tag in branch["required"], pointer


def test_every_schema_says_its_type() -> None:
    """What has properties is an object; what has members or one value is a string."""
    for pointer, node in walk(SCHEMAS):
        if isinstance(node.get("properties"), dict) and "$ref" not in node["properties"]:
            assert node["type"] == "object", pointer
        if "enum" in node or isinstance(node.get("const"), str):
            assert node["type"] == "string", pointer


def test_operations_are_those_of_the_reference() -> None:
    """The document holds the operations of the table and no other."""
    assert {name: (op.method, op.path) for name, op in OPERATIONS.items()} == {
        name: (method, path) for name, (method, path, _, _) in TABLE.items()
    }


@pytest.mark.parametrize("name", TABLE)
def test_statuses_are_those_of_the_table(name: str) -> None:
    """An operation lists each status of the table once, and its page's errors as documented."""
    _, _, on_page, every = TABLE[name]
    responses = OPERATIONS[name].responses
    assert set(responses) == every
    for status in on_page | {"200"}:
        assert responses[status]["x-evidence"] == "documented", status


def test_bodies_are_optional_only_where_the_sdk_sends_none() -> None:
    """An update may come without a body; a create and a token request may not."""
    bodies = {name: op.spec.get("requestBody") for name, op in OPERATIONS.items()}
    required = {name: body["required"] for name, body in bodies.items() if body}
    assert required == {"get_token": True, "create": True, "update": False}


def test_deleting_answers_nothing() -> None:
    """The 200 of a delete has no content; every other response has JSON alone."""
    for name, operation in OPERATIONS.items():
        for status, response in operation.responses.items():
            expected = set() if (name, status) == ("delete", "200") else {"application/json"}
            assert set(response.get("content", {})) == expected, (name, status)


def test_stand_in_headers_stand_where_rules_do() -> None:
    """A refunds answer may name its world and carry warnings, and one that a rule refuses carries
    the refusal too.
    """
    for name in OPERATIONS.keys() - {"get_token"}:
        for status, response in OPERATIONS[name].responses.items():
            own = {header for header in response.get("headers", {}) if header.startswith("Mock-")}
            refused = {"Mock-Warning", "Mock-Refusal"} if status in RULED else set()
            ruled = {"Mock-Warning"} if status == "200" else refused
            assert own == {"Mock-World"} | ruled, (name, status)


def test_only_the_token_call_is_open() -> None:
    """The token operation asks for no security; every other one asks for the bearer scheme."""
    assert DOCUMENT["security"] == [{"bearerAuth": []}]
    own = {name: op.spec["security"] for name, op in OPERATIONS.items() if "security" in op.spec}
    assert own == {"get_token": []}
    scheme = DOCUMENT["components"]["securitySchemes"]["bearerAuth"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")


def test_answers_admit_no_null_and_any_more_fields() -> None:
    """No schema of an answer admits null or forbids a field that it does not list."""
    answers = [response for op in OPERATIONS.values() for response in op.responses.values()]
    for pointer, node in walk([answers, reachable(answers)]):
        assert "additionalProperties" not in node, pointer
        assert node.get("type") != "null", pointer
        assert "null" not in node.get("type", ""), pointer


def test_requests_admit_null_for_optional_fields_alone() -> None:
    """A field of a refund's body admits null exactly when it may be left out, marked as implied."""
    for name in REFUND_BODIES:
        schema = SCHEMAS[name]
        assert "additionalProperties" not in schema, name
        optional = schema["properties"].keys() - set(schema.get("required", []))
        nullable = {field for field, spec in schema["properties"].items() if _null_mark(spec)}
        assert nullable == optional, name
        assert {_null_mark(schema["properties"][field]) for field in optional} == {"implied"}, name


@pytest.mark.parametrize(("source", "title", "link"), tuple(_links()))
def test_link_leads_somewhere(source: str, title: str, link: JsonObject) -> None:
    """A link names an operation and its parameters, and reads their values from an answer."""
    target = OPERATIONS[link["operationId"]]
    assert link["parameters"].keys() <= {p["name"] for p in target.parameters}, title
    answer = OPERATIONS[source].responses["200"]["content"]["application/json"]
    example = resolved(next(iter(answer["examples"].values())))["value"]
    for expression in link["parameters"].values():
        assert at(example, expression.removeprefix("$response.body")), title


def test_links_reach_every_operation_on_one_refund() -> None:
    """From a create and from a list one can get, update and delete."""
    for name in ("create", "get_multi"):
        links = OPERATIONS[name].responses["200"]["links"].values()
        assert {resolved(link)["operationId"] for link in links} >= {"get", "update", "delete"}


def _null_mark(schema: JsonObject) -> str | None:
    """The evidence for admitting null, or None where null is not admitted."""
    for branch in schema.get("anyOf", []):
        if branch.get("type") == "null":
            return str(branch["x-evidence"])
    if "null" in schema.get("type", ""):
        return str(schema["x-keywords"]["type"]["x-evidence"])
    return None
