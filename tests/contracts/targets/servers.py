"""Servers in a thread, for the tests of what goes over the wire. No expectations."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from contracts.targets.app import App, Message, Receive, SendMessage


@contextmanager
def served(app: object, **options: Any) -> Iterator[str]:
    """The base URL of an app served in a thread; the options are uvicorn's."""
    scheme = "https" if "ssl_certfile" in options else "http"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        options = {"log_level": "critical", "lifespan": "off", **options}
        server = uvicorn.Server(uvicorn.Config(app, **options))  # type: ignore[arg-type]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def answering(respond: Callable[[socket.socket], None]) -> Iterator[str]:
    """The base URL of a socket that treats one connection in its own way."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                respond(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            thread.join()


class Noting:
    """An app that notes the headers of each request, and passes it on or answers `{}`.

    Attributes:
        seen: the headers of each request, by lower-case name.
    """

    def __init__(self, inner: App | None = None) -> None:
        self.seen: list[dict[str, str]] = []
        self._inner = inner

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Note and answer."""
        pairs = scope["headers"]
        self.seen.append({name.decode(): value.decode("latin-1") for name, value in pairs})
        if self._inner is not None:
            await self._inner(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
