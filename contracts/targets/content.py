"""Content codings of answers: gzip and deflate are unpacked, within a size; others are left."""

import zlib

from contracts.targets.target import Pairs, Reply

MOST_BYTES = 32 * 1024 * 1024
"""Forty times what 999 refunds with long notes come to; unpacked as well."""

_GZIP, _ZLIB, _RAW = 31, 15, -15
_READ = frozenset({"gzip", "x-gzip", "deflate", "identity"})
_MOST_CODINGS = 3
_MOST_PARTS = 100


class TooLarge(ValueError):
    """An answer is larger than any that could be meant, or has no end."""


class Garbled(ValueError):
    """A body is not what its Content-Encoding says, or ends too early."""


def unpacked(headers: Pairs, body: bytes) -> bytes:
    """A body without its content codings; as it is where one of them cannot be read.

    Args:
        headers: of the answer, in lower case.
        body: as it came.

    Raises:
        Garbled: it is not in its coding, or is cut short.
        TooLarge: it is longer than MOST_BYTES.
    """
    codings = _codings(headers) if body else []
    if not _READ.issuperset(codings):
        return body
    if len(codings) > _MOST_CODINGS:
        raise Garbled(f"{len(codings)} content codings on one another")
    for coding in reversed(codings):
        if coding == "deflate":
            body = _inflated(body, _ZLIB if _is_zlib(body) else _RAW)
        elif coding != "identity":
            body = _inflated(body, _GZIP)
    return body


def unread_coding(reply: Reply) -> str | None:
    """The content coding of a body that cannot be read, or None."""
    codings = _codings(reply.headers) if reply.body else []
    return next((coding for coding in codings if coding not in _READ), None)


def _codings(headers: Pairs) -> list[str]:
    values = [value for name, value in headers if name == "content-encoding"]
    words = (word.strip().lower() for word in ",".join(values).split(","))
    return [word for word in words if word]


def _is_zlib(body: bytes) -> bool:
    """Whether deflate is wrapped as RFC 9110 says; some servers send it bare."""
    return len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _inflated(body: bytes, form: int) -> bytes:
    """The parts of a body, one behind the other; gzip may have several."""
    parts, size = list[bytes](), 0
    while body and len(parts) < _MOST_PARTS:
        unpacker = zlib.decompressobj(form)
        try:
            parts.append(unpacker.decompress(body, MOST_BYTES - size + 1))
        except zlib.error as error:
            raise Garbled(str(error)) from error
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise TooLarge(f"more than {MOST_BYTES >> 20} MB came, once unpacked")
        if not unpacker.eof:
            raise Garbled("the packed body ends before its end")
        # Some tools fill up with zeros.
        body = unpacker.unused_data.lstrip(b"\0")
    if body:
        raise Garbled(f"the body has more than {_MOST_PARTS} packed parts")
    return b"".join(parts)
