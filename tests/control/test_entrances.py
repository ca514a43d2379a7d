"""How the control plane is reached: from `/`, with a trailing slash, and under any prefix."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import yaml
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.control.refunds import refund_of
from tests.control.test_documents import PATHS
from tests.serving import in_process

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_root_leads_to_the_index(client: httpx.Client) -> None:
    """`GET /` is a redirect to `/_mock`, which a program sees in the body as well."""
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/_mock")
    assert answer.json() == {"see": "/_mock"}
    assert client.head("/").status_code == 307
    assert client.post("/").status_code == 404


def test_a_browser_gets_a_page(client: httpx.Client) -> None:
    """Asked for HTML, the index is a page with a link to each path that can be followed."""
    answer = client.get("/_mock", headers=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for path in client.get("/_mock").json()["see"]:
        assert path in answer.text
        assert (f'<a href="{path}">' in answer.text) == ("{" not in path)


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/_mock")])
def test_a_trailing_slash_changes_nothing(client: httpx.Client, path: str) -> None:
    """Each path of the control plane is answered with a slash behind it as without."""
    plain, slashed = client.get(path), client.get(f"{path}/")
    assert (plain.status_code, slashed.status_code) == (200, 200)
    assert plain.headers["content-type"] == slashed.headers["content-type"]


def test_worlds_take_a_trailing_slash(client: httpx.Client) -> None:
    """A world is made, reset, exported and deleted with a slash behind the path."""
    assert client.post("/_mock/worlds/", json={"name": "mine"}).status_code == 201
    assert client.post("/_mock/worlds/mine/reset/").json()["name"] == "mine"
    assert client.get("/_mock/worlds/mine/export/").json()["format"] == 1
    assert client.delete("/_mock/worlds/mine/").status_code == 204


def rooted(app: ASGIApp) -> ASGIApp:
    """The app as `uvicorn --root-path /mocks/refunds` calls it."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        root = "/mocks/refunds"
        path = scope["path"].removeprefix(root)
        await app({**scope, "root_path": root, "path": root + path}, receive, send)

    return served


PREFIXES: dict[str, Any] = {
    "mounted": lambda app: Starlette(routes=[Mount("/mocks/refunds", app=app)]),
    "a root path": rooted,
}


@pytest.fixture(params=PREFIXES)
def under(request: pytest.FixtureRequest, app: Mockserver) -> httpx.Client:
    """A client of the app under a prefix, which its base URL has."""
    client = in_process(PREFIXES[request.param](app))
    client.base_url = httpx.URL("http://mockserver/mocks/refunds")
    return client


def test_all_is_there_under_a_prefix(under: httpx.Client) -> None:
    """Both planes, worlds by prefix, and the token call."""
    for path in (*PATHS, "/_mock/", REFUNDS_PATH, f"/_mock/w/mine{REFUNDS_PATH}"):
        assert under.get(path).status_code == 200, path
    assert under.post("/_mock/worlds", json={"name": "new"}).status_code == 201
    pair = {"client_id": "me", "client_secret": "x"}
    assert under.post(TOKEN_PATH, json=pair).status_code == 200
    made = under.post(f"/_mock/w/mine{REFUNDS_PATH}", json=refund_of())
    assert (made.status_code, made.headers["mock-world"]) == (200, "mine")


def test_addresses_have_the_prefix(under: httpx.Client) -> None:
    """The redirect, the index, the document and the nearest path name what can be asked for."""
    assert under.get("/").headers["location"] == "/mocks/refunds/_mock"
    assert "/mocks/refunds/_mock/health" in under.get("/_mock").json()["see"]
    for path in ("/openapi.json", "/openapi.yaml"):
        document = yaml.safe_load(under.get(path).text)
        assert document["servers"][0]["url"] == "http://mockserver/mocks/refunds"
    answer = under.get(f"{REFUNDS_PATH}/")
    assert (answer.status_code, answer.headers["mock-nearest-path"]) == (
        404,
        f"/mocks/refunds{REFUNDS_PATH}",
    )


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost:1", "[::1]:5050"])
def test_the_document_names_the_server_as_it_was_reached(host: str) -> None:
    """The first server of the document is the address that the client used."""
    with in_process(create_app(Settings())) as client:
        answer = client.get("/openapi.json", headers={"host": host})
        assert answer.json()["servers"][0]["url"] == f"http://{host}"
