"""Each answer names its world, and a 404 another world that has the refund."""

from __future__ import annotations

import pytest

from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.api.conftest import Make
from tests.api.operations import OPERATIONS, Asked, token_of
from tests.client import Client
from tests.organization import REFUND, UNKNOWN

each_operation = pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)


@each_operation
def test_every_answer_names_its_world(make: Make, signing_key: str, asked: Asked) -> None:
    """Whether by token, by prefix or by neither, and refusals as well."""
    client = make(signing_key=signing_key)
    for mine, name in (
        (client, "default"),
        (Client(client.app, token=token_of(client)), "me"),
        (Client(client.app, prefix="/_mock/w/other"), "other"),
    ):
        assert asked.of(mine).one("mock-world") == name
        assert mine.get(UNKNOWN).one("mock-world") == name
        assert mine.create(amount_cents="x").one("mock-world") == name


def test_answers_outside_an_operation_name_the_world_of_the_prefix(client: Client) -> None:
    """An unknown path, another method and a missing token: named only if the path names it."""
    mine = Client(client.app, token=None, prefix="/_mock/w/mine")
    for method, path in (("GET", "/nowhere"), ("PUT", REFUNDS_PATH), ("GET", REFUNDS_PATH)):
        assert mine.send(method, path).one("mock-world") == "mine"
        assert Client(client.app, token=None).send(method, path).one("mock-world") is None


def test_a_token_call_names_the_world_of_the_client(client: Client) -> None:
    """The token call answers with the world that the token leads to."""
    answer = client.send("POST", TOKEN_PATH, {"client_id": "me", "client_secret": "x"})
    assert answer.one("mock-world") == "me"


def test_a_404_says_which_world_has_the_refund(client: Client) -> None:
    """Get, update and delete of what another world made name it; the body has the id alone."""
    other = Client(client.app, prefix="/_mock/w/other")
    made = other.create().json["non_insurance_payer_refund_id"]
    for sent in (made, made.upper()):
        for answer in (client.get(sent), client.update(sent, {}), client.delete(sent)):
            assert (answer.status, answer.json["content"]) == (404, {"id": sent})
            (line,) = answer.all("mock-refusal")
            assert line.endswith('organization (a refund of world "other" has it)')
    other.delete(made)
    assert "other" not in client.get(made).all("mock-refusal")[0]


def test_a_404_of_what_was_deleted_here_names_no_world(client: Client) -> None:
    """A refund of the fixture is in every world: that others still have it says nothing."""
    other = Client(client.app, prefix="/_mock/w/other")
    assert other.update(REFUND, {"refund_note": {"type": "set", "value": "x"}}).status == 200
    client.delete(REFUND)
    assert "other" not in client.get(REFUND).all("mock-refusal")[0]
