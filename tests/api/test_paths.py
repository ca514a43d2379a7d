"""Paths that nothing is served under are answered 404 in the envelope, with the nearest that is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.api.paths import Paths
from mockserver.spec.facts import REFUND_PATH, REFUNDS_PATH, TOKEN_PATH
from tests.api.operations import MEMBER, assert_refused
from tests.client import Client
from tests.organization import REFUND

NEAREST = {
    f"{REFUNDS_PATH}/": REFUNDS_PATH,
    f"/{REFUNDS_PATH}": REFUNDS_PATH,
    REFUNDS_PATH[:-1]: REFUNDS_PATH,
    REFUNDS_PATH.replace("v1", "v2"): REFUNDS_PATH,
    REFUNDS_PATH.replace("refunds", "refund"): REFUNDS_PATH,
    REFUNDS_PATH.upper(): None,
    "/non-insurance-payer-refunds/v1": REFUNDS_PATH,
    f"{MEMBER}/": REFUND_PATH,
    f"{MEMBER}/allocations": REFUND_PATH,
    f"{REFUNDS_PATH}/a%2Fb": REFUND_PATH,
    f"{REFUNDS_PATH}%0A": REFUNDS_PATH,
    f"{TOKEN_PATH}/": TOKEN_PATH,
    "/api/auth/v1/token": TOKEN_PATH,
    "/api/auth/v2/tokens": TOKEN_PATH,
    "/openapi.jso": "/openapi.json",
}
ODD = (
    "//", "/%00", "/%FF%FE", "/%F0%9F%98%80", "/..%2F..%2Fetc%2Fpasswd", "/a/../b", "*",
    "x", "/" + "x" * 100_000, "/%0d%0aSet-Cookie:%20a=b", "/favicon.ico", "/api",
    f"{REFUNDS_PATH};a=b", f"{REFUNDS_PATH}%3Flimit=1", "/<script>",
)  # fmt: skip
STRANGE_IDS = {
    "%2e%2e": "..", "%00": "\x00", "%FF": "\ufffd", "%F0%9F%98%80": "😀",
    "%0d%0aX:%20y": "\r\nX: y",
    "x" * 50_000: "x" * 50_000, "%25": "%", "%3F": "?", "*": "*", "%22": '"',
    f"{REFUND};a": f"{REFUND};a",
}  # fmt: skip


@pytest.mark.parametrize("token", ["token", None])
@pytest.mark.parametrize(("path", "nearest"), NEAREST.items())
def test_the_nearest_path_is_told(
    client: Client, path: str, nearest: str | None, token: str | None
) -> None:
    """An unknown path is 404 with the known one that is most like it, with or without a token."""
    for method in ("GET", "POST", "PATCH", "DELETE", "HEAD", "FOO"):
        answer = Client(client.app, token=token).send(method, path)
        assert_refused(answer, "NotFoundError")
        assert answer.one("mock-nearest-path") == nearest or nearest is None


@pytest.mark.parametrize("length", [161, 57_000])
def test_a_long_path_is_compared_with_none(
    client: Client, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """A path of many different letters gets no nearest one, and no work is done to find it."""
    compared = list[str]()

    def counting(_path: object, known: Iterable[str], **_options: object) -> str:
        compared.extend(known)
        return ""

    monkeypatch.setattr("mockserver.app.nearest", counting)
    letters = "".join(chr(code) for code in range(0x100, 0x178))
    answer = client.send("GET", ("/" + letters * length)[:length])
    assert_refused(answer, "NotFoundError")
    assert answer.one("mock-nearest-path") is None
    assert compared == []
    assert len(answer.body) < 300


@pytest.mark.parametrize("path", ODD)
def test_an_odd_path_is_not_found(client: Client, path: str) -> None:
    """Anything else is 404 in the envelope."""
    before = client.export()
    for method in ("GET", "POST", "DELETE"):
        assert_refused(client.send(method, path), "NotFoundError")
    assert client.export() == before


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(("sent", "refund_id"), STRANGE_IDS.items(), ids=range(len(STRANGE_IDS)))
def test_a_strange_id_is_not_found(client: Client, method: str, sent: str, refund_id: str) -> None:
    """An id of any characters but a slash is an id, decoded, that is not found."""
    answer = client.send(method, f"{REFUNDS_PATH}/{sent}")
    assert_refused(answer, "EntityNotFoundError")
    assert answer.json["content"] == {"id": refund_id}


def test_an_escaped_path_is_the_path(client: Client) -> None:
    """Letters of a path may be escaped."""
    escaped = REFUNDS_PATH.replace("a", "%61").replace("-", "%2D")
    assert client.send("GET", escaped).body == client.list().body


@pytest.mark.parametrize("name", ["", "%FF", "%C3", "a%ED%A0%80", "x" * 513, "%2F" * 513])
def test_what_cannot_name_a_world(client: Client, name: str) -> None:
    """A world's name that is none, or a path behind it that is none, is 404, and makes no world."""
    answer = client.send("GET", f"/_mock/w/{name}{REFUNDS_PATH}")
    assert_refused(answer, "NotFoundError")
    assert {world.name for world in client.app.worlds} <= {"default"}


@pytest.mark.parametrize("path", ["/_mock/w/me", "/_mock/w/me/", f"/_mock/w/me{REFUNDS_PATH}/"])
def test_a_world_without_a_path(client: Client, path: str) -> None:
    """Behind a world's name only the vendor's paths are known; another path makes no world."""
    assert_refused(client.send("GET", path), "NotFoundError")
    assert "me" not in client.app.worlds


def test_the_control_plane_is_not_in_a_world(client: Client) -> None:
    """Behind a world's name there is no control plane."""
    assert_refused(client.send("GET", "/_mock/w/me/_mock/health"), "NotFoundError")
    assert_refused(client.send("GET", f"/_mock/w/me/_mock/w/you{REFUNDS_PATH}"), "NotFoundError")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a", "list {}"),
        ("/a/1", "member {'id': '1'}"),
        ("/a/x\n", "member {'id': 'x\\n'}"),
        ("/a/1/toggle", "toggle {'id': '1'}"),
        ("/a/", "none"),
        ("/a/1/toggle\n", "none"),
        ("/a/1/2", "none"),
        ("/b/1", "none"),
    ],
)
def test_each_kind_of_path_is_found(path: str, expected: str) -> None:
    """A fixed one, one that ends in a parameter, and one with a parameter in its middle."""
    told: list[str] = []

    def app(name: str) -> ASGIApp:
        async def served(scope: Scope, _receive: Receive, _send: Send) -> None:
            told.append(name if name == "none" else f"{name} {scope.get('path_params', {})}")

        return served

    routes = {"/a": "list", "/a/{id}": "member", "/a/{id}/toggle": "toggle"}
    apps = [(Route(template, app(name)), app(name)) for template, name in routes.items()]
    paths = Paths(apps, app("none"), lambda scope: scope["path"])
    asyncio.run(paths({"path": path}, None, None))  # type: ignore[arg-type]
    assert told == [expected]
