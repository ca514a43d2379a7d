"""`InProcessTransport` answers httpx clients, sync and async, from an app in this process."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from mockserver import Client, InProcessTransport
from mockserver.app import Mockserver
from tests.control.refunds import PATH, refund_of

ANY = {"authorization": "Bearer any"}


@pytest.fixture
def transport(app: Mockserver) -> InProcessTransport:
    """A transport over a stand-in of the test's own."""
    return InProcessTransport(app)


@pytest.fixture
def steering(transport: InProcessTransport) -> Client:
    """Its default world."""
    return Client("http://mockserver", transport=transport)


def test_both_kinds_of_clients_reach_one_world(
    transport: InProcessTransport, client: httpx.Client
) -> None:
    """What a sync client creates an async one reads, and a sync call may be made in a loop."""

    async def awaited() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://mockserver", headers=ANY
        ) as other:
            created = await other.post(PATH, json=refund_of())
            place = f"{PATH}/{created.json()['non_insurance_payer_refund_id']}"
            return [await other.get(place), client.get(place)]  # noqa: ASYNC212

    one, other = asyncio.run(awaited())
    assert one.status_code == 200
    assert one.json() == other.json()


def test_a_delay_is_waited(
    client: httpx.Client, steering: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client waits as long as a fault says, and no longer than its own timeout."""
    waited = list[float]()
    monkeypatch.setattr("mockserver.in_process.time.sleep", waited.append)
    steering.fault(operation="*.create", delay_ms=4_000)
    assert client.post(PATH, json=refund_of()).status_code == 200
    assert waited == [4.0]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_delay_longer_than_the_timeout_times_out(
    client: httpx.Client, steering: Client, moment: str
) -> None:
    """It raises at once, and the refund is written all the same, as by a server."""
    before = steering.describe()["refunds"]
    steering.fault(operation="*.create", delay_ms=6_000, moment=moment)
    with pytest.raises(httpx.ReadTimeout, match="within 5 s"):
        client.post(PATH, json=refund_of())
    assert steering.describe()["refunds"] == before + 1


def test_an_async_client_waits_without_holding_up_others(
    transport: InProcessTransport, steering: Client
) -> None:
    """While one call waits, another is answered; a client that waits less times out."""
    steering.fault(operation="*.create", first=1, delay_ms=60_000)
    steering.fault(operation="*.delete", delay_ms=1)

    async def both() -> None:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://mockserver", headers=ANY, timeout=None
        ) as client:
            slow = asyncio.create_task(client.post(PATH, json=refund_of()))
            await asyncio.sleep(0)
            items = (await client.get(PATH)).json()["items"]
            place = f"{PATH}/{items[0]['non_insurance_payer_refund_id']}"
            assert (await client.delete(place)).status_code == 200
            assert not slow.done()
            slow.cancel()
            with pytest.raises(httpx.ReadTimeout):
                await client.delete(place, timeout=0)

    asyncio.run(both())


def test_threads_may_share_it(client: httpx.Client) -> None:
    """Creates of many threads get ids of their own."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post(PATH, json=refund_of()), range(64)))
    assert len({answer.json()["non_insurance_payer_refund_id"] for answer in answers}) == 64


def test_what_only_a_server_has_is_not_waited_for() -> None:
    """An app that awaits its event loop gets an error, and no call hangs."""

    async def waits(_scope: Scope, _receive: Receive, _send: Send) -> Any:
        await asyncio.Future(loop=loop)

    loop = asyncio.new_event_loop()
    with (
        httpx.Client(transport=InProcessTransport(waits)) as client,
        pytest.raises(RuntimeError, match=r"GET http://a\.test waits for what only a server has"),
    ):
        client.get("http://a.test")
    loop.close()
