"""Sends requests over HTTP/1.1, and reads whole answers within a time and a size."""

import http.client
import selectors
import socket
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import partial
from time import monotonic, perf_counter
from urllib.parse import urlsplit

from contracts.errors import (
    TargetDropped,
    TargetError,
    TargetGarbage,
    TargetHungUp,
    TargetTimeout,
    TargetUnreachable,
)
from contracts.targets.connection import Connection, body_of, pairs_of
from contracts.targets.content import Garbled, TooLarge, unpacked
from contracts.targets.credentials import Credentials, TokenProvider
from contracts.targets.network import secrets_of
from contracts.targets.proxy import Proxy, proxy_of
from contracts.targets.target import Middleware, Pairs, Reply, Request, through
from contracts.targets.tls import TlsFiles
from contracts.targets.together import send_together

# Servers close idle connections; uvicorn after five seconds, the shortest in common use.
_IDLE_SECONDS = 3.0
_NEVER = float("-inf")
_DROPPED = "the server closed a connection that it had kept open, without an answer"
# Linux has a quicker one, but that takes four calls of the system for a single question.
_Selector: type[selectors.BaseSelector] = getattr(
    selectors, "PollSelector", selectors.DefaultSelector
)
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})


class HttpTarget:
    """Answers from a server, through the proxy that the usual variables name: see `proxy`.

    Args:
        base_url: http or https; a path in it goes in front of every request.
        credentials: a client id with its secret, or a bearer token.
        timeout: seconds for connecting, and for the whole of an answer.
        middleware: layers round `send`, the first outermost.
        context: TLS settings; by default the authorities of the variables in `tls.BUNDLES`, or
            the system's.
        headers: are sent with each request that does not name them itself. Their values count as
            secrets.

    Attributes:
        secrets: texts besides tokens that nothing may show.

    Raises:
        TargetUnreachable: the base URL cannot be one.
        PlanError: a variable names authorities that cannot be read, or a proxy that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials | str = "http-target",
        *,
        timeout: float = 10.0,
        middleware: Sequence[Middleware] = (),
        context: ssl.SSLContext | None = None,
        headers: Pairs = (),
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._prefix = urlsplit(self.base_url).path
        self._timeout = timeout
        self._own_headers = tuple((name.lower(), value) for name, value in headers)
        self.secrets = secrets_of(headers)
        self._connect = partial(_connection, base_url, timeout, context)
        self._connection, proxy = self._connect()
        self._where = self.base_url if proxy is None else f"{self.base_url} through {proxy}"
        self.secrets += () if proxy is None else proxy.secrets
        self._last_used = _NEVER
        self._most_idle = _IDLE_SECONDS
        self._tokens = TokenProvider(credentials, self._exchange, self.base_url)
        self._middleware = middleware
        self._send = through(middleware, self._exchange)

    def bearer(self) -> str:
        """The token of the credentials, asked for on first use."""
        return self._tokens.bearer()

    def send(self, request: Request) -> Reply:
        """Send one request and read the whole answer; redirects are not followed.

        Where the API refuses the token that it gave, the request is sent once more with a new one:
        a 401 says that nothing was done. If the new token is refused too, no other is asked for.
        """
        reply = self._send(request)
        own_token = request.authorized and request.header("authorization") is None
        if reply.status == 401 and own_token and self._tokens.renew():
            reply = self._send(request)
            self._tokens.can_renew = reply.status != 401
        return reply

    def send_together(self, requests: Sequence[Request]) -> list[Reply]:
        """Send several requests at once, each on a connection of its own."""
        self.bearer()
        return send_together(requests, self._middleware, self._exchange_all)

    def _exchange_all(self, requests: Sequence[Request]) -> list[Reply | Exception]:
        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(self._on_its_own, requests))

    def _on_its_own(self, request: Request) -> Reply | Exception:
        twin = copy(self)
        twin._connection, _ = self._connect()
        twin._last_used = _NEVER
        try:
            return twin._exchange(request)
        except TargetError as error:
            return error
        finally:
            twin.close()

    @property
    def tokens(self) -> Sequence[str]:
        """Every bearer token that was used, which nothing may show."""
        return self._tokens.tokens

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()
        self._last_used = _NEVER

    def _exchange(self, request: Request) -> Reply:
        headers = self._headers(request)
        idle = monotonic() - self._last_used
        reused = idle < self._most_idle and not self._is_dropped()
        if not reused:
            self.close()
        self._connection.received = 0
        try:
            return self._attempt(request, headers)
        except TargetError:
            self.close()
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            silent = self._connection.received == 0 and not request.announces_more
            self.close()
            cut = isinstance(error, http.client.RemoteDisconnected | ConnectionError)
            if not (cut and reused and silent):
                raise self._named(error) from error
            # The server closes idle connections sooner than most do.
            self._most_idle = min(self._most_idle, idle / 2)
            if request.method not in _REPEATABLE:
                raise TargetDropped(f"{self._where}: {_DROPPED} ({_short(error)})") from error
        # The connection is new this time, so this comes to an end.
        return self._exchange(request)

    def _is_dropped(self) -> bool:
        """Whether the server has closed the idle connection, or sent something unasked."""
        sock = self._connection.sock
        if sock is None:
            return False
        # Unlike select.select, this takes a socket of any number.
        with _Selector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            return bool(selector.select(0))

    def _attempt(self, request: Request, sent: dict[str, str]) -> Reply:
        query = request.query_text
        path = f"{self._prefix}{request.path}{'?' + query if query else ''}"
        url = self._connection.form(path)
        began = perf_counter()
        self._connection.by = monotonic() + self._timeout
        if self._connection.sock is not None:
            self._connection.sock.settimeout(self._timeout)
        self._connection.request(request.method, url, body=request.body, headers=sent)
        if request.announces_more:
            self._go_away()
        answer = self._connection.getresponse()
        try:
            body = body_of(answer)
        finally:
            answer.close()
        elapsed = perf_counter() - began
        if request.announces_more:
            self.close()
        else:
            self._last_used = monotonic()
        headers = pairs_of(answer)
        return Reply(answer.status, headers, unpacked(headers, body), elapsed)

    def _go_away(self) -> None:
        """Close the sending side in the middle of a body; the server may still answer."""
        socket_ = self._connection.sock
        if isinstance(socket_, ssl.SSLSocket):
            raise http.client.RemoteDisconnected("TLS has no end of one side alone")
        socket_.shutdown(socket.SHUT_WR)

    def _headers(self, request: Request) -> dict[str, str]:
        own = {name: value for name, value in self._own_headers if request.header(name) is None}
        headers = {"accept": "application/json", **own, **dict(request.headers)}
        headers |= self._connection.proxy_headers
        if request.body is None and request.method in {"POST", "PATCH", "PUT"}:
            headers.setdefault("content-length", "0")
        if request.authorized and request.header("authorization") is None:
            headers["authorization"] = f"Bearer {self._tokens.bearer()}"
        return headers

    def _named(self, error: Exception) -> TargetError:
        for kinds, named, advice in _NAMES:
            if isinstance(error, kinds):
                return named(f"{self._where}: {advice} ({_short(error)})")
        return TargetUnreachable(f"{self._where}: the connection failed ({_short(error)})")


_NAMES: tuple[tuple[tuple[type[Exception], ...], type[TargetError], str], ...] = (
    ((TimeoutError,), TargetTimeout, "no answer in time; is the server hanging?"),
    ((ssl.SSLError,), TargetUnreachable, "TLS failed; check the scheme and the certificate"),
    ((socket.gaierror,), TargetUnreachable, "the host name is unknown; check the URL"),
    ((ConnectionRefusedError,), TargetUnreachable, "nothing listens there; is the server up?"),
    (
        (http.client.RemoteDisconnected, ConnectionError),
        TargetHungUp,
        "the server cut the connection without an answer",
    ),
    ((http.client.IncompleteRead,), TargetGarbage, "the answer ended before its end"),
    ((Garbled,), TargetGarbage, "the answer is not what its Content-Encoding says, or is cut off"),
    ((TooLarge,), TargetGarbage, "the answer is too large, or has no end"),
    (
        (http.client.BadStatusLine, http.client.UnknownProtocol, ValueError),
        TargetGarbage,
        "what came back is no HTTP; are port and scheme right?",
    ),
    ((http.client.HTTPException,), TargetGarbage, "the answer cannot be read"),
)


def _connection(
    base_url: str, timeout: float, context: ssl.SSLContext | None
) -> tuple[Connection, Proxy | None]:
    advice = f"target {base_url!r}: give an http or https URL with a host"
    try:
        parts = urlsplit(base_url)
        _ = parts.port
    except ValueError as error:
        raise TargetUnreachable(f"{advice} ({error})") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TargetUnreachable(advice)
    proxy = proxy_of(parts)
    if context is None and (parts.scheme == "https" or (proxy is not None and proxy.is_tls)):
        context = TlsFiles().context()
    return Connection(parts, timeout, context, proxy), proxy


def _short(error: Exception) -> str:
    text = str(error) or "the system gives no reason"
    if isinstance(error, http.client.IncompleteRead):
        text = f"{len(error.partial)} bytes came, {error.expected or 'some'} more were to come"
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:197] + "..."
