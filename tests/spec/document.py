"""The published document, and ways to walk, resolve and validate by it; no test is here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from mockserver.spec import openapi

JsonObject = dict[str, Any]

DOCUMENT: JsonObject = openapi()
SCHEMAS: JsonObject = DOCUMENT["components"]["schemas"]
METHODS = ("get", "post", "patch", "delete")


class Operation(NamedTuple):
    """One operation of the document with the parameters of its path item."""

    method: str
    path: str
    spec: JsonObject
    shared_parameters: list[JsonObject]

    @property
    def parameters(self) -> list[JsonObject]:
        """Its own parameters and the path item's."""
        return [*self.shared_parameters, *self.spec.get("parameters", [])]

    @property
    def responses(self) -> dict[str, JsonObject]:
        """Its responses by status, references followed."""
        return {status: resolved(response) for status, response in self.spec["responses"].items()}


OPERATIONS: dict[str, Operation] = {
    item[method]["operationId"]: Operation(method, path, item[method], item.get("parameters", []))
    for path, item in DOCUMENT["paths"].items()
    for method in METHODS
    if method in item
}


def walk(node: Any, pointer: str = "#") -> Iterator[tuple[str, JsonObject]]:
    """Every object below `node` with its JSON pointer, but for what examples hold."""
    if isinstance(node, dict):
        yield pointer, node
        for key, value in node.items():
            if key not in ("example", "examples"):
                yield from walk(value, f"{pointer}/{key.replace('/', '~1')}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{pointer}/{index}")


def at(node: Any, pointer: str) -> Any:
    """What a JSON pointer (with or without `#`) names; KeyError or IndexError when nothing."""
    for token in pointer.removeprefix("#").split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def resolved(node: JsonObject) -> JsonObject:
    """The object itself, or the one that its `$ref` names."""
    target: JsonObject = at(DOCUMENT, node["$ref"]) if "$ref" in node else node
    return target


def reachable(*roots: Any) -> dict[str, JsonObject]:
    """Every component that the roots need, directly or through others, by its pointer."""
    found: dict[str, JsonObject] = {}
    waiting = list(roots)
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in found:
                found[reference] = at(DOCUMENT, reference)
                waiting.append(found[reference])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def validator(schema: JsonObject) -> Draft202012Validator:
    """A validator of Draft 2020-12 that checks formats too and knows the document's components."""
    return Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def breaches(schema: JsonObject, value: Any) -> list[str]:
    """The JSON paths where `value` does not keep the schema, in order, a union as one."""
    return sorted(error.json_path for error in validator(schema).iter_errors(value))
