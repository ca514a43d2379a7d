"""The content codings of a request body: gzip and deflate, undone within a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from mockserver.errors import Refusal, shown

__all__ = ["plain_body", "readable", "too_large"]

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib finds each coding; deflate is wrapped by right, and bare by custom."""

_MOST_CODINGS = 3
_MOST_READ = 16_777_216
"""How long a kept body may be without its codings."""

_MOST_MEMBERS = 100


def plain_body(body: bytes, codings: str, most: int) -> bytes:
    """The body without the codings of its Content-Encoding header.

    Raises a Refusal: 415 for other codings, 422 for a body that is not coded so, and 413 for one
    of more than `most` bytes.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > _MOST_CODINGS or not _WINDOWS.keys() >= set(names):
        message = f"Content-Encoding is {shown(codings)}; expected gzip, deflate or none"
        headers = ((b"accept-encoding", b"gzip, deflate"),)
        raise Refusal("InvalidContentTypeError", message=message, headers=headers)
    for name in reversed(names if body else ()):
        body = _decoded(body, name, most)
    return body


def readable(body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A kept body without the codings that its headers name; as it is where they do not fit it."""
    codings = b",".join(value for name, value in headers if name == b"content-encoding")
    if not codings:
        return body
    try:
        return plain_body(body, codings.decode("latin-1"), _MOST_READ)
    except Refusal:
        return body


def too_large(length: str, most: int) -> Refusal:
    """The refusal of a body that is longer than the limit."""
    message = f"the body has {length} bytes; expected at most {most} (--max-body-bytes)"
    return Refusal("PayloadTooLargeError", message=message, headers=((b"connection", b"close"),))


def _decoded(body: bytes, name: str, most: int) -> bytes:
    for window in _WINDOWS[name]:
        try:
            return _members(body, window, most)
        except zlib.error:
            continue
    message = f"the body is not in {name}, as its Content-Encoding says, or ends too early"
    raise Refusal("UnprocessableEntityError", message=message)


def _members(body: bytes, window: int, most: int) -> bytes:
    """All that the body holds: gzip may have several members, one behind the other."""
    pieces: list[bytes] = []
    room = most + 1
    for _ in range(_MOST_MEMBERS):
        reader = zlib.decompressobj(window)
        piece = reader.decompress(body, room)
        pieces.append(piece)
        room -= len(piece)
        if room <= 0:
            raise too_large(f"over {most}", most)
        if not reader.eof:
            raise zlib.error("the body ends too early")
        body = reader.unused_data
        if not body:
            return b"".join(pieces)
    raise zlib.error("the body has too many parts")
