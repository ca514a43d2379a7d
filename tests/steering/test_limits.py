"""The rate limits of a world, changed while it runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered

LIMITS = f"{HERE}/limits"


def put(client: httpx.Client, **document: Any) -> dict[str, Any]:
    """The limits of the default world, once they are set."""
    answer = client.post(LIMITS, json=document)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_limits_are_shown_and_changed(steered: Steered) -> None:
    """A limit holds from the moment it is set until it is taken off or the world is reset."""
    off = {"requests": "off", "tokens": "off", "per": "world", "headers": "none"}
    assert steered.client.get(LIMITS).json() == off
    assert put(steered.client, requests="2/10") == {**off, "requests": "2/10"}
    assert [steered.list().status_code for _ in range(3)] == [200, 200, 429]
    assert put(steered.client, tokens="vendor")["tokens"] == "1000/10"
    assert steered.list().status_code == 429
    put(steered.client, requests="off")
    assert steered.list().status_code == 200
    steered.client.post(f"{HERE}/reset")
    assert steered.client.get(LIMITS).json() == off


def test_a_429_has_the_header_of_choice(steered: Steered) -> None:
    """None, as documented; the seconds to wait; or the instant in seconds since 1970."""
    found = {}
    for choice in ("none", "retry-after", "x-ratelimit-reset"):
        put(steered.client, requests="1/10", headers=choice)
        steered.list()
        steered.client.post(f"{HERE}/clock", json={"advance_seconds": 2.5})
        answer = steered.list()
        assert answer.status_code == 429
        found[choice] = [answer.headers.get(name) for name in ("retry-after", "x-ratelimit-reset")]
    now = datetime.fromisoformat(steered.client.get(f"{HERE}/clock").json()["now"])
    reset = str(int(now.timestamp() + 7.5 + 0.5))
    assert found == {
        "none": [None, None],
        "retry-after": ["8", None],
        "x-ratelimit-reset": [None, reset],
    }


def test_waiting_as_long_as_told_is_enough(steered: Steered) -> None:
    """Who waits Retry-After seconds is let in."""
    put(steered.client, requests="1/10", headers="retry-after")
    steered.list()
    seconds = int(steered.list().headers["retry-after"])
    steered.client.post(f"{HERE}/clock", json={"advance_seconds": seconds})
    assert steered.list().status_code == 200


def test_token_calls_have_a_limit_of_their_own(client: httpx.Client) -> None:
    """A limit of tokens counts token calls alone."""
    put(client, tokens="1/10", headers="retry-after")
    pair = {"client_id": "default", "client_secret": "x"}
    answers = [client.post("/api/auth/v2/token", json=pair) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["retry-after"] == "10"
    assert client.get(PATH).status_code == 200


def test_a_limit_can_count_each_client_address(app: Mockserver) -> None:
    """Each address has a window of its own, from the change on and by setting."""
    clients = [in_process(at_address(app, f"192.0.2.{end}")) for end in (1, 2)]
    put(clients[0], requests="1/10")
    assert [client.get(PATH).status_code for client in clients] == [200, 429]
    put(clients[0], per="address")
    assert [client.get(PATH).status_code for client in clients * 2] == [200, 200, 429, 429]
    assert "from 192.0.2.1" in clients[0].get(PATH).text
    settings = Settings(rate_limit="1/10", rate_limit_per="address", clock="frozen")
    with in_process(create_app(settings)) as client:
        assert client.get(LIMITS).json()["per"] == "address"


def at_address(app: ASGIApp, address: str) -> ASGIApp:
    """The app for a client of an address."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        inside = scope["path"].startswith("/_mock")
        await app(scope if inside else {**scope, "client": (address, 1)}, receive, send)

    return moved


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"requests": "5"}, "requests: rate limit '5' is not known"),
        ({"tokens": 5}, "tokens: rate limit '5' is not known"),
        ({"headers": "retry_after"}, "did you mean retry-after?"),
        ({"per": "adress"}, "did you mean address?"),
        ({"per": []}, "use one of world, address"),
        ({"request": "off"}, "expected an object like"),
    ],
)
def test_what_is_no_limit_is_told(client: httpx.Client, document: Any, told: str) -> None:
    """A limit that cannot be set is a 422, and nothing is changed."""
    answer = client.post(LIMITS, json={"requests": "1/1", **document})
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert client.get(LIMITS).json()["requests"] == "off"
