"""Where the suite points: requests, replies and the one call that joins them; no transport."""

import json
import math
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, NoReturn, Protocol
from urllib.parse import quote, urlencode

DEEPEST = 100
"""How many brackets may stand inside one another; whoever walks a value may rely on it."""

_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_SIGNS = b'[]{}"'
_OTHERS = bytes(byte for byte in range(256) if byte not in _SIGNS)


def parsed(body: bytes) -> Any:
    """The JSON value.

    Raises:
        ValueError: no JSON in UTF-8 without a byte order mark (RFC 8259, 8.1), half of a
            surrogate pair, a number beyond all floats, or brackets nested deeper than DEEPEST.
    """
    try:
        # Bytes would be read in any encoding that they look like; a text is not.
        value = _DECODER.decode(body.decode())
    except RecursionError as error:
        raise ValueError("brackets nested too deep") from error
    if _may_be_deep(body) and _is_deep(value):
        raise ValueError(f"brackets nested deeper than {DEEPEST}")
    # Last, as writing a value goes as deep as it is.
    if _MAYBE_HALF.search(body):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is beyond all floats")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)


def _may_be_deep(body: bytes) -> bool:
    """A quick no for nearly every answer: each round takes one or two levels of pairs away.

    Strings go first; where one holds a bracket, which could pair with a real one, there is no no.
    """
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in body else body
    left, rounds = plain.translate(None, _OTHERS).replace(b'""', b""), 0
    if b'"' in left:
        return True
    while left and rounds <= DEEPEST:
        fewer = left.replace(b"{}", b"").replace(b"[]", b"")
        if len(fewer) == len(left):
            break
        left, rounds = fewer, rounds + 1
    return 2 * rounds + len(left) > DEEPEST


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


# A longer Authorization may hold a real token, which no report may show.
_LONGEST_SHOWN = 24
JSON_TYPE = "application/json"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it goes on the wire.

    Args:
        method: the HTTP method, in capitals unless the case is what is probed.
        path: percent-encoded, from the root of the API, without the query.
        query: pairs of plain text, or the raw query as it stands.
        headers: pairs; a Content-Type is never added.
        body: bytes, or None for no body at all.
        authorized: the target adds its own bearer token. Ignored where `headers` name one.
    """

    method: str
    path: str
    query: Pairs | str = ()
    headers: Pairs = ()
    body: bytes | None = None
    authorized: bool = True

    @property
    def query_text(self) -> str:
        """The query as it stands on the wire, without its question mark."""
        return self.query if isinstance(self.query, str) else urlencode(self.query)

    @property
    def announces_more(self) -> bool:
        """Whether a Content-Length says more than the body has: the client goes away before."""
        length = self.header("content-length") or ""
        return length.isdecimal() and int(length) > len(self.body or b"")

    def header(self, name: str) -> str | None:
        """The last value of a header, or None; the name in lower case."""
        return find_header(self.headers, name)

    def curl(self, base: str = "$BASE", token: str = "$TOKEN") -> str:
        """The request as one line for a shell; the token stays a variable."""
        words = ["curl", "-sS", "-X", self.method, *self._curl_headers(token)]
        if self.body is not None:
            words += ["--data-binary", _shell_quote(self.body)]
        query = self.query_text
        return " ".join([*words, f'"{base}{self.path}{"?" + query if query else ""}"'])

    def _curl_headers(self, token: str) -> list[str]:
        words = []
        if self.authorized and self.header("authorization") is None:
            words += ["-H", f'"Authorization: Bearer {token}"']
        for name, value in self.headers:
            secret = name.lower() == "authorization" and len(value) > _LONGEST_SHOWN
            if secret:
                words += ["-H", f'"{name}: {value.partition(" ")[0]} {token}"']
            else:
                words += ["-H", shlex.quote(f"{name}: {value}")]
        return words


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, headers in lower case, body bytes, and seconds it took."""

    status: int
    headers: Pairs
    body: bytes
    elapsed: float = 0.0
    _parsed: list[Any] = dataclass_field(default_factory=list, compare=False, repr=False)

    def json(self) -> Any:
        """The parsed body, read once.

        Raises:
            ValueError: the body is no JSON, see `contracts.targets.target`.
        """
        if not self._parsed:
            self._parsed.append(parsed(self.body))
        return self._parsed[0]

    def json_or_none(self) -> Any:
        """The parsed body, or None where it is empty or no JSON."""
        if not self.body:
            return None
        try:
            return self.json()
        except ValueError:
            return None

    def header(self, name: str) -> str | None:
        """The last value of a header, or None; the name in lower case."""
        return find_header(self.headers, name)


class Target(Protocol):
    """Anything that answers requests: an app in this process, a server, the real API."""

    def send(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            TargetError: no usable answer came.
        """

    def bearer(self) -> str:
        """The token that `send` adds to authorized requests."""


Send = Callable[[Request], Reply]
Middleware = Callable[[Request, Send], Reply]


def through(middleware: Sequence[Middleware], send: Send) -> Send:
    """A send that passes each request through the middleware, the first one outermost."""
    for layer in reversed(middleware):
        send = _wrapped(layer, send)
    return send


def _wrapped(layer: Middleware, send: Send) -> Send:
    return lambda request: layer(request, send)


def find_header(headers: Pairs, name: str) -> str | None:
    """The last value under a lower-case name, or None."""
    found = None
    for key, value in headers:
        if key == name or key.lower() == name:
            found = value
    return found


def json_request(method: str, path: str, body: object) -> Request:
    """A request whose body is `body` as compact JSON."""
    return Request(method, path, headers=JSON_HEADERS, body=encode(body))


NO_ANSWER_STATUS = 599
"""Stands for a request that the server cut off, hung on, or answered in no HTTP."""

JSON_HEADERS: Pairs = (("content-type", JSON_TYPE),)
_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def encode(body: object) -> bytes:
    """Compact UTF-8 JSON; lone surrogates are escaped rather than lost."""
    text = _encoder.encode(body)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def path_segment(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe="")


def _shell_quote(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return "$'" + "".join(f"\\x{byte:02x}" for byte in body) + "'"
    return shlex.quote(text)
