"""A proxy that leads all connections to one server, and notes what it is asked. No expectations."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO
from urllib.parse import urlsplit

END = b"\r\n\r\n"


class ForwardProxy:
    """Takes CONNECT and whole URLs, and passes both on to `upstream`, whatever host they name.

    Args:
        upstream: the base URL of the server.
        refusal: answers every request with these bytes instead.

    Attributes:
        heads: the first line and the headers of each request, as they came.
    """

    def __init__(self, upstream: str, refusal: bytes | None = None) -> None:
        parts = urlsplit(upstream)
        self._upstream = (str(parts.hostname), int(parts.port or 80))
        self._refusal = refusal
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.heads: list[str] = []

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def listen(self, context: ssl.SSLContext | None) -> None:
        """Accept connections until closed."""
        while True:
            try:
                client, _ = self._listener.accept()
                if context is not None:
                    client = context.wrap_socket(client, server_side=True)
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            thread.start()

    def close(self) -> None:
        """Stop accepting."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as asked, suppress(OSError):
            head = self._head(asked)
            if self._refusal is not None:
                client.sendall(self._refusal)
                return
            with socket.create_connection(self._upstream) as server:
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                if head.startswith(b"CONNECT "):
                    client.sendall(b"HTTP/1.1 200 Connection established" + END)
                    back.start()
                    _pump(client, server)
                else:
                    back.start()
                    while head:
                        server.sendall(head + asked.read(_length(head)))
                        head = self._head(asked)
                with suppress(OSError):
                    server.shutdown(socket.SHUT_WR)
                back.join()

    def _head(self, asked: BinaryIO) -> bytes:
        head = b""
        while not head.endswith(END) and (line := asked.readline()):
            head += line
        if head:
            self.heads.append(head.decode("latin-1"))
        return head


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def forward_proxy(
    upstream: str, refusal: bytes | None = None, context: ssl.SSLContext | None = None
) -> Iterator[ForwardProxy]:
    """A proxy that listens until the block ends."""
    proxy = ForwardProxy(upstream, refusal)
    thread = threading.Thread(target=proxy.listen, args=(context,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(10)
