"""uvicorn's cycle of a request and its answer, which sends an answer that is whole in one write."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

__all__ = ["Cycle"]

_MOST_KEPT = 256
_LONGEST_KEPT = 512
"""How many headers are kept as written, and how many bytes the value of one may have."""

_FRAMING = (b"connection", b"content-length", b"transfer-encoding")
"""The headers that decide where an answer ends."""


class Cycle(RequestResponseCycle):
    """Keeps the start of an answer until its body comes: most answers have their body in one piece.

    uvicorn sends whatever is not plain.
    """

    start: Any = None

    async def send(self, message: Any) -> None:
        """Keep a start that tells the length of its body first; write it with the whole body."""
        start, self.start = self.start, None
        if message["type"] == "http.response.start":
            headers = message.get("headers")
            if headers and headers[0][0] == b"content-length" and not self.response_started:
                self.start = message
                return
        elif start is not None:
            body = message.get("body", b"")
            is_plain = not message.get("more_body") and self._is_plain()
            head = _head(start, len(body), self.default_headers) if is_plain else None
            if head is not None:
                self.response_started = self.response_complete = True
                self.waiting_for_100_continue = False
                self.transport.writelines((head, body))
                self.message_event.set()
                self.on_response()
                return
            await super().send(start)
        await super().send(message)

    def _is_plain(self) -> bool:
        return (
            self.keep_alive
            and not self.disconnected
            and not self.flow.write_paused
            and self.scope["method"] != "HEAD"
        )


def _head(start: Any, size: int, defaults: list[tuple[bytes, bytes]]) -> bytes | None:
    """The head of an answer whose whole body has so many bytes; None where it is not plain."""
    (_, length), *headers = start["headers"]
    if length != b"%d" % size:
        return None
    try:
        lines = [_line(header) for header in (*defaults, *headers)]
    except ValueError:
        return None
    return b"%bcontent-length: %b\r\n%b\r\n" % (
        STATUS_LINE[start["status"]],
        length,
        b"".join(lines),
    )


@lru_cache(_MOST_KEPT)
def _line(header: tuple[bytes, bytes]) -> bytes:
    """A header as it is written. Raises ValueError for one that is not plain."""
    name, value = header
    if (
        name in _FRAMING
        or len(value) > _LONGEST_KEPT
        or HEADER_RE.search(name)
        or HEADER_VALUE_RE.search(value)
    ):
        raise ValueError(name)
    return b"%b: %b\r\n" % (name, value)
