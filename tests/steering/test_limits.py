"""The rate limits of a world, changed while it runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

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
    off = {"requests": "off", "tokens": "off", "headers": "none"}
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


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"requests": "5"}, "requests: rate limit '5' is not known"),
        ({"tokens": 5}, "tokens: rate limit '5' is not known"),
        ({"headers": "retry_after"}, "did you mean retry-after?"),
        ({"request": "off"}, "expected an object like"),
    ],
)
def test_what_is_no_limit_is_told(client: httpx.Client, document: Any, told: str) -> None:
    """A limit that cannot be set is a 422, and nothing is changed."""
    answer = client.post(LIMITS, json={"requests": "1/1", **document})
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert client.get(LIMITS).json()["requests"] == "off"
