"""Servers that write bytes to sockets as they please, for clients that must bear it; no tests."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Act = Callable[[socket.socket], None]
Said = bytes | Callable[[bytes], bytes]


@dataclass
class Raw:
    """A server that treats each connection in its own way.

    Attributes:
        port: where it listens, on the loopback address of its family.
        asked: the requests that came whole, as bytes, oldest first.
        closed: set as soon as one connection is closed.
    """

    port: int
    asked: list[bytes] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its base URL over IPv4."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        """The request lines that came."""
        return [request.split(b"\r\n")[0].decode("latin-1") for request in self.asked]


@contextmanager
def raw(
    said: Said | Act,
    *,
    acts: bool = False,
    once: bool = False,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Raw]:
    """A server that listens until the block ends.

    Args:
        said: the bytes that answer a request, or what makes them of it.
        acts: `said` is given the connection after a request, and does what it likes.
        once: each connection is closed after its first answer.
        tls: answers in TLS.
        host: where to listen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    server = Raw(listener.getsockname()[1])

    def serve(client: socket.socket) -> None:
        with suppress(OSError), tls.wrap_socket(client, server_side=True) if tls else client as own:
            while request := _request(own):
                server.asked.append(request)
                if acts:
                    said(own)  # type: ignore[arg-type, operator]
                    return
                own.sendall(said if isinstance(said, bytes) else said(request))  # type: ignore[arg-type]
                if once:
                    return

    def handle(client: socket.socket) -> None:
        serve(client)
        server.closed.set()

    def listen() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=handle, args=(client,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """A whole answer in JSON."""
    lines = (f"HTTP/1.1 {status}", "content-type: application/json", *headers)
    return "\r\n".join((*lines, f"content-length: {len(body)}", "", "")).encode() + body


def _request(client: socket.socket) -> bytes:
    """One whole request, or nothing when there is no more."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = client.recv(65536)
        if not piece:
            return b""
        came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head.lower())
    while length and len(body) < int(length[1]):
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body
