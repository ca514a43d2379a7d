"""Whatever is sent, the answer is in the envelope, is no 5xx, and only a 200 changes anything."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from mockserver.rules import BY_ID
from tests.api.anything import Request, requests
from tests.api.operations import assert_refused
from tests.client import Client, stand_in
from tests.spec.document import SCHEMAS, breaches

LEVELS: dict[str, dict[str, str]] = {
    "default": {},
    "all enforced": dict.fromkeys(BY_ID, "enforce"),
    "all warned": dict.fromkeys(BY_ID, "warn"),
    "all off": dict.fromkeys(BY_ID, "off"),
}
PAGE, REFUND = SCHEMAS["NonInsurancePayerRefundsPage"], SCHEMAS["NonInsurancePayerRefund"]


@pytest.fixture(scope="module", params=LEVELS)
def anyone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, signing_key: str
) -> Client:
    """A stand-in at one level of all rules."""
    folder = tmp_path_factory.mktemp("anything")
    return stand_in(folder, rules=LEVELS[request.param], signing_key=signing_key)


@settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(sent=requests())
def test_anything(anyone: Client, sent: Request) -> None:
    """Any request is answered as a refund, a page, a token, nothing, or a refusal."""
    anyone.reset()
    before = anyone.export()
    answer = anyone.send(
        sent.method, sent.path, query=sent.query, body=sent.body, headers=sent.headers
    )
    assert answer.status < 500, answer.body
    if answer.status != 200:
        assert_refused(answer, str(answer.error))
        assert anyone.export() == before
    elif sent.method in ("GET", "HEAD"):
        assert anyone.export() == before
    elif sent.method == "DELETE":
        assert answer.body == b""
    assert_of_a_known_shape(answer.body, answer.status)


def assert_of_a_known_shape(body: bytes, status: int) -> None:
    """What was answered can be parsed, and shows refunds as the document has them."""
    document = json.loads(body or b"{}")
    if status == 200 and "items" in document:
        assert document["items"] == [] or not breaches_but_bounds(PAGE, document)
    elif status == 200 and "allocations" in document:
        assert not breaches_but_bounds(REFUND, document)


def breaches_but_bounds(schema: dict[str, object], document: object) -> list[str]:
    """Where the document does not fit the schema, but for amounts: rules that are off keep any."""
    return [path for path in breaches(schema, document) if not path.endswith("_cents")]
