"""Which world a request touches when the path names one and the token another."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.serving import in_process


def _token(client: httpx.Client, client_id: str, secret: str = "x", prefix: str = "") -> str:
    credentials = {"client_id": client_id, "client_secret": secret}
    answer = client.post(prefix + TOKEN_PATH, json=credentials)
    return str(answer.json().get("access_token", answer.status_code))


def _names(client: httpx.Client) -> set[str]:
    return {world["name"] for world in client.get("/_mock/worlds").json()["worlds"]}


def test_a_token_s_own_world_is_not_made_by_requests_to_another() -> None:
    """With every world in use, a token still opens the world that the path names."""
    with in_process(create_app(Settings(max_worlds=2))) as client:
        client.headers["Authorization"] = f"Bearer {_token(client, 'mine')}"
        assert client.get("/_mock/w/theirs" + REFUNDS_PATH).status_code == 200
        client.delete("/_mock/worlds/mine")
        client.post("/_mock/worlds/third/reset")
        assert client.get("/_mock/w/theirs" + REFUNDS_PATH).status_code == 200
        assert _names(client) == {"theirs", "third"}


def test_a_token_asked_for_under_a_prefix_is_that_world_s(tmp_path: Path) -> None:
    """The world in the path checks the secret, and no world of the client id is made."""
    fixture = tmp_path / "org.json"
    fixture.write_text(
        '{"format": 1, "credentials": [{"client_id": "bill", "client_secret": "right"}]}',
        encoding="utf-8",
    )
    with in_process(create_app(Settings(fixtures_dir=str(tmp_path)))) as client:
        client.post("/_mock/worlds", json={"name": "org", "fixture": str(fixture)})
        assert _token(client, "bill", "wrong", "/_mock/w/org") == "401"
        assert _token(client, "bill", "right", "/_mock/w/org").startswith("ey")
        assert _names(client) == {"org"}


@pytest.mark.parametrize("prefix", ["", "/_mock/w/other"])
def test_a_wrong_secret_makes_no_world(prefix: str) -> None:
    """The secret is checked before the world of the client id, or of the path, is made."""
    with in_process(create_app(Settings())) as client:
        assert _token(client, "locked", "wrong", prefix) == "401"
        assert _names(client) == set()
        assert _token(client, "locked", "correct-horse", prefix).startswith("ey")
        assert _names(client) == {"other" if prefix else "locked"}
