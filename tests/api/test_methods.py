"""Methods that a path does not have are answered 405 in the envelope, with all that it has."""

from __future__ import annotations

import pytest

from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.api.operations import MEMBER, assert_refused
from tests.client import Client
from tests.organization import UNKNOWN, body

METHODS = (
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY",
    "PROPFIND", "FOO", "get", "Post", "", "X" * 1_000,
)  # fmt: skip
ALLOWED = {
    REFUNDS_PATH: {"GET", "POST"},
    MEMBER: {"GET", "PATCH", "DELETE"},
    f"{REFUNDS_PATH}/{UNKNOWN}": {"GET", "PATCH", "DELETE"},
    f"{REFUNDS_PATH}/no-uuid": {"GET", "PATCH", "DELETE"},
    TOKEN_PATH: {"POST"},
}


@pytest.mark.parametrize("prefix", ["", "/_mock/w/other"])
@pytest.mark.parametrize("path", ALLOWED)
def test_other_methods_are_not_allowed(client: Client, path: str, prefix: str) -> None:
    """Each method that a path does not have is 405 with an Allow of those it has."""
    before = client.export()
    for token in ("token", None):
        there = Client(client.app, token=token, prefix=prefix)
        for method in sorted({*METHODS} - ALLOWED[path]):
            answer = there.send(method, path, body())
            assert_refused(answer, "MethodNotAllowedError")
            allow = answer.one("allow") or ""
            assert {name.strip() for name in allow.split(",")} == ALLOWED[path], method
    assert client.export() == before


@pytest.mark.parametrize("path", ALLOWED)
def test_allowed_methods_are_allowed(client: Client, path: str) -> None:
    """No method of a path's Allow is answered 405."""
    for method in ALLOWED[path]:
        assert client.send(method, path).status != 405


@pytest.mark.parametrize("path", ["/_mock/worlds", "/_mock/worlds/default", "/_mock/health"])
def test_the_control_plane_allows_all_methods_of_a_path(client: Client, path: str) -> None:
    """A 405 of the control plane names every method the path has."""
    allowed = {
        "/_mock/worlds": {"GET", "HEAD", "POST"},
        "/_mock/worlds/default": {"GET", "HEAD", "DELETE"},
        "/_mock/health": {"GET", "HEAD"},
    }
    answer = client.send("PUT", path)
    assert answer.status == 405
    assert {name.strip() for name in (answer.one("allow") or "").split(",")} == allowed[path]
