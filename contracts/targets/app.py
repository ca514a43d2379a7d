"""An ASGI app in this process, without a socket; an event loop runs only where the app waits."""

from asyncio import CancelledError, Event, gather
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping, Sequence
from time import perf_counter
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from contracts.errors import TargetCrashed, TargetError, TargetGarbage, TargetHungUp, TargetTimeout
from contracts.targets.content import unpacked
from contracts.targets.credentials import Credentials, TokenProvider
from contracts.targets.network import secrets_of
from contracts.targets.stepping import TooSlow, run
from contracts.targets.target import Middleware, Pairs, Reply, Request, through
from contracts.targets.together import send_together

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
SendMessage = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, SendMessage], Awaitable[None]]


class AppTarget:
    """Answers from an ASGI app.

    Args:
        app: the app, which needs no lifespan. It may wait for what it likes.
        credentials: a client id with its secret, or a bearer token. A client id not used before
            is a fresh world.
        middleware: layers round `send`, the first outermost.
        prefix: a path in front of every request, such as a world's.
        timeout: seconds that the app may wait for something within a request.
        headers: are sent with each request that does not name them itself. Their values count as
            secrets.

    Attributes:
        secrets: texts besides tokens that nothing may show.
    """

    def __init__(
        self,
        app: App,
        credentials: Credentials | str = "app-target",
        *,
        middleware: Sequence[Middleware] = (),
        prefix: str = "",
        timeout: float = 10.0,
        headers: Pairs = (),
    ) -> None:
        self._app = app
        self._own_headers = headers
        self.secrets = secrets_of(headers)
        self._prefix = prefix
        self._timeout = timeout
        self._tokens = TokenProvider(credentials, self._exchange)
        self._middleware = middleware
        self._send = through(middleware, self._exchange)

    def bearer(self) -> str:
        """The token of the credentials, asked for on first use."""
        return self._tokens.bearer()

    def send(self, request: Request) -> Reply:
        """Run the app on one request until it has answered."""
        return self._send(request)

    def send_together(self, requests: Sequence[Request]) -> list[Reply]:
        """Run the app on several requests at once, in one event loop."""
        self.bearer()
        return send_together(requests, self._middleware, self._exchange_all)

    def close(self) -> None:
        """Nothing to close; an `HttpTarget` has a connection."""

    def _exchange(self, request: Request) -> Reply:
        began = perf_counter()
        call = _Call(request.body or b"", more=request.announces_more)
        scope = self._scope(request)
        coroutine = cast(Coroutine[Any, Any, None], self._app(scope, call.receive, call.send))
        try:
            run(coroutine, self._timeout)
        except TooSlow:
            raise TargetTimeout(
                f"{request.method} {request.path}: the app has not answered within "
                f"{self._timeout:g} s; what does it wait for?"
            ) from None
        except (Exception, CancelledError) as error:
            message = f"{request.method} {request.path}: the app raised {error!r}"
            raise TargetCrashed(message) from error
        return call.reply(perf_counter() - began)

    def _exchange_all(self, requests: Sequence[Request]) -> list[Reply | Exception]:
        began = perf_counter()
        calls = [_Call(request.body or b"", more=request.announces_more) for request in requests]
        errors: list[Any] = []

        async def all_at_once() -> None:
            answering = [
                self._app(self._scope(request), call.receive, call.send)
                for request, call in zip(requests, calls, strict=True)
            ]
            errors.extend(await gather(*answering, return_exceptions=True))

        try:
            run(all_at_once(), self._timeout)
        except TooSlow:
            late = TargetTimeout(f"the app has not answered within {self._timeout:g} s")
            return [late for _ in requests]
        return [_outcome(call, error, began) for call, error in zip(calls, errors, strict=True)]

    def _scope(self, request: Request) -> Message:
        raw = (self._prefix + request.path).encode("latin-1")
        path = unquote_to_bytes(raw).decode("utf-8", "replace") if b"%" in raw else raw.decode()
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": path,
            "raw_path": raw,
            "root_path": "",
            "query_string": request.query_text.encode("latin-1", "replace"),
            "headers": self._headers(request),
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

    def _headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in request.headers
        ]
        for name, value in self._own_headers:
            if request.header(name.lower()) is None:
                headers.append((name.lower().encode(), value.encode("latin-1")))
        if request.body is not None and not request.announces_more:
            headers.append((b"content-length", b"%d" % len(request.body)))
        if request.authorized and request.header("authorization") is None:
            headers.append((b"authorization", b"Bearer " + self._tokens.bearer().encode()))
        headers.append((b"host", b"app"))
        return headers


def _outcome(call: "_Call", error: Any, began: float) -> Reply | Exception:
    if isinstance(error, BaseException):
        crashed = TargetCrashed(f"the app raised {error!r}")
        crashed.__cause__ = error
        return crashed
    try:
        return call.reply(perf_counter() - began)
    except TargetError as odd:
        return odd


class _Call:
    """One request's channel to the app and what came back through it."""

    def __init__(self, body: bytes, *, more: bool) -> None:
        self._more = more
        self._body: bytes | None = body
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []
        self._ended = False
        self._end: Event | None = None

    async def receive(self) -> Message:
        """The body; after it the client is there until the answer is whole, or goes at once."""
        body, self._body = self._body, None
        if body is None:
            if not self._more and not self._ended:
                self._end = self._end or Event()
                await self._end.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": self._more}

    async def send(self, message: Message) -> None:
        """Keep a part of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self._parts.append(message.get("body", b""))
            self._ended = not message.get("more_body", False)
            if self._ended and self._end is not None:
                self._end.set()

    def reply(self, elapsed: float) -> Reply:
        if not self._status:
            raise TargetHungUp("the app returned without sending a response")
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in self._headers
        )
        try:
            body = unpacked(headers, b"".join(self._parts))
        except ValueError as error:
            raise TargetGarbage(f"the app's answer cannot be unpacked ({error})") from error
        return Reply(self._status, headers, body, elapsed)
