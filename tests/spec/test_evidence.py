"""Every statement of the document that needs a mark of its evidence or its rule has a right one."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.spec.facts import EVIDENCE
from tests.spec.document import DOCUMENT, OPERATIONS, JsonObject, resolved, walk

NODES = list(walk(DOCUMENT))

RULE_IDS = {
    "body-json",
    "body-shape",
    "query-shape",
    "content-type",
    "unknown-field",
    "amount-int32",
    "amount-positive",
    "allocation-sum",
    "allocation-target-unique",
    "allocation-present",
    "payer-exists",
    "payer-enabled",
    "invoice-exists",
    "target-exists",
    "earmark-unattributed-only",
    "earmark-enabled",
    "timestamp-offset",
    "limit-range",
    "page-token-valid",
    "path-id-shape",
    "refund-exists",
    "refund-within-payments",
}


def test_evidence_is_one_of_three_words() -> None:
    """Each `x-evidence` is documented, implied or assumed."""
    marks = {pointer: node["x-evidence"] for pointer, node in NODES if "x-evidence" in node}
    assert marks
    assert {pointer: mark for pointer, mark in marks.items() if mark not in EVIDENCE} == {}


def test_what_the_vendor_might_not_do_is_marked() -> None:
    """Operations, parameters, responses and headers have evidence, or are the stand-in's own."""
    for place, node in _marked():
        assert ("x-evidence" in node) != (node.get("x-stand-in") is True), place


def test_marks_of_keywords_stand_beside_the_keyword() -> None:
    """`x-keywords` names keywords of its own schema and gives the evidence of each."""
    tables = [(pointer, node) for pointer, node in NODES if "x-keywords" in node]
    assert tables
    for pointer, node in tables:
        assert node["x-keywords"].keys() <= node.keys(), pointer
        assert all("x-evidence" in mark for mark in node["x-keywords"].values()), pointer


def test_rules_are_those_of_the_stand_in() -> None:
    """Each rule named is one of the stand-in's, and each of the stand-in's is named."""
    single = {node["x-rule"] for _, node in NODES if "x-rule" in node}
    listed = {rule for op in OPERATIONS.values() for rule in op.spec.get("x-rules", ())}
    assert listed == RULE_IDS
    assert single <= RULE_IDS


def test_an_operation_lists_the_rules_of_its_parts() -> None:
    """What a parameter or a request's keyword is ruled by is among the operation's rules."""
    for name, operation in OPERATIONS.items():
        listed = set(operation.spec.get("x-rules", ()))
        assert {p["x-rule"] for p in operation.parameters} <= listed, name


def test_what_the_stand_in_adds_is_optional() -> None:
    """A header that only the stand-in sends is named Mock-… and may be missing."""
    own = {
        name: resolved(header)
        for _, response in _responses()
        for name, header in response.get("headers", {}).items()
        if "x-stand-in" in resolved(header)
    }
    assert own.keys() == {"Mock-World", "Mock-Warning", "Mock-Refusal"}
    assert not any(header["required"] for header in own.values())


def _responses() -> Iterator[tuple[str, JsonObject]]:
    for name, operation in OPERATIONS.items():
        for status, response in operation.responses.items():
            yield f"{name} {status}", response


def _marked() -> Iterator[tuple[str, JsonObject]]:
    yield from DOCUMENT["components"]["securitySchemes"].items()
    for name, operation in OPERATIONS.items():
        yield name, operation.spec
        for parameter in operation.parameters:
            yield f"{name} {parameter['name']}", parameter
    for place, response in _responses():
        yield place, response
        for header, spec in response.get("headers", {}).items():
            yield f"{place} {header}", resolved(spec)
