"""Reads one whole HTTP answer within a time and a size, however slowly or endlessly it comes."""

import http.client
import io
import socket
from time import monotonic
from typing import Any, Protocol

MOST_BYTES = 32 * 1024 * 1024
"""Forty times what 999 refunds with long notes come to."""

_PIECE = 256 * 1024


class TooLarge(ValueError):
    """An answer is larger than any that could be meant, or has no end."""


class Clock(Protocol):
    """Tells the moment by which the answer must be there."""

    by: float


class _Timely(io.RawIOBase):
    """The receiving side of a socket, none of whose reads waits beyond the moment."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock
        # It keeps the socket open when the connection lets go of it.
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Receive what is there."""
        left = self._clock.by - monotonic()
        if left <= 0:
            raise TimeoutError("timed out in the middle of an answer")
        self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()


class _Socket:
    """What an `HTTPResponse` needs of a socket."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The receiving side."""
        return io.BufferedReader(_Timely(self._sock, self._clock))


def response_class(clock: Clock) -> Any:
    """What an `HTTPConnection` makes its responses of."""

    def make(sock: socket.socket, **options: Any) -> http.client.HTTPResponse:
        return http.client.HTTPResponse(_Socket(sock, clock), **options)  # type: ignore[arg-type]

    return make


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
