"""Requests, replies, and the one call that a target answers; how JSON is written."""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from contracts.targets.json_body import Document, Part, document_of

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
    _parsed: list[Document] = dataclass_field(default_factory=list, compare=False, repr=False)

    def json(self) -> Any:
        """The parsed body, read once; nobody may change it.

        Raises:
            ValueError: the body is no JSON, see `contracts.targets.json_body`.
        """
        return self._document().value

    def parts(self) -> tuple[Part, ...]:
        """The parts that the body was read in: of a page what is around its rows, then each row.

        Raises:
            ValueError: as `json` does.
        """
        return self._document().parts

    def _document(self) -> Document:
        if not self._parsed:
            self._parsed.append(document_of(self.body))
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
