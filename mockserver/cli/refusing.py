"""What is answered, and logged, to bytes that are no request or end too early."""

from __future__ import annotations

import logging
import re
from asyncio import AbstractEventLoop, Transport
from http import HTTPStatus
from typing import Any

from mockserver.api.errors import refused
from mockserver.errors import Refusal

__all__ = [
    "LONGEST_HEAD",
    "LONGEST_URL",
    "MOST_PARAMETERS",
    "Refusing",
    "head_refusal",
    "origin_form",
    "query_refusal",
    "unreadable",
]

log = logging.getLogger("mockserver")

LONGEST_HEAD = 65_536
"""The most bytes of a request's line and headers together, and of trailers behind its body."""

LONGEST_URL = 32_768
"""The most bytes of a URL: a path with many escapes is decoded more than once."""

MOST_PARAMETERS = 2_000
"""The most parameters of a query: to read one takes longer than its bytes."""

LINGER_SECONDS = 2.0
MOST_IGNORED = 1_048_576
"""How long, and how many bytes, a refused client may go on sending while it reads its answer."""

_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Refusing:
    """A protocol of uvicorn that answers such bytes in the envelope, and then hangs up."""

    transport: Transport
    cycle: Any
    client: Any
    server_state: Any
    loop: AbstractEventLoop
    heard = 0
    """How many pieces came in."""
    last_heard = -1
    idle_seconds = 0
    is_refused = False
    ignored_bytes = 0

    @property
    def is_due(self) -> bool:
        """Whether a request was read to its end and is not answered yet."""
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    @property
    def is_unread(self) -> bool:
        """Whether something was answered that the client has not taken."""
        return self.transport.get_write_buffer_size() > 0

    def refuse(self, refusal: Refusal) -> None:
        """Log and answer it, unless answers are due that the client must get first."""
        self.is_refused = True
        log.warning("refused a request from %s: %s", _shown(self.client), refusal.message)
        if self.is_due:
            self.cycle.keep_alive = False
        elif not self.transport.is_closing():
            self.transport.write(_raw(refusal, self.server_state.default_headers))
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def pass_over(self, data: bytes) -> None:
        """Ignore what comes after a refusal: to hang up at once could take the answer along."""
        self.ignored_bytes += len(data)
        if self.ignored_bytes > MOST_IGNORED:
            self.transport.close()

    def is_waiting(self) -> bool:
        """Whether the client has begun neither, or not ended, the request that is due."""
        raise NotImplementedError

    def pass_second(self, most: float) -> None:
        """Refuse a client that has sent nothing for so many seconds, and had something to send."""
        if self.last_heard != self.heard or self.is_refused or not self.is_waiting():
            self.last_heard, self.idle_seconds = self.heard, 0
            return
        self.idle_seconds += 1
        if self.idle_seconds >= most and not self.heard:
            self.transport.close()
        elif self.idle_seconds >= most:
            message = f"nothing came for {most:g} seconds in the middle of the request"
            self.refuse(Refusal("RequestTimeoutError", message=message))


def unreadable(data: bytes, reason: str, *, in_url: bool = False) -> Refusal:
    """What is wrong with some bytes, and what to do."""
    found = _NOT_ASCII.search(data) if in_url else None
    if data.startswith(b"\x16\x03"):
        message = "this port speaks HTTP, not HTTPS: use http:// in the URL"
    elif data.startswith(b"PRI * HTTP/2"):
        message = "this port speaks HTTP/1.1: let the client not begin with HTTP/2"
    elif found:
        byte = found[0][0]
        message = f"the URL has the byte 0x{byte:02x} as it is; percent-encode it: %{byte:02X}"
    else:
        message = f"this is no request in HTTP/1.1: {reason}"
    return Refusal("BadRequestError", message=message)


def head_refusal(url_bytes: int) -> Refusal:
    """The refusal of a head that is too long, for its URL if that is too long by itself."""
    if url_bytes > LONGEST_URL:
        message = f"the URL is too long; expected at most {LONGEST_URL} bytes"
        return Refusal("UriTooLongError", message=message)
    message = f"the URL and the headers are too long; expected at most {LONGEST_HEAD} bytes in all"
    return Refusal("HeadersTooLargeError", message=message)


def query_refusal(url: bytes) -> Refusal | None:
    """The refusal of a URL with too many parameters."""
    if len(url) <= MOST_PARAMETERS:
        return None
    parameters = url.count(b"&") + 1
    if parameters <= MOST_PARAMETERS:
        return None
    message = f"the query has {parameters} parameters; expected at most {MOST_PARAMETERS}"
    return Refusal("UriTooLongError", message=message)


def origin_form(target: bytes) -> bytes:
    """The path and query of a target in absolute form, as a client of a proxy sends it."""
    found = _ABSOLUTE.match(target)
    if found is None:
        return target
    rest = target[found.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest


def _shown(client: Any) -> str:
    return "{}:{}".format(*client) if client else "a client"


def _raw(refusal: Refusal, default_headers: list[tuple[bytes, bytes]]) -> bytes:
    answer = refused(refusal)
    headers = [*default_headers, (b"content-length", b"%d" % len(answer.body)), *answer.headers]
    headers.append((b"connection", b"close"))
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}".encode()]
    lines += [b"%b: %b" % header for header in headers]
    return b"\r\n".join((*lines, b"", answer.body))
