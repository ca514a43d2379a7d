"""What takes long is done beside the event loop: other requests are answered meanwhile."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from mockserver.control import exporting
from mockserver.fixtures import building
from mockserver.fixtures.catalog import locate
from mockserver.state.world import World
from mockserver.templates import LARGE_BYTES, Templates
from tests.control.refunds import PATH, refund_of
from tests.serving import PATIENCE_SECONDS, in_process

Steps = Callable[[Mockserver, httpx.AsyncClient], Coroutine[Any, Any, None]]


class Held:
    """A function that waits in its thread until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        real = getattr(owner, name)

        def held(*values: Any) -> Any:
            assert threading.current_thread() is not threading.main_thread()
            self.begun.set()
            assert self.may_go_on.wait(PATIENCE_SECONDS)
            return real(*values)

        monkeypatch.setattr(owner, name, held)

    async def wait(self) -> None:
        """Return once it was called."""
        assert await asyncio.to_thread(self.begun.wait, PATIENCE_SECONDS)


def run(app: Mockserver, steps: Steps) -> None:
    """Run the steps with a client of the app, in one event loop."""

    async def session() -> None:
        transport, headers = httpx.ASGITransport(app), {"authorization": "Bearer any"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers=headers
        ) as client:
            await asyncio.wait_for(steps(app, client), PATIENCE_SECONDS)

    asyncio.run(session())


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """The path of a fixture with a large file and more refunds than are exported at once."""
    document = json.loads(locate("empty").read_bytes())
    document["description"] = "d" * LARGE_BYTES
    document["non_insurance_payers"] = json.loads(locate("default").read_bytes())[
        "non_insurance_payers"
    ][:1]
    payer_id = document["non_insurance_payers"][0]["non_insurance_payer_id"]
    document["refunds"] = [
        {
            "non_insurance_payer_refund_id": f"00000000-0000-4000-8000-{number:012}",
            "non_insurance_payer_id": payer_id,
            "amount_cents": 1,
            "allocations": [{"amount_cents": 1, "target": {"type": "unattributed"}}],
        }
        for number in range(1_001)
    ]
    path = tmp_path / "large.json"
    path.write_text(json.dumps(document))
    return path


def test_a_large_fixture_is_read_aside(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile both planes answer; a world of the same name that was made meanwhile stays."""
    app = create_app(Settings(fixtures_dir=str(tmp_path)))
    held = Held(monkeypatch, Templates, "named")

    async def steps(_app: Mockserver, client: httpx.AsyncClient) -> None:
        asked = [
            asyncio.create_task(
                client.post("/_mock/worlds", json={"name": name, "fixture": str(large)})
            )
            for name in ("mine", "taken")
        ]
        await held.wait()
        assert (await client.get("/_mock/health")).status_code == 200
        assert (await client.get(f"/_mock/w/taken{PATH}")).status_code == 200
        held.may_go_on.set()
        made, late = [await task for task in asked]
        assert (made.status_code, made.json()["refunds"]) == (201, 1_001)
        assert (late.status_code, late.json()["error"][:34]) == (
            409,
            'world "taken" is there already; re',
        )

    run(app, steps)


def test_a_large_fixture_is_read_again_aside(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile the worlds are as before."""
    app = create_app(Settings(fixture=str(large)))
    held = Held(monkeypatch, Templates, "own")

    async def steps(app: Mockserver, client: httpx.AsyncClient) -> None:
        created = await client.post(PATH, json=refund_of(non_insurance_payer_id=payer_of(large)))
        assert created.status_code == 200
        reloading = asyncio.create_task(app.reload())
        await held.wait()
        assert (await client.get("/_mock/worlds/default")).json()["refunds"] == 1_002
        held.may_go_on.set()
        assert await reloading == ["default"]
        assert (await client.get("/_mock/worlds/default")).json()["refunds"] == 1_001

    run(app, steps)


def test_a_large_world_is_exported_as_it_was(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pieces are made beside the loop, of the world as it was when the export was asked for."""
    app = create_app(Settings(fixture=str(large)))
    real, begun, may_go_on = building.exported, threading.Event(), threading.Event()

    def held(world: World, *, secrets: bool) -> Iterator[bytes]:
        pieces = real(world, secrets=secrets)
        assert threading.current_thread() is threading.main_thread()

        def waiting() -> Iterator[bytes]:
            begun.set()
            assert may_go_on.wait(PATIENCE_SECONDS)
            yield from pieces

        return waiting()

    monkeypatch.setattr(exporting, "exported", held)

    async def steps(_app: Mockserver, client: httpx.AsyncClient) -> None:
        exported = asyncio.create_task(client.get("/_mock/worlds/default/export"))
        assert await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
        (first,) = (await client.get(PATH, params={"limit": 1})).json()["items"]
        gone = first["non_insurance_payer_refund_id"]
        assert (await client.delete(f"{PATH}/{gone}")).status_code == 200
        body = refund_of(non_insurance_payer_id=payer_of(large))
        assert (await client.post(PATH, json=body)).status_code == 200
        may_go_on.set()
        refunds = (await exported).json()["refunds"]
        assert gone in {refund["non_insurance_payer_refund_id"] for refund in refunds}
        assert len(refunds) == 1_001

    run(app, steps)


def payer_of(path: Path) -> str:
    """The id of the first payer of a fixture."""
    payer_id: str = json.loads(path.read_bytes())["non_insurance_payers"][0][
        "non_insurance_payer_id"
    ]
    return payer_id


def test_a_fixture_beyond_the_limit_is_refused(large: Path, tmp_path: Path) -> None:
    """The error has the size and the setting; what the stand-in started with may be larger."""
    asked = {"name": "mine", "fixture": str(large)}
    small = Settings(fixtures_dir=str(tmp_path), max_fixture_bytes=1_000)
    with in_process(create_app(small)) as client:
        answer = client.post("/_mock/worlds", json=asked)
    assert answer.status_code == 422
    told = f"has {large.stat().st_size} bytes; expected at most 1000 (--max-fixture-bytes)"
    assert told in answer.json()["error"]
    with in_process(create_app(Settings(fixture=str(large), max_fixture_bytes=1_000))) as client:
        assert client.post("/_mock/worlds", json=asked).status_code == 201


def test_templates_are_kept_within_the_same_bytes(large: Path, tmp_path: Path) -> None:
    """Of two large files the first is read again, and of two small ones neither."""
    other = tmp_path / "other.json"
    other.write_bytes(large.read_bytes())
    size = large.stat().st_size
    for most, kept in ((size, 1), (2 * size, 2)):
        app = create_app(Settings(fixtures_dir=str(tmp_path), max_fixture_bytes=most))

        async def steps(app: Mockserver, client: httpx.AsyncClient) -> None:
            for number, path in enumerate((large, other)):
                asked = {"name": f"w{number}", "fixture": str(path)}
                assert (await client.post("/_mock/worlds", json=asked)).status_code == 201

        run(app, steps)
        assert app.templates.kept_bytes() == kept * size


def test_a_long_name_of_a_fixture_is_refused(client: httpx.Client) -> None:
    """The error has its length."""
    answer = client.post("/_mock/worlds", json={"name": "mine", "fixture": "/x" * 2_049})
    assert answer.status_code == 422
    assert answer.json()["error"].endswith("has 4098 characters; expected at most 4096")
