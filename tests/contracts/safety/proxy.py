"""A TCP proxy that records each request and may act on one of them; no expectations."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Literal
from urllib.parse import urlsplit

Moment = Literal["before", "between", "after"]
"""Before a request is passed on, before its answer is passed back, or after that."""


class Proxy:
    """Passes requests on to a server, one at a time on each connection.

    Args:
        upstream: the server's base URL.
        act: called with the number of each request, from 1, at each of its moments; what it
            answers says whether to go on.

    Attributes:
        answers: what is passed back in place of every answer, or None.
    """

    def __init__(
        self, upstream: str, act: Callable[[int, Moment], bool] = lambda _n, _m: True
    ) -> None:
        parts = urlsplit(upstream)
        self._upstream = (str(parts.hostname), int(parts.port or 80))
        self._act = act
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[tuple[str, str]] = []
        self.bodies: list[bytes] = []
        self.answers: bytes | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def methods(self) -> set[str]:
        """The methods that came, as written on the wire."""
        return {method for method, _ in self.requests}

    def listen(self) -> None:
        """Accept connections until closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Stop accepting."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, client: socket.socket) -> None:
        with (
            client,
            socket.create_connection(self._upstream) as server,
            client.makefile("rb") as asked,
            server.makefile("rb") as answered,
            suppress(OSError, ValueError),
        ):
            while self._pass_one(asked, answered, client, server):
                pass

    def _pass_one(
        self, asked: BinaryIO, answered: BinaryIO, client: socket.socket, server: socket.socket
    ) -> bool:
        request = _message(asked)
        if not request:
            return False
        method, path, _ = request.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        self.requests.append((method, path))
        self.bodies.append(request.partition(b"\r\n\r\n")[2])
        number = len(self.requests)
        if not self._act(number, "before"):
            return False
        server.sendall(request)
        answer = _message(answered)
        answer = answer if self.answers is None else self.answers
        if not self._act(number, "between"):
            return False
        client.sendall(answer)
        return self._act(number, "after") and bool(answer)


def _message(stream: BinaryIO) -> bytes:
    """One whole HTTP message with a Content-Length, or nothing at the end of the stream."""
    lines = []
    length = 0
    for line in iter(stream.readline, b""):
        lines.append(line)
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if line == b"\r\n":
            return b"".join(lines) + stream.read(length)
    return b""


@contextmanager
def proxied(
    upstream: str, act: Callable[[int, Moment], bool] = lambda _n, _m: True
) -> Iterator[Proxy]:
    """A proxy that listens until the block ends."""
    proxy = Proxy(upstream, act)
    thread = threading.Thread(target=proxy.listen, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(10)
