"""Requests, replies, and the one call that a target answers; how JSON is read and written."""

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
"""How deep brackets of an answer may be nested."""

_MAYBE_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


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
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deep(value):
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


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        children = (parent.values() if type(parent) is dict else parent for parent in level)
        level = [child for some in children for child in some if type(child) in _NESTED]
        if not level:
            return False
    return any(level)


_NESTED = frozenset({dict, list})


def lenient_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object that a lenient server may read in a body, or None."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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
        query: pairs of plain text, or the raw query.
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
        """The query as it is sent, without its question mark."""
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
            if name.lower() == "authorization" and len(value) > _LONGEST_SHOWN:
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
    if not middleware:
        return send
    layer, *inner = middleware
    rest = through(inner, send)
    return lambda request: layer(request, rest)


def find_header(headers: Pairs, name: str) -> str | None:
    """The last value under a lower-case name, or None."""
    found = None
    for key, value in headers:
        if key == name or key.lower() == name:
            found = value
    return found


def json_request(method: str, path: str, body: object) -> Request:
    """A request with a JSON body; bytes go as they are, anything else as compact JSON."""
    sent = body if isinstance(body, bytes) else encode(body)
    return Request(method, path, headers=JSON_HEADERS, body=sent)


NO_ANSWER_STATUS = 599
"""The status of a request that got no answer, or none in HTTP."""

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
