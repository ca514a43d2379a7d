"""Who must send the control token: all where there is one; else nobody elsewhere is answered."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import Settings, create_app
from mockserver.errors import SettingsError
from tests.control.refunds import PATH
from tests.serving import in_process

HERE = ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "testclient")
ELSEWHERE = (
    "192.0.2.1",
    "10.0.0.1",
    "172.17.0.1",
    "2001:db8::1",
    "fe80::1%eth0",
    "::ffff:192.0.2.1",
)
FREE = ("/_mock/health", "/_mock/ready", "/openapi.json", "/openapi.yaml")


def reached(address: str, token: str | None = None) -> httpx.Client:
    """A client at an address of a stand-in with this token."""
    app = create_app(Settings(control_token=token))

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (address, 1)}, receive, send)

    served: ASGIApp = moved
    return in_process(served)


@pytest.mark.parametrize("address", HERE)
def test_without_a_token_this_machine_is_answered(address: str) -> None:
    """Loopback addresses of both families, and what is no network's address, get in."""
    with reached(address) as client:
        assert client.get("/_mock/worlds").status_code == 200


@pytest.mark.parametrize("address", ELSEWHERE)
def test_without_a_token_nobody_elsewhere_is_answered(address: str) -> None:
    """Another machine gets 403 with the flag to start with; the vendor's API and health answer."""
    with reached(address) as client:
        for path in ("/_mock/worlds", "/_mock", "/_mock/nothing"):
            answer = client.get(path)
            assert (answer.status_code, "--control-token TOKEN" in answer.text) == (403, True)
        for path in (*FREE, PATH):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_with_a_token_everyone_sends_it(address: str) -> None:
    """The right one gets in from anywhere; none, or another, is a 401 that does not show it."""
    with reached(address, "hush") as client:
        headers: dict[str, Any] = {"Mock-Control-Token": "hush"}
        assert client.get("/_mock/worlds", headers=headers).status_code == 200
        for sent, told in (
            (None, "is missing"),
            ("Hush", "is not the server's"),
            ("hüsh", "is not"),
        ):
            headers = {} if sent is None else {"Mock-Control-Token": sent.encode("latin-1")}
            answer = client.post("/_mock/worlds/mine/reset", headers=headers)
            assert answer.status_code == 401
            assert "Mock-Control-Token" in answer.headers["www-authenticate"]
            assert f"the header Mock-Control-Token {told}" in answer.json()["error"]
            assert "ush" not in answer.text
        for path in (*FREE, PATH):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("token", ["", "a b", "ü", "a\n", "x" * 257])
def test_what_cannot_be_a_token_is_told(token: str) -> None:
    """A token that no header could carry ends the start, and is not shown."""
    with pytest.raises(SettingsError, match="visible ASCII characters"):
        Settings(control_token=token)


def test_settings_do_not_show_the_token() -> None:
    """What a log prints of the settings has it not."""
    assert "hush" not in repr(Settings(control_token="hush"))
