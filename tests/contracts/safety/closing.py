"""A TCP proxy that closes connections which a client keeps open; no expectations."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

from tests.contracts.safety.proxy import _message as message

How = Literal["idle", "unread", "read"]
"""When it closes: 30 ms after each answer; at every third request of a connection, which it leaves
unread; or at that after the server has carried the request out."""

_IDLE_SECONDS = 0.03
_EVERY = 3


class Closing:
    """Passes requests on, and closes each connection in one way.

    Args:
        upstream: the server's base URL.
        how: when it closes.

    Attributes:
        cut: the methods of the requests that got no answer.
        opened: how many connections came.
    """

    def __init__(self, upstream: str, how: How) -> None:
        parts = urlsplit(upstream)
        self._upstream = (str(parts.hostname), int(parts.port or 80))
        self._how = how
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.cut: list[str] = []
        self.opened = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def listen(self) -> None:
        """Accept connections until closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.opened += 1
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
            count = 0
            while request := message(asked):
                count += 1
                ends = count == _EVERY and self._how != "idle"
                if ends:
                    self.cut.append(request.split(b" ", 1)[0].decode("latin-1"))
                if ends and self._how == "unread":
                    break
                server.sendall(request)
                answer = message(answered)
                if ends:
                    break
                client.sendall(answer)
                if self._how == "idle":
                    client.settimeout(_IDLE_SECONDS)
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def closing(upstream: str, how: How) -> Iterator[Closing]:
    """A proxy that listens until the block ends."""
    proxy = Closing(upstream, how)
    thread = threading.Thread(target=proxy.listen, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(10)
