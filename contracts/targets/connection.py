"""One HTTP/1.1 connection, directly or through a proxy, whose reads end in time."""

import http.client
import io
import socket
import ssl
from time import monotonic
from typing import Any
from urllib.parse import SplitResult

from contracts.errors import ProxyRefused, TargetUnreachable
from contracts.targets.answer import Answer
from contracts.targets.content import MOST_BYTES, TooLarge
from contracts.targets.proxy import Proxy, bracketed
from contracts.targets.target import Reply

_PIECE = 256 * 1024


class Connection(http.client.HTTPConnection):
    """Opens when the first request is sent.

    Args:
        url: of the server.
        timeout: seconds for each step of connecting.
        context: TLS settings, for an https URL and an https proxy.
        proxy: on the way, or None.

    Attributes:
        by: the moment of a monotonic clock by which an answer must be whole.
        received: how many bytes came.
    """

    def __init__(
        self,
        url: SplitResult,
        timeout: float,
        context: ssl.SSLContext | None,
        proxy: Proxy | None,
    ) -> None:
        self._is_tls = url.scheme == "https"
        self.default_port = 443 if self._is_tls else 80
        super().__init__(url.hostname or "", url.port, timeout=timeout)
        self.response_class = self._response  # type: ignore[assignment]
        self.by = 0.0
        self.received = 0
        self._context = context
        self._proxy = proxy
        self._base = f"http://{url.netloc.rpartition('@')[2]}" if proxy and not self._is_tls else ""

    @property
    def proxy_headers(self) -> dict[str, str]:
        """Headers of each request that a proxy reads."""
        proxy = self._proxy
        if proxy is None or proxy.authorization is None or not self._base:
            return {}
        return {"proxy-authorization": proxy.authorization}

    def form(self, path: str) -> str:
        """A path as the first line of a request names it: a proxy for http wants a whole URL."""
        return self._base + path

    def connect(self) -> None:
        """Open the connection.

        Raises:
            ProxyRefused: the proxy does not lead to the server.
            TargetUnreachable: the proxy is not there.
            OSError: as of the socket.
        """
        sock = self._opened()
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._proxy is not None and self._proxy.is_tls:
                sock = self._wrapped(sock, self._proxy.host)
            if self._proxy is not None and self._is_tls:
                self._lead_on(sock, self._proxy)
            if self._is_tls:
                sock = self._wrapped(sock, self.host)
        except BaseException:
            sock.close()
            raise
        self.sock = sock

    def _opened(self) -> socket.socket:
        proxy = self._proxy
        if proxy is None:
            return socket.create_connection((self.host, self.port), self.timeout)
        try:
            return socket.create_connection((proxy.host, proxy.port), self.timeout)
        except OSError as error:
            raise TargetUnreachable(
                f"{proxy} cannot be reached ({error}); check {proxy.variable}, or except the host "
                "with NO_PROXY"
            ) from error

    def _wrapped(self, sock: socket.socket, host: str) -> ssl.SSLSocket:
        assert self._context is not None, "TLS without settings"
        return self._context.wrap_socket(sock, server_hostname=host)

    def _lead_on(self, sock: socket.socket, proxy: Proxy) -> None:
        """Have the proxy lead the connection on to the server."""
        server = f"{bracketed(self.host)}:{self.port}"
        lines = [f"CONNECT {server} HTTP/1.1", f"Host: {server}"]
        if proxy.authorization is not None:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        answer = self._response(sock, method="CONNECT")
        try:
            answer.begin()
            if 200 <= answer.status < 300:
                return
            body = body_of(answer)
        finally:
            answer.close()
        raise ProxyRefused(
            f"{proxy} answered CONNECT {server} with {answer.status}",
            _advice(answer.status, proxy),
            Reply(answer.status, pairs_of(answer), body),
        )

    def _response(self, sock: socket.socket, **options: Any) -> Answer:
        return Answer(_Timely(sock, self), **options)  # type: ignore[arg-type]


def _advice(status: int, proxy: Proxy) -> str:
    if status == 407:
        return f"put a user name and password into {proxy.variable}: http://USER:PASSWORD@HOST:PORT"
    return "ask who runs the proxy, or except the host with NO_PROXY"


class _Timely(io.RawIOBase):
    """A socket for an `HTTPResponse`; no read waits beyond the time `by` of the connection."""

    def __init__(self, sock: socket.socket, connection: Connection) -> None:
        self._sock = sock
        self._connection = connection
        # It keeps the socket open when the connection lets go of it.
        self._file = sock.makefile("rb", buffering=0)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._connection.by - monotonic()
        if left <= 0:
            raise TimeoutError("timed out in the middle of an answer")
        self._sock.settimeout(left)
        size = self._file.readinto(buffer)
        self._connection.received += size or 0
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


def pairs_of(answer: http.client.HTTPResponse) -> tuple[tuple[str, str], ...]:
    """The headers, in lower case."""
    return tuple((name.lower(), value) for name, value in answer.getheaders())


def body_of(answer: http.client.HTTPResponse) -> bytes:
    """The whole body.

    Raises:
        TooLarge: it is longer than MOST_BYTES, or has no end.
        IncompleteRead: it ends before its Content-Length.
    """
    pieces, size = [], 0
    while piece := answer.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise TooLarge(f"more than {MOST_BYTES >> 20} MB came")
    if answer.length:
        raise http.client.IncompleteRead(b"".join(pieces), answer.length)
    return b"".join(pieces)
