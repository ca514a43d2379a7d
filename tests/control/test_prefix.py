"""The path prefix /_mock/w/<name>: it chooses the world of a request, whatever the token says."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.spec.facts import TOKEN_PATH
from mockserver.state.names import in_path
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


PLAIN = ["a", "A-1", "_", "me@example.test", "team:one|two", "a.b~c+d=e", "x" * 512]
OTHER = {
    "test_a.py::test_b[1/2]": "test_a.py::test_b%5B1%2F2%5D",
    "-a": "-a",
    " ": "%20",
    "a b": "a%20b",
    "a%2Fb": "a%252Fb",
    "/": "%2F",
    "../..": "..%2F..",
    "..": "%2E%2E",
    "ä☃😀": "%C3%A4%E2%98%83%F0%9F%98%80",
    "a\r\nx: y\x1b[2J\0": "a%0D%0Ax:%20y%1B%5B2J%00",
    "last\n": "last%0A",
    "?#&;": "%3F%23%26%3B",
    "😀" * 512: "%F0%9F%98%80" * 512,
}
"""Names that a path must escape, as paths and headers write them."""

NAMES = {**{name: name for name in PLAIN}, **OTHER}


@pytest.mark.parametrize("form", ["json", "data"])
@pytest.mark.parametrize("name", NAMES)
def test_name_is_the_same_everywhere(client: httpx.Client, name: str, form: str) -> None:
    """Client id, path, `Mock-World`, list, reset and snapshots mean the same world by any name."""
    part = NAMES[name]
    assert in_path(name) == part
    refund = created(client, part)
    sent: Any = {form: {"client_id": name, "client_secret": "x"}}
    token = client.post(TOKEN_PATH, **sent).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    mine = client.get(f"{PATH}/{refund[ID]}")
    shown = part if len(part) <= 1_536 else None
    assert (mine.json(), mine.headers.get("mock-world")) == (refund, shown)
    for escaped in (part, quote(name, safe="").replace(".", "%2E")):
        assert client.get(f"/_mock/w/{escaped}{PATH}/{refund[ID]}").json() == refund
        assert client.get(f"/_mock/worlds/{escaped}").json()["name"] == name
    assert worlds(client) == [name]
    taken = client.post(f"/_mock/worlds/{part}/snapshots", json={"name": name})
    assert (taken.status_code, taken.json()["name"]) == (201, name)
    restored = client.post(f"/_mock/worlds/{part}/snapshots/{part}/restore")
    assert restored.json()["name"] == name
    journal = client.get(f"/_mock/worlds/{part}/journal", params={"format": "curl"})
    assert f"http://mockserver/_mock/w/{part}{PATH}/" in journal.text
    assert client.post(f"/_mock/worlds/{part}/reset").json()["refunds"] == 48
    again = client.post("/_mock/worlds", json={"name": name})
    assert f"/_mock/worlds/{part}/reset" in again.json()["error"]
    assert client.delete(f"/_mock/worlds/{part}").status_code == 204


@pytest.mark.parametrize("name", ["", "%FF", "a%ED%A0%80", "x" * 513, "%2F" * 513])
def test_bad_name_is_told(client: httpx.Client, name: str) -> None:
    """A name that cannot be a world's is a 404 in the vendor's envelope, and no world is made."""
    before = worlds(client)
    answer = client.get(f"/_mock/w/{name}{PATH}")
    assert answer.status_code == 404
    assert answer.json()["errorName"] == "NotFoundError"
    assert "cannot name a world" in answer.json()["content"]["message"]
    assert worlds(client) == before


def test_a_name_that_is_not_text_is_told(client: httpx.Client) -> None:
    """A part of a control path that is not UTF-8 is a 404 that shows it."""
    answer = client.post("/_mock/worlds/%FF/reset")
    assert answer.status_code == 404
    assert answer.json() == {"error": '"%FF" in the path is not UTF-8'}


@pytest.mark.parametrize("path", ["", "/", "/api", "/_mock/health", "/openapi.json"])
def test_prefix_leads_to_the_data_plane_alone(client: httpx.Client, path: str) -> None:
    """Behind the prefix there is the vendor's API and nothing else."""
    before = worlds(client)
    answer = client.get(f"/_mock/w/mine{path}")
    assert answer.status_code == 404
    assert answer.json()["errorName"] == "NotFoundError"
    assert worlds(client) == before
