"""A transport of httpx over an app in this process, without a port, a thread or an event loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Coroutine, Generator, Iterator
from typing import Any, cast

import anyio
from starlette.types import ASGIApp, Message, Scope

from mockserver.errors import MockserverError

try:
    import httpx
except ImportError:
    told = "mockserver.InProcessTransport needs httpx: pip install httpx"
    raise MockserverError(told) from None

__all__ = ["InProcessTransport"]


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests of `httpx.Client` and `httpx.AsyncClient` to a stand-in's app.

    Threads may share it. Delays are waited, and raise httpx.ReadTimeout at once if they are longer
    than the client waits; faults that break the connection raise what httpx would raise.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The app's answer to one request."""
        call = _Call(request, request.read())
        for seconds in self._run(call):
            time.sleep(seconds)
        return call.response()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The app's answer to one request."""
        call = _Call(request, await request.aread())
        for seconds in self._run(call):
            await anyio.sleep(seconds)
        return call.response()

    def _run(self, call: _Call) -> Iterator[float]:
        """Step the app to the end of a call; yields the seconds to wait between the steps."""
        running = cast(Coroutine[Any, Any, None], self.app(call.scope, call.receive, call.send))
        while True:
            try:
                with self._lock:
                    paused = running.send(None)
            except StopIteration:
                return
            if not isinstance(paused, _Pause):
                running.close()
                raise RuntimeError(
                    f"{call.request.method} {call.request.url} waits for what only a server has"
                )
            yield paused.seconds


class _Pause:
    """What a call that waits awaits."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __await__(self) -> Generator[_Pause, None, None]:
        yield self


class _Call:
    """One request, and what is answered to it."""

    def __init__(self, request: httpx.Request, body: bytes) -> None:
        self.request = request
        self.scope = _scope(request)
        self._body = body
        self._sent = list[Message]()
        self._read_seconds = request.extensions.get("timeout", {}).get("read")
        self._is_late = False

    async def receive(self) -> Message:
        """The whole body, however often it is asked for."""
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Keep a message of the answer."""
        self._sent.append(message)

    async def wait(self, seconds: float) -> None:
        """Wait, if the client would; otherwise the app goes on for nobody, as a server's does."""
        if self._read_seconds is not None and seconds > self._read_seconds:
            self._is_late = True
        elif not self._is_late:
            await _Pause(seconds)

    def response(self) -> httpx.Response:
        """The answer. Raises httpx.ReadTimeout where the client would not have waited for it."""
        if self._is_late:
            raise httpx.ReadTimeout(f"no answer came within {self._read_seconds:g} s")
        start, *parts = self._sent
        content = b"".join(part.get("body", b"") for part in parts)
        return httpx.Response(start["status"], headers=start["headers"], content=content)


def _scope(request: httpx.Request) -> Scope:
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": raw_path,
        "root_path": "",
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": (request.url.host, request.url.port or 80),
    }
