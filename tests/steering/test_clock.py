"""The clock of a world: real, frozen, moved, running and ticking; what goes by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.state.clock import Frozen, Running, Ticking, moved
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered

CLOCK = f"{HERE}/clock"
AT = "2024-02-29T12:00:00Z"
INSTANT = datetime(2024, 2, 29, 12, tzinfo=UTC)


def put(client: httpx.Client, world: str = "default", **document: Any) -> dict[str, Any]:
    """The clock of a world, once it is set."""
    answer = client.post(f"/_mock/worlds/{world}/clock", json=document)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_clock_is_shown(client: httpx.Client) -> None:
    """A world tells its mode and its instant."""
    assert client.get(CLOCK).json() == {"mode": "frozen", "now": "2024-01-15T09:30:00Z"}


def test_a_clock_is_frozen_and_moved(steered: Steered) -> None:
    """A frozen clock stands where it was put, and is moved by hand, back and forth."""
    assert put(steered.client, mode="frozen", at=AT) == {"mode": "frozen", "now": AT}
    assert steered.create().json()["allocations"][0]["allocated_on"] == AT
    assert put(steered.client, advance_seconds=90.5)["now"] == "2024-02-29T12:01:30.5Z"
    assert put(steered.client, advance_seconds=-90.5)["now"] == AT
    assert put(steered.client, mode="frozen", at=AT, advance_seconds=60)["now"] == (
        "2024-02-29T12:01:00Z"
    )


def test_a_clock_ticks_with_requests(steered: Steered) -> None:
    """Each request of the world sees the next instant; the control plane lets no clock tick."""
    told = put(steered.client, mode="ticking", at=AT, tick_seconds=2)
    assert told == {"mode": "ticking", "now": AT, "tick_seconds": 2}
    instants = [steered.create().json()["allocations"][0]["allocated_on"] for _ in range(3)]
    assert instants == [AT, "2024-02-29T12:00:02Z", "2024-02-29T12:00:04Z"]
    steered.client.get(f"/_mock/w/other{PATH}")
    steered.client.get("/nowhere")
    assert steered.client.get(CLOCK).json()["now"] == "2024-02-29T12:00:06Z"
    entries = steered.client.get(f"{HERE}/journal", params={"operation": "*.create"}).json()
    assert [entry["at"] for entry in entries["calls"]] == instants
    assert put(steered.client, mode="frozen")["now"] == "2024-02-29T12:00:06Z"
    steered.create()
    assert steered.client.get(CLOCK).json()["now"] == "2024-02-29T12:00:06Z"


def test_a_clock_runs_from_an_instant() -> None:
    """A running clock is ahead of its instant by the time that the machine counts."""
    seconds = [100.0]
    clock = Running(INSTANT, lambda: seconds[0])
    assert clock() == INSTANT
    seconds[0] += 90
    assert clock() == INSTANT + timedelta(seconds=90)


def test_a_running_and_the_real_clock_are_set(client: httpx.Client) -> None:
    """A world runs from an instant, by the real time, and ahead of it."""
    told = put(client, mode="running", at=AT)
    assert (told["mode"], told["now"][:16]) == ("running", AT[:16])
    assert put(client, mode="real")["mode"] == "real"
    ahead = put(client, advance_seconds=86_400)
    assert ahead["mode"] == "running"
    now = datetime.fromisoformat(ahead["now"]) - datetime.now(UTC)
    assert timedelta(hours=23) < now < timedelta(hours=25)


def test_tokens_expire_by_the_clock(client: httpx.Client) -> None:
    """Five hours on a token is over, and a new one counts."""
    pair = {"client_id": "mine", "client_secret": "x"}

    def status() -> int:
        return client.get(PATH, headers={"authorization": f"Bearer {token}"}).status_code

    token = client.post("/api/auth/v2/token", json=pair).json()["access_token"]
    put(client, "mine", advance_seconds=5 * 3_600 - 1)
    assert status() == 200
    put(client, "mine", advance_seconds=1)
    assert status() == 401
    token = client.post("/api/auth/v2/token", json=pair).json()["access_token"]
    assert status() == 200


def test_limits_go_by_the_clock() -> None:
    """Moving on empties the window; moving back begins a new one."""
    with in_process(create_app(Settings(clock="frozen", rate_limit="1/10"))) as client:
        statuses = []
        for seconds in (0, 0, 9, 1, -3_600, 0):
            put(client, advance_seconds=seconds)
            statuses.append(client.get(PATH).status_code)
    assert statuses == [200, 429, 429, 200, 200, 429]


def test_a_reset_restores_the_clock(steered: Steered) -> None:
    """A world that is reset goes by the clock that it was made with."""
    put(steered.client, mode="ticking", at=AT)
    steered.client.post(f"{HERE}/reset")
    steered.list()
    assert steered.client.get(CLOCK).json() == {"mode": "frozen", "now": "2024-01-15T09:30:00Z"}


def test_clocks_keep_within_the_years() -> None:
    """A clock moved beyond the years that can be written stays at their end, of its own kind."""
    assert moved(Frozen(INSTANT), 10**11)().year == 5193
    assert moved(Frozen(INSTANT), 10**12)().year == 9999
    assert moved(Frozen(INSTANT), -(10**12))().year == 1
    kept = moved(Ticking(INSTANT, 3), 60)
    assert isinstance(kept, Ticking)
    assert (kept(), kept.seconds) == (INSTANT + timedelta(seconds=60), 3)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "expected one like"),
        ({"mode": "frozn"}, "did you mean frozen?"),
        ({"at": AT}, "at needs a mode"),
        ({"mode": "real", "at": AT}, "at needs a mode"),
        ({"mode": "frozen", "at": "2024-02-29"}, "an instant with an offset"),
        ({"mode": "frozen", "at": "real"}, "an instant with an offset"),
        ({"mode": "frozen", "at": 5}, "an instant with an offset"),
        ({"mode": "frozen", "tick_seconds": 1}, 'needs "mode": "ticking"'),
        ({"mode": "ticking", "tick_seconds": True}, "a number of seconds"),
        ({"advance_seconds": "1"}, "a number of seconds"),
        ({"advance_seconds": 10**400}, "a number of seconds"),
        ({"advance": 1}, "expected an object like"),
    ],
)
def test_what_is_no_clock_is_told(
    client: httpx.Client, document: dict[str, Any], told: str
) -> None:
    """A clock that cannot be set is a 422 that says what would do, and nothing is changed."""
    answer = client.post(CLOCK, json=document)
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert client.get(CLOCK).json()["now"] == "2024-01-15T09:30:00Z"
