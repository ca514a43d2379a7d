"""uvicorn's HTTP protocol, which reads the body of a request that offers an upgrade, and says what
is wrong with one that cannot be read.
"""

from __future__ import annotations

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.cli.cycle import Cycle
from mockserver.cli.refusing import (
    LONGEST_HEAD,
    LONGEST_URL,
    MOST_PARAMETERS,
    Refusing,
    head_refusal,
    origin_form,
    query_refusal,
    unreadable,
)
from mockserver.errors import Refusal

__all__ = ["Protocol"]


_SLICE = 16_384
"""How many bytes are parsed at once: a head is measured by whole slices while it comes in."""


class Protocol(Refusing, HttpToolsProtocol):
    """Ignores offers to upgrade, as RFC 9110 (7.8) allows, and answers in HTTP/1.1.

    The parser stops behind the headers of such a request, since another protocol could follow
    there. A new parser then gets the same headers without the offer, and reads on.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser: _Parser = _Parser(self)
        self.head_bytes = 0
        """How many bytes came, in whole slices, since a piece of a body or a request ended."""
        self.comes_again = False
        """Whether the request offers an upgrade: its headers come again without the offer."""

    def on_headers_complete(self) -> None:
        """Start the request, unless its headers come again. Raises a Refusal."""
        self.comes_again = self.offers_upgrade()
        if self.comes_again:
            return
        if self.head_bytes >= LONGEST_HEAD - 2 * _SLICE:
            size = sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size + len(self.url) > LONGEST_HEAD:
                raise head_refusal(len(self.url))
        if len(self.url) > LONGEST_URL:
            raise head_refusal(len(self.url))
        if len(self.url) > MOST_PARAMETERS and (refusal := query_refusal(self.url)):
            raise refusal
        if not self.url.startswith(b"/"):
            self.url = origin_form(self.url)
            if self.parser.get_method() == b"CONNECT":
                raise unreadable(b"", "CONNECT is for proxies, and this server is not a proxy")
        super().on_headers_complete()
        self.cycle.__class__ = Cycle  # uvicorn makes its own class of cycle there
        self.headers = []  # for trailers, which are no headers of the request

    def on_body(self, body: bytes) -> None:
        """Take in a piece of the body."""
        self.head_bytes = -_SLICE
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request, unless its headers come again."""
        if not self.comes_again:
            self.head_bytes = -_SLICE
            super().on_message_complete()

    def is_in_head(self) -> bool:
        """Whether a head was begun and not ended, or nothing was ever sent."""
        return self.cycle is None or self.cycle.scope is not self.scope

    def is_waiting(self) -> bool:
        """The same for a head or a body."""
        return self.is_in_head() or (self.cycle.more_body and not self.cycle.response_complete)

    def offers_upgrade(self) -> bool:
        """Whether the request that is being read offers another protocol; CONNECT asks for one."""
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def head_without_offer(self) -> bytes:
        """The head of the request without its offer to upgrade."""
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        for name, value in self.headers:
            if name == b"connection":
                tokens = [token.strip() for token in value.split(b",")]
                kept = b", ".join(token for token in tokens if token.lower() != b"upgrade")
                lines.append(b"connection: " + kept)
            elif name != b"upgrade":
                lines.append(b"%b: %b" % (name, value))
        return b"\r\n".join((*lines, b"", b""))


class _Parser(httptools.HttpRequestParser):
    """A parser whose protocol gets a new one where a request offers an upgrade."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(protocol)
        self.set_dangerous_leniencies(lenient_data_after_close=True)
        self._protocol = protocol

    def feed_data(self, data: Any) -> None:
        """Parse more bytes, in slices, until they end or one is refused."""
        protocol = self._protocol
        if protocol.is_refused:
            protocol.pass_over(data)
            return
        protocol.heard += 1
        if len(data) <= _SLICE:
            self.feed_slice(data)
            return
        parser: _Parser = self
        for start in range(0, len(data), _SLICE):
            parser.feed_slice(data[start : start + _SLICE])
            parser = protocol.parser

    def feed_slice(self, data: bytes) -> None:
        """Parse some bytes, and refuse what cannot be read, or grows too long."""
        protocol = self._protocol
        if protocol.is_refused:
            return
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            refusal = error.__context__
            if not isinstance(refusal, Refusal):
                in_url = isinstance(error, httptools.HttpParserInvalidURLError)
                refusal = unreadable(data, str(error), in_url=in_url)
            protocol.refuse(refusal)
            return
        protocol.head_bytes = max(protocol.head_bytes + len(data), 0)
        if protocol.head_bytes > LONGEST_HEAD + _SLICE:
            protocol.refuse(head_refusal(len(protocol.url) if protocol.is_in_head() else 0))

    def _parse(self, data: bytes) -> None:
        parser, protocol = self, self._protocol
        while True:
            try:
                httptools.HttpRequestParser.feed_data(parser, data)
                return
            except httptools.HttpParserUpgrade as stop:
                if not protocol.offers_upgrade():
                    raise
                data = protocol.head_without_offer() + data[stop.args[0] :]
                parser = protocol.parser = _Parser(protocol)
