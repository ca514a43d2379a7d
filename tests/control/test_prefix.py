"""The path prefix /_mock/w/<name>: it chooses the world of a request, whatever the token says."""

from __future__ import annotations

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.spec.facts import TOKEN_PATH
from tests.control.refunds import PATH, created, ids, refund_of, worlds
from tests.serving import in_process

ID = "non_insurance_payer_refund_id"


def test_prefix_serves_every_operation(client: httpx.Client) -> None:
    """Create, get, update, list and delete go through the prefix to its world, and only there."""
    base = f"/_mock/w/mine{PATH}"
    refund = created(client, "mine")
    one = f"{base}/{refund[ID]}"
    assert client.get(one).json() == refund
    changed = client.patch(one, json={"refund_note": {"type": "set", "value": "new"}}).json()
    assert changed == refund | {"refund_note": "new"}
    assert refund[ID] in ids(client, "mine")
    assert refund[ID] not in ids(client, "default")
    deleted = client.delete(one)
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert client.get(one).status_code == 404


def test_prefix_wins_over_the_token(client: httpx.Client) -> None:
    """A request with one world's token and another's name in the path belongs to the one named."""
    pair = {"client_id": "of-the-token", "client_secret": "x"}
    token = client.post(TOKEN_PATH, json=pair).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    refund = created(client, "of-the-path")
    assert client.get(f"{PATH}/{refund[ID]}").status_code == 404
    assert client.get(f"/_mock/w/of-the-path{PATH}/{refund[ID]}").json() == refund


def test_token_through_a_prefix_is_its_client_s(client: httpx.Client) -> None:
    """A token asked for under a prefix is its client's, and lets it in under the prefix."""
    pair = {"client_id": "someone", "client_secret": "x"}
    token = client.post(f"/_mock/w/mine{TOKEN_PATH}", json=pair).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    refund = created(client, "mine")
    assert refund[ID] in ids(client, "mine")
    assert client.get(f"{PATH}/{refund[ID]}").status_code == 404


def test_prefix_lets_no_one_in_without_a_token() -> None:
    """Under the prefix the vendor's API still asks for a bearer token."""
    with in_process(create_app(Settings())) as client:
        del client.headers["authorization"]
        answer = client.post(f"/_mock/w/mine{PATH}", json=refund_of())
    assert answer.status_code == 401
    assert answer.json()["errorName"] == "UnauthorizedError"


NAMES = ["a", "A-1", "_", "me@example.test", "team:one|two", "a.b~c+d=e", "x" * 128]


@pytest.mark.parametrize("name", NAMES)
def test_name_is_the_same_everywhere(client: httpx.Client, name: str) -> None:
    """A name that a path can hold chooses the world that a client id of that name does."""
    refund = created(client, name)
    pair = {"client_id": name, "client_secret": "x"}
    token = client.post(TOKEN_PATH, json=pair).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    assert client.get(f"{PATH}/{refund[ID]}").json() == refund
    assert client.get(f"/_mock/worlds/{name}").json()["name"] == name


@pytest.mark.parametrize("name", ["", "-a", "a%20b", "a%00", "%C3%A9", "%FF", "x" * 129])
def test_bad_name_is_told(client: httpx.Client, name: str) -> None:
    """A name that cannot be a world's is a 404 in the vendor's envelope, and no world is made."""
    before = worlds(client)
    answer = client.get(f"/_mock/w/{name}{PATH}")
    assert answer.status_code == 404
    assert answer.json()["errorName"] == "NotFoundError"
    assert "cannot name a world" in answer.json()["content"]["message"]
    assert worlds(client) == before


@pytest.mark.parametrize("path", ["", "/", "/api", "/_mock/health", "/openapi.json"])
def test_prefix_leads_to_the_data_plane_alone(client: httpx.Client, path: str) -> None:
    """Behind the prefix there is the vendor's API and nothing else."""
    before = worlds(client)
    answer = client.get(f"/_mock/w/mine{path}")
    assert answer.status_code == 404
    assert answer.json()["errorName"] == "NotFoundError"
    assert worlds(client) == before
