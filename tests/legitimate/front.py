"""Serves the stand-in behind a front end, which may change each request and each answer."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver import Settings, create_app
from tests.serving import PATIENCE_SECONDS

Pairs = tuple[tuple[str, str], ...]


def parsed(body: bytes) -> Any:
    """What JSON in UTF-8 says; None for all else."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> None:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Call:
    """One request; names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The parsed body, or None."""
        return parsed(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; names of headers are in lower case, and the length is not among them."""

    status: int
    headers: Pairs = ()
    body: bytes = b""

    def json(self) -> Any:
        """The parsed body, or None."""
        return parsed(self.body)

    def with_json(self, value: Any) -> Answer:
        """The same with another body."""
        return replace(self, body=json.dumps(value, ensure_ascii=False).encode())

    def with_header(self, name: str, value: str) -> Answer:
        """The same with one header put or replaced."""
        kept = tuple(pair for pair in self.headers if pair[0] != name)
        return replace(self, headers=(*kept, (name, value)))


Pass = Callable[[Call], Answer]
Front = Callable[[Call, Pass], Answer]
"""Answers a call, mostly by passing it on and changing what comes back."""

JSON: Pairs = (("content-type", "application/json"),)


class FrontApp:
    """An ASGI app that answers what a front end makes of the stand-in's answers.

    The control plane is hidden, so that nothing takes this server for a stand-in.
    """

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self.app = app
        self.front = front
        self.calls: list[Call] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        path = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        answer = self.answer(Call(scope["method"], path, query, headers, body), scope)
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [
                    *((name.encode(), value.encode("latin-1")) for name, value in answer.headers),
                    (b"content-length", str(len(answer.body)).encode()),
                ],
            }
        )
        shown = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": shown})

    def answer(self, call: Call, scope: Scope) -> Answer:
        """What the front end answers."""
        self.calls.append(call)
        if call.path.startswith("/_mock"):
            return Answer(404, JSON, b"{}")
        return self.front(call, lambda changed: passed(self.app, scope, changed))


def passed(app: ASGIApp, scope: Scope, call: Call) -> Answer:
    """The stand-in's answer to a call, in one step, as it never waits."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    inner = {
        **scope,
        "method": call.method,
        "path": unquote(call.path),
        "raw_path": call.path.encode("latin-1"),
        "query_string": call.query.encode("latin-1"),
        "headers": [(n.encode(), v.encode("latin-1")) for n, v in call.headers.items()],
    }
    coroutine: Any = app(inner, receive, send)
    try:
        coroutine.send(None)
    except StopIteration:
        start, *parts = sent
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in start["headers"]
            if name.lower() != b"content-length"
        )
        return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in parts))
    coroutine.close()
    raise AssertionError(f"{call.method} {call.path} waits for something")


@dataclass(frozen=True, slots=True)
class Served:
    """A front end that listens.

    Attributes:
        url: where.
        app: what records the calls.
        stand_in: the app behind it.
    """

    url: str
    app: FrontApp
    stand_in: ASGIApp


class _Http10(BaseHTTPRequestHandler):
    """Answers in HTTP/1.0: one request a connection, whose end is the end of the answer."""

    protocol_version = "HTTP/1.0"
    app: FrontApp

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        answer = self.app.answer(Call(self.command, path, query, headers, body), SCOPE)
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else answer.body)


SCOPE: Scope = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "http_version": "1.0",
    "scheme": "http",
    "root_path": "",
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
}


@contextmanager
def fronted(front: Front, *, http10: bool = False, **settings: Any) -> Iterator[Served]:
    """A stand-in behind a front end, on a free port of 127.0.0.1, until the block ends."""
    stand_in = create_app(Settings(**settings))
    app = FrontApp(stand_in, front)
    if http10:
        with ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Http10,), {"app": app})
        ) as old:
            thread = threading.Thread(target=old.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            yield Served(f"http://127.0.0.1:{old.server_address[1]}", app, stand_in)
            old.shutdown()
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
        )
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", app, stand_in)
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)
