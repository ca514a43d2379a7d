"""uvicorn's HTTP protocol, which reads the body of a request that offers an upgrade."""

from __future__ import annotations

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["Protocol"]


class Protocol(HttpToolsProtocol):
    """Ignores offers to upgrade, as RFC 9110 (7.8) allows, and answers in HTTP/1.1.

    The parser stops behind the headers of such a request, since another protocol could follow
    there. A new parser then gets the same headers without the offer, and reads on.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser = _Parser(self)

    def on_headers_complete(self) -> None:
        """Start the request, unless its headers come again."""
        if not self.offers_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End the request, unless its headers come again."""
        if not self.offers_upgrade():
            super().on_message_complete()

    def offers_upgrade(self) -> bool:
        """Whether the request that is being read offers another protocol; CONNECT asks for one."""
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"

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
        """Parse more bytes."""
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
