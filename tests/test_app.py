"""The app in process needs no lifespan, serves through any ASGI client, and shares no state."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import mockserver
from mockserver import Settings, create_app
from mockserver.errors import MockserverError, SettingsError
from mockserver.spec.facts import REFUNDS_PATH
from tests.client import Client, exchange, run, stand_in
from tests.organization import DOCUMENT, REFUND, body, fixture_file

BEARER = {"authorization": "Bearer x"}


def test_an_app_is_seeded_when_it_is_made() -> None:
    """An app answers its first request with no lifespan and no settings at all."""
    answer = Client(create_app()).send("GET", REFUNDS_PATH)
    assert answer.status == 200
    assert answer.json["items"]


def test_an_app_serves_through_httpx(tmp_path: Path) -> None:
    """An httpx client creates, lists and deletes through ASGITransport."""
    app = stand_in(tmp_path).app

    async def story() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=BEARER
        ) as client:
            made = await client.post(REFUNDS_PATH, json=body())
            path = f"{REFUNDS_PATH}/{made.json()['non_insurance_payer_refund_id']}"
            answers = [made, await client.get(path), await client.delete(path)]
            answers += [await client.get(path), await client.head(path)]
            return [answer.status_code for answer in answers]

    assert asyncio.run(story()) == [200, 200, 200, 404, 405]


@pytest.mark.parametrize("with_lifespan", [True, False])
def test_an_app_serves_through_starlettes_client(tmp_path: Path, with_lifespan: bool) -> None:
    """Starlette's test client serves the app with its lifespan and without."""
    client = TestClient(stand_in(tmp_path).app, headers=BEARER)
    if with_lifespan:
        with client:
            assert client.get(REFUNDS_PATH).status_code == 200
    assert client.post(REFUNDS_PATH, json=body()).status_code == 200
    assert len(client.get(REFUNDS_PATH).json()["items"]) == 3


def test_a_lifespan_changes_nothing(tmp_path: Path) -> None:
    """What was created before a lifespan begins and after it ends is still there."""
    client = stand_in(tmp_path)
    client.create()
    for _ in range(2):
        with TestClient(client.app):
            client.create()
    assert len(client.list().json["items"]) == 5


def test_two_apps_share_nothing(tmp_path: Path) -> None:
    """A refund of one app is not in another over the same fixture."""
    file = fixture_file(tmp_path)
    one, other = (Client(create_app(Settings(fixture=file))) for _ in range(2))
    refund_id = one.create().json["non_insurance_payer_refund_id"]
    one.delete(REFUND)
    assert (one.get(refund_id).status, other.get(refund_id).status) == (200, 404)
    assert (one.get(REFUND).status, other.get(REFUND).status) == (404, 200)


@pytest.mark.parametrize(
    "path", ["/", REFUNDS_PATH, f"/_mock/w/me{REFUNDS_PATH}", "/_mock/w/-/", "/_mock", "/x\n"]
)
def test_a_websocket_is_not_served(tmp_path: Path, path: str) -> None:
    """A WebSocket is closed, on whatever path, and not left waiting."""
    app, sent = stand_in(tmp_path).app, list[dict[str, Any]]()

    async def served() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": path, "headers": [], "query_string": b""}
        await app({**scope, "root_path": "", "subprotocols": []}, receive, send)

    run(served())
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_scope_is_not_changed(tmp_path: Path) -> None:
    """An app leaves the path of the scope it is handed as it was, for whoever wraps it."""
    client = stand_in(tmp_path)
    path = f"/_mock/w/me{REFUNDS_PATH}"
    scope = client.scope("GET", path, headers=BEARER)
    assert exchange(client.app, scope, []) is not None
    assert scope["path"] == path
    assert "me" in client.app.worlds


def test_names_that_are_published() -> None:
    """The package publishes create_app, Settings and Client, and knows no other name by chance."""
    published = {"Client", "InProcessTransport", "Settings", "__version__", "create_app"}
    assert set(mockserver.__all__) == published
    assert mockserver.__all__ == sorted(mockserver.__all__)
    assert all(hasattr(mockserver, name) for name in mockserver.__all__)
    with pytest.raises(AttributeError, match="'creat_app'"):
        _ = mockserver.creat_app


def test_importing_settings_loads_no_server() -> None:
    """The package and its Settings are imported without pydantic, starlette or cryptography."""
    code = "import sys, mockserver; mockserver.Settings(); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "starlette", "cryptography", "jwt", "yaml"} & set(ran.stdout.split())


def test_serving_loads_no_cryptography_before_a_token(tmp_path: Path) -> None:
    """An app that is asked for no token of its own does not load what tokens need."""
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from mockserver import Settings, create_app
create_app(Settings(fixture={fixture_file(tmp_path)!r}))
print(*sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"cryptography", "jwt", "yaml", "uvicorn", "click"} & set(ran.stdout.split())


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"profile": "x"}, "profile 'x' is not known"),
        ({"rules": {"x": "off"}}, "rule 'x' is not known"),
        ({"rules": {"body-json": "x"}}, "level 'x' of rule body-json"),
        ({"signing_key": "nowhere.pem"}, "signing key nowhere.pem cannot be read"),
        ({"fixture": "nowhere"}, "nowhere"),
        ({"fixture": "nowhere.json"}, "nowhere.json"),
        ({"refunds": -1}, "refunds -1 is out of range; use 0 to 100000000"),
        ({"refunds": 5, "watch": True}, "refunds 5 are generated, so there is no file to watch"),
    ],
)
def test_settings_that_cannot_be_used(settings: dict[str, Any], told: str) -> None:
    """A setting that cannot be used is refused when the app is made, with its value."""
    with pytest.raises(MockserverError) as refused:
        create_app(Settings(**settings))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [{"auth": "x"}, {"port": -1}, {"port": 65_536}, {"max_worlds": 0}, {"max_body_bytes": 0},
     {"clock": "x"}, {"rate_limit": "x"}, {"token_rate_limit": "1"}, {"log_format": "x"}],
)  # fmt: skip
def test_settings_out_of_range(settings: dict[str, Any]) -> None:
    """A setting out of range is refused when the settings are made, with its value."""
    with pytest.raises(SettingsError) as refused:
        Settings(**settings)
    assert str(next(iter(settings.values()))) in str(refused.value)


def test_an_app_is_made_again_from_its_fixture(tmp_path: Path) -> None:
    """A reload starts the worlds again from the changed file, or changes nothing."""
    client = stand_in(tmp_path)
    (file,) = tmp_path.iterdir()
    client.create()
    file.write_text("{", encoding="utf-8")
    with pytest.raises(MockserverError):
        asyncio.run(client.app.reload())
    assert len(client.list().json["items"]) == 3
    changed = fixture_file(tmp_path, {**DOCUMENT, "refunds": DOCUMENT["refunds"][:1]})
    Path(changed).replace(file)
    assert asyncio.run(client.app.reload()) == ["default"]
    assert len(client.list().json["items"]) == 1
