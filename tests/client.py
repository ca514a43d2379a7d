"""A client of an app in this process, which steps the ASGI coroutine by hand, without a loop."""

from __future__ import annotations

import json
import re
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlencode

from starlette.types import ASGIApp, Message

from mockserver import Settings, create_app
from mockserver.fixtures.building import exported
from mockserver.spec.facts import REFUNDS_PATH
from tests.organization import DOCUMENT, fixture_file
from tests.organization import body as create_body

__all__ = ["Answer", "Client", "exchange", "run", "stand_in"]

_LEGAL_VALUE = re.compile(rb"[\x20-\x7e\t]*")
_NOTHING_SENT: Any = object()


class Answer(NamedTuple):
    """An answer as it was sent: names of headers in lower case, the body whole."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value.decode("ascii") for key, value in self.headers if key == name.encode()]

    def one(self, name: str) -> str | None:
        """The value of a header that may be sent once; None without it."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} was sent {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def error(self) -> str | None:
        """The errorName of the envelope, None where the body is none."""
        document = self.json if self.body else None
        return document.get("errorName") if isinstance(document, dict) else None


def run(coroutine: Coroutine[Any, Any, object]) -> None:
    """Step a coroutine to its end; it must not wait for anything but what is at hand."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise AssertionError("the app waits for something that is not the request")


def exchange(app: ASGIApp, scope: Mapping[str, Any], messages: Iterable[Message]) -> Answer | None:
    """What the app answers to a scope and the messages it may receive; None when it sends nothing.

    Asserts that the answer is one that any HTTP server can put on the wire.
    """
    incoming = iter(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        return next(incoming)

    async def send(message: Message) -> None:
        sent.append(message)

    async def served() -> None:
        await app(dict(scope), receive, send)

    run(served())
    return _answer(sent) if sent else None


def _answer(sent: list[Message]) -> Answer:
    start, *rest = sent
    assert start["type"] == "http.response.start", sent
    assert rest, "an answer was begun and not ended"
    assert all(message["type"] == "http.response.body" for message in rest), sent
    assert [bool(message.get("more_body")) for message in rest] == [True] * (len(rest) - 1) + [
        False
    ]
    body = b"".join(message.get("body", b"") for message in rest)
    headers = tuple((bytes(name), bytes(value)) for name, value in start["headers"])
    for name, value in headers:
        assert name == name.lower(), name
        assert _LEGAL_VALUE.fullmatch(value), f"no legal header: {name!r}: {value!r}"
    lengths = [int(value) for name, value in headers if name == b"content-length"]
    assert lengths in ([len(body)], []), f"content-length {lengths} of a body of {len(body)}"
    return Answer(start["status"], headers, body)


class Client:
    """Sends whole requests to an app, with a bearer token unless told otherwise."""

    def __init__(self, app: Any, token: str | None = "token", prefix: str = "") -> None:
        self.app = app
        self.token = token
        self.prefix = prefix

    def create(self, **changes: Any) -> Answer:
        """Create a refund by a body that keeps every rule but for the changes."""
        return self.send("POST", REFUNDS_PATH, create_body(**changes))

    def get(self, refund_id: str) -> Answer:
        """One refund."""
        return self.send("GET", f"{REFUNDS_PATH}/{refund_id}")

    def update(self, refund_id: str, document: Any) -> Answer:
        """Update a refund."""
        return self.send("PATCH", f"{REFUNDS_PATH}/{refund_id}", document)

    def delete(self, refund_id: str) -> Answer:
        """Delete a refund."""
        return self.send("DELETE", f"{REFUNDS_PATH}/{refund_id}")

    def list(self, **query: Any) -> Answer:
        """A page of refunds."""
        return self.send("GET", REFUNDS_PATH, query=query)

    def export(self, world: str = "default") -> bytes:
        """Everything that a world holds."""
        return b"".join(exported(self.app.worlds.get(world)))

    def reset(self, world: str = "default") -> None:
        """Start a world again."""
        self.app.worlds.get(world)
        self.app.worlds.reset(world)

    def send(
        self,
        method: str,
        path: str,
        document: Any = _NOTHING_SENT,
        *,
        query: Mapping[str, Any] | bytes = b"",
        body: bytes | Iterable[bytes] = b"",
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """The answer to one request; `path` is percent-decoded for the app as a server does it.

        A header of None is not sent.
        """
        if document is not _NOTHING_SENT:
            body = _encoded(document)
        sent = self._headers(body, headers or {})
        answer = exchange(self.app, self.scope(method, path, query, sent), _messages(body))
        assert answer is not None, f"{method} {path} was not answered"
        return answer

    def scope(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The ASGI scope of a request."""
        raw = (self.prefix + path).encode()
        if not isinstance(query, bytes):
            query = urlencode(query, doseq=True, quote_via=quote).encode()
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote_to_bytes(raw).decode("utf-8", "replace"),
            "raw_path": raw,
            "query_string": query,
            "root_path": "",
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in (headers or {}).items()
            ],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 5050),
        }

    def _headers(
        self, body: bytes | Iterable[bytes], headers: Mapping[str, str | None]
    ) -> dict[str, str]:
        base: dict[str, str | None] = {"host": "127.0.0.1:5050"}
        if self.token is not None:
            base["authorization"] = f"Bearer {self.token}"
        if body:
            base["content-type"] = "application/json"
        if body and isinstance(body, bytes):
            base["content-length"] = str(len(body))
        base |= {name.lower(): value for name, value in headers.items()}
        return {name: value for name, value in base.items() if value is not None}


def _encoded(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _messages(body: bytes | Iterable[bytes]) -> Iterator[Message]:
    pieces = [body] if isinstance(body, bytes) else list(body)
    for piece in pieces[:-1]:
        yield {"type": "http.request", "body": piece, "more_body": True}
    yield {"type": "http.request", "body": pieces[-1] if pieces else b"", "more_body": False}
    yield {"type": "http.disconnect"}


def stand_in(folder: Path, document: Mapping[str, Any] = DOCUMENT, **settings: Any) -> Client:
    """A client of a new app over a fixture of this content, its clock frozen by default."""
    file = fixture_file(folder, document)
    return Client(create_app(Settings(fixture=file, **{"clock": "frozen", **settings})))
