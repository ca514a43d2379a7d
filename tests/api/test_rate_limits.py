"""Rate limits: so many requests in a rolling window of a world's clock, and then 429."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast

import pytest

from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from mockserver.state import clock
from mockserver.state.clock import frozen
from tests.api.conftest import Make
from tests.api.operations import OPERATIONS, Asked, assert_refused
from tests.client import Answer, Client
from tests.organization import NOW, UNKNOWN


def at(client: Client, seconds: float, world: str = "default") -> Client:
    """The client, its world's clock set so many seconds after it stood."""
    instant = datetime.fromisoformat(NOW) + timedelta(seconds=seconds)
    client.app.worlds.get(world).clock = frozen(instant)
    return client


def asked_for_token(client: Client, client_id: str = "me", secret: str = "x") -> Answer:
    """The answer to a token call."""
    sent = {"client_id": client_id, "client_secret": secret}
    return client.send("POST", TOKEN_PATH, sent)


@pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)
def test_one_request_too_many(make: Make, asked: Asked) -> None:
    """The request beyond the limit is answered 429 in the envelope, and changes nothing."""
    client = make(rate_limit="3/10")
    for _ in range(3):
        assert client.list().status == 200
    before = client.export()
    answer = asked.of(client)
    assert_refused(answer, "TooManyRequestsError")
    assert "3 in 10 s" in answer.json["content"]["message"]
    assert answer.one("retry-after") is None
    assert client.export() == before


def test_the_window_rolls(make: Make) -> None:
    """A request is admitted as soon as the one that filled the window is ten seconds old."""
    client = make(rate_limit="3/10")
    statuses = [
        at(client, second).list().status for second in (0, 5, 9, 9.999, 10, 10, 15, 18.9, 19)
    ]
    assert statuses == [200, 200, 200, 429, 200, 429, 200, 429, 200]


@pytest.mark.parametrize("hours", [-1, -24 * 365, 1])
def test_the_machines_clock_may_be_set(
    make: Make, signing_key: str, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """By the real time a limit counts the seconds that pass, whatever the date is set to."""
    client = make(rate_limit="2/10", token_rate_limit="1/10", clock="real", signing_key=signing_key)
    passed, date = 100.0, datetime(2026, 1, 1, tzinfo=UTC)

    class Machine(datetime):
        """The machine's date, as it is set."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Machine:
            return cast(Machine, date)

    monkeypatch.setattr(clock, "datetime", Machine)
    monkeypatch.setattr(time, "monotonic_ns", lambda: int(passed * 1e9))
    assert [asked_for_token(client, "default").status, client.list().status] == [200, 200]
    date += timedelta(hours=hours)
    passed += 9.9
    assert [asked_for_token(client, "default").status, client.list().status] == [429, 429]
    passed += 0.2
    assert [asked_for_token(client, "default").status, client.list().status] == [200, 200]


def test_a_refused_request_does_not_count(make: Make) -> None:
    """Asking again and again does not keep the window full."""
    client = make(rate_limit="1/10")
    assert [at(client, second).list().status for second in (0, *range(1, 10), 10)] == [
        200, *[429] * 9, 200,
    ]  # fmt: skip


def test_a_failed_request_counts(make: Make) -> None:
    """A request that was let in counts whatever is answered; one without a token does not."""
    client = make(rate_limit="2/10")
    assert Client(client.app, token=None).list().status == 401
    assert client.get(UNKNOWN).status == 404
    assert client.send("POST", REFUNDS_PATH, body=b"{").status == 422
    assert client.list().status == 429


def test_each_world_has_its_own_limit(make: Make) -> None:
    """A world whose limit is reached leaves the others theirs, and gets a new one when reset."""
    client = make(rate_limit="1/10")
    other = Client(client.app, prefix="/_mock/w/other")
    assert [client.list().status, client.list().status, other.list().status] == [200, 429, 200]
    client.reset()
    assert client.list().status == 200
    assert other.list().status == 429


def test_the_control_plane_is_not_limited(make: Make) -> None:
    """What is under /_mock is answered however full the window."""
    client = make(rate_limit="1/10")
    client.list()
    for path in ("/_mock/health", "/_mock/worlds", "/_mock/worlds/default/export", "/openapi.json"):
        assert [client.send("GET", path).status for _ in range(3)] == [200] * 3


def test_the_vendors_limit(make: Make) -> None:
    """The vendor's limit admits a thousand requests in ten seconds."""
    client = make(rate_limit="vendor")
    assert {client.get(UNKNOWN).status for _ in range(1_000)} == {404}
    assert at(client, 9.9).get(UNKNOWN).status == 429
    assert at(client, 10).get(UNKNOWN).status == 404


def test_there_is_no_limit_by_default(make: Make) -> None:
    """Without the setting, requests are not counted."""
    client = make()
    assert {client.get(UNKNOWN).status for _ in range(1_500)} == {404}


def test_tokens_have_a_limit_of_their_own(make: Make, signing_key: str) -> None:
    """Too many token calls of a client are answered 429; its refunds and other clients go on."""
    client = make(token_rate_limit="2/60", signing_key=signing_key)
    statuses = [asked_for_token(at(client, second, "me")).status for second in (0, 1, 2, 59.9, 60)]
    assert statuses == [200, 200, 429, 429, 200]
    answer = asked_for_token(client)
    assert_refused(answer, "TooManyRequestsError")
    assert "tokens" in answer.json["content"]["message"]
    assert client.list().status == 200
    assert asked_for_token(client, "you").status == 200


def test_a_wrong_secret_is_no_token(make: Make, signing_key: str) -> None:
    """Calls with a wrong secret are 401 and do not use up the limit."""
    client = make(token_rate_limit="1/60", signing_key=signing_key)
    assert {asked_for_token(client, "listed", "wrong").status for _ in range(5)} == {401}
    assert asked_for_token(client, "listed", "right").status == 200
    assert asked_for_token(client, "listed", "right").status == 429
