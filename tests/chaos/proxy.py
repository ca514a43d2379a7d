"""An HTTP server in front of a stand-in, whose answers a `Weather` decides."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.chaos.weather import Answer, Asked, Weather


class Network(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1.

    Args:
        upstream: the stand-in's base URL.
        weather: decides what comes back.
        on_request: is called with the number of each request before it is passed on.
    """

    daemon_threads = True

    def __init__(
        self,
        upstream: str,
        weather: Weather,
        on_request: Callable[[int], None] = lambda _number: None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = str(urlsplit(upstream).netloc)
        self.weather = weather
        self.on_request = on_request
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A judge that was killed closes connections at any point."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Network

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""

    def handle_any(self) -> None:
        """Answer a request of any method."""
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("content-length") or 0)
        asked = Asked(
            self.command,
            path,
            query,
            self.rfile.read(length),
            self.headers.get("authorization", ""),
        )
        if path.startswith("/_mock"):
            self._give(Answer(404, b"{}"))
            return
        with self.server.lock:
            self.server.on_request(self.server.weather.count + 1)
            answer = self.server.weather.answer(asked, self._forward(asked))
        if answer is None:
            self.close_connection = True
            return
        self._give(answer)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def _forward(self, asked: Asked) -> Callable[[], Answer]:
        skipped = {"host", "connection", "transfer-encoding", "content-length"}
        headers = {name: value for name, value in self.headers.items() if name not in skipped}

        def forward() -> Answer:
            connection = http.client.HTTPConnection(self.server.upstream, timeout=10)
            try:
                connection.request(asked.method, self.path, asked.body or None, headers)
                answer = connection.getresponse()
                kind = answer.getheader("content-type", "")
                kept = ("allow", "www-authenticate", "retry-after")
                more = ((name, answer.getheader(name)) for name in kept)
                passed = tuple((name, value) for name, value in more if value)
                return Answer(answer.status, answer.read(), kind, headers=passed)
            finally:
                connection.close()

        return forward

    def _give(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("content-type", answer.content_type)
        self.send_header("content-length", str(len(answer.body) + answer.cut))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        if answer.cut:
            self.close_connection = True


@contextmanager
def network(
    upstream: str,
    weather: Weather,
    on_request: Callable[[int], None] = lambda _number: None,
) -> Iterator[Network]:
    """A network that passes requests on until the block ends."""
    with Network(upstream, weather, on_request) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                server.shutdown()
            thread.join(10)
