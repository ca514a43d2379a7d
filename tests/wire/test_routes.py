"""Routes and the published document agree: what one has, the other has."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.api.operations import Methods
from mockserver.spec.facts import REFUND_PATH
from tests.client import Client, stand_in
from tests.organization import REFUND
from tests.spec.document import METHODS, OPERATIONS


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """A stand-in over the tiny organization."""
    return stand_in(tmp_path)


def routed(client: Client) -> set[tuple[str, str]]:
    """Each method and path that the data plane serves."""
    found = set()
    for route in client.app.families:
        assert isinstance(route.app, Methods)
        found |= {(method.lower(), route.path) for method in route.app.operations}
    return found


def test_every_route_is_documented_and_every_operation_routed(client: Client) -> None:
    """The data plane has the methods and paths of the document, no more and no less."""
    assert routed(client) == {(op.method, op.path) for op in OPERATIONS.values()}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_served(client: Client, operation: str) -> None:
    """Each operation of the document is answered, and not as an unknown path or method."""
    found = OPERATIONS[operation]
    path = found.path.replace("{non_insurance_payer_refund_id}", REFUND)
    answer = client.send(found.method.upper(), path)
    assert answer.status not in (404, 405), answer.body
    assert str(answer.status) in found.responses


@pytest.mark.parametrize("path", sorted({op.path for op in OPERATIONS.values()}))
def test_allow_is_what_the_document_has(client: Client, path: str) -> None:
    """The Allow of a 405 lists the methods that the document has for the path."""
    answer = client.send("PUT", path.replace(REFUND_PATH.rpartition("/")[2], REFUND))
    documented = {op.method.upper() for op in OPERATIONS.values() if op.path == path}
    assert {m.lower() for m in documented} <= set(METHODS)
    assert set((answer.one("allow") or "").split(", ")) == documented
