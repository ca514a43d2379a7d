"""The OpenAPI document of the control plane has every route, and is one."""

from __future__ import annotations

import re
from typing import Any

import httpx
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from mockserver import Settings, create_app
from mockserver.rules import PROFILES
from mockserver.spec.facts import REFUNDS_PATH
from mockserver.steering.documents import FIELDS
from mockserver.steering.effects import BREAKS
from mockserver.steering.evolution import EVOLUTIONS
from mockserver.version import __version__

ROUTES = [route for route in create_app(Settings()).control.routes if isinstance(route, Route)]
METHODS = ("get", "post", "delete", "put", "patch")


def document(client: httpx.Client) -> dict[str, Any]:
    """The document as it is served."""
    found: dict[str, Any] = client.get("/_mock/openapi.json").json()
    return found


def test_it_is_openapi(client: httpx.Client) -> None:
    """The document is valid, and says which version answers at which address."""
    found = document(client)
    OpenAPIV31SpecValidator(found).validate()
    assert (found["info"]["version"], found["servers"][0]["url"]) == (
        __version__,
        "http://mockserver",
    )


def test_it_has_every_route(client: httpx.Client) -> None:
    """Each method of each path is in it, and nothing else."""
    told = {
        (path, method.upper())
        for path, item in document(client)["paths"].items()
        for method in item
        if method in METHODS
    }
    assert told == {(r.path, method) for r in ROUTES for method in (r.methods or set()) - {"HEAD"}}


def test_each_operation_has_a_name_of_its_own(client: httpx.Client) -> None:
    """Operation ids are told once, and answers to the guard are documented everywhere."""
    operations = [
        operation
        for item in document(client)["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    ]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all("403" in operation["responses"] for operation in operations)


def test_what_an_operation_reads_can_be_refused(client: httpx.Client) -> None:
    """A query parameter has its 422; a body has that, and what every body may get."""
    for path, item in document(client)["paths"].items():
        for method in METHODS:
            operation = item.get(method, {})
            expected = {"422"} if operation.get("parameters") else set()
            if "requestBody" in operation:
                expected |= {"400", "413", "415", "422"}
            assert expected <= set(operation.get("responses", ())), (method, path)


def test_it_has_the_words_of_faults_and_rules(client: httpx.Client) -> None:
    """Fields, breaks, evolutions and profiles are those that are known."""
    schemas = document(client)["components"]["schemas"]
    fields = schemas["NewFault"]["properties"]
    assert set(fields) == set(FIELDS)
    assert set(fields["break"]["enum"]) == set(BREAKS)
    assert tuple(fields["evolve"]["enum"]) == EVOLUTIONS
    assert set(schemas["World"]["properties"]["profile"]["enum"]) == set(PROFILES)
    assert set(fields) <= set(schemas["Fault"]["properties"])
    assert not re.search(REFUNDS_PATH, str(schemas))
