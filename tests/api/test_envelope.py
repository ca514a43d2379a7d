"""Every error comes in the vendor's envelope, with its status, its content and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.spec.facts import ERRORS, REFUNDS_PATH, TOKEN_PATH
from tests.api.conftest import Make
from tests.api.operations import MEMBER, OPERATIONS, Asked, assert_refused
from tests.client import Client
from tests.organization import UNKNOWN, body

TEXT = {"headers": {"content-type": "text/plain"}}

RAISED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "EntityNotFoundError": ("GET", f"{REFUNDS_PATH}/{UNKNOWN}", {}),
    "NotFoundError": ("GET", "/nowhere", {}),
    "MethodNotAllowedError": ("PUT", REFUNDS_PATH, {}),
    "PayloadTooLargeError": ("POST", REFUNDS_PATH, {"body": b" " * 1_048_577}),
    "InvalidContentTypeError": ("POST", TOKEN_PATH, {"body": b"x", **TEXT}),
    "UnprocessableEntityError": ("POST", REFUNDS_PATH, {"document": {}}),
    "UnauthorizedError": ("GET", REFUNDS_PATH, {"headers": {"authorization": None}}),
}
"""A request that is answered with each error by default; the others need a setting or a fault."""


@pytest.mark.parametrize("error_name", RAISED)
def test_an_error_comes_in_the_envelope(client: Client, error_name: str) -> None:
    """Each error has its status, its Content-Type, and a body of errorName and content alone."""
    method, path, more = RAISED[error_name]
    assert_refused(client.send(method, path, **more), error_name)


def test_every_error_is_raised_somewhere() -> None:
    """The errors of the table and the three below are all there are."""
    elsewhere = {"TooManyRequestsError", "InternalError", "HttpServiceUnavailableError"}
    assert RAISED.keys() | elsewhere == {error.name for error in ERRORS}


def test_content_of_a_refund_that_is_not_found(client: Client) -> None:
    """The content of EntityNotFoundError is the id that was not found, and nothing else."""
    assert client.get(UNKNOWN).json == {
        "errorName": "EntityNotFoundError",
        "content": {"id": UNKNOWN},
    }


@pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)
def test_too_many_worlds(make: Make, asked: Asked) -> None:
    """Where no further world is to be had, an operation is answered 503, and those there go on."""
    client = make(max_worlds=1)
    client.list()
    answer = asked.of(Client(client.app, prefix="/_mock/w/one-more"))
    assert_refused(answer, "HttpServiceUnavailableError")
    assert 'world "one-more" was not made' in answer.json["content"]["message"]
    assert asked.of(client).status == 200
    assert len(client.app.worlds) == 1


def test_too_many_worlds_for_a_token(make: Make, signing_key: str) -> None:
    """A token for a client whose world cannot be made is answered 503."""
    client = make(max_worlds=1, signing_key=signing_key)
    client.list()
    sent = {"client_id": "one-more", "client_secret": "x"}
    assert_refused(client.send("POST", TOKEN_PATH, sent), "HttpServiceUnavailableError")
    assert client.send("POST", TOKEN_PATH, {**sent, "client_id": "default"}).status == 200


@pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)
def test_a_fault_of_our_own(
    client: Client, asked: Asked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What goes wrong in the stand-in is answered 500 without particulars, and logged with them."""
    world = client.app.worlds.get("default")

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("secret particulars")

    for name in ("page", "find", "draw_id"):
        monkeypatch.setattr(world, name, broken)
    before = client.export()
    answer = asked.of(client)
    assert_refused(answer, "InternalError")
    assert b"secret" not in answer.body
    assert "secret particulars" in caplog.text
    assert client.export() == before


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_answer_of_many_warnings(client: Client, method: str) -> None:
    """An answer has warnings of 2 KiB in all, the last of which counts the others."""
    path, sent = (REFUNDS_PATH, body()) if method == "POST" else (MEMBER, {})
    answer = client.send(method, path, {**sent, **dict.fromkeys((f"x{n}" for n in range(50)), 1)})
    lines = answer.all("mock-warning")
    assert answer.status == 200
    assert 20 < len(lines) < 50
    assert lines[-1] == f"and {51 - len(lines)} more"
    assert sum(len(f"mock-warning: {line}\r\n") for line in lines) <= 2_048


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: b=c", "\x00", "\x7f", "ü", "😀", "a b", "", "$.a", '"', "x" * 5_000]
)
def test_warnings_are_printable(client: Client, name: str) -> None:
    """Whatever a field is called, its warning is one header of printable ASCII."""
    for answer in (
        client.create(**{name: name}),
        client.send("GET", REFUNDS_PATH, query={name: name}),
        client.send("PATCH", MEMBER, {name: {name: name}}),
    ):
        assert answer.status == 200
        (line,) = answer.all("mock-warning")
        assert line.startswith("unknown-field: ")
        assert line.isprintable()
        assert len(line) <= 1_100
        assert answer.one("set-cookie") is None
