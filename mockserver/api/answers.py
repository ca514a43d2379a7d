"""An answer of the data plane, and the messages that send it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from starlette.types import Message

from mockserver.state.names import in_path

__all__ = ["JSON", "Answer", "json_answer", "messages", "refusal_headers"]

Headers = tuple[tuple[bytes, bytes], ...]

JSON: Headers = ((b"content-type", b"application/json"),)
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LONGEST_LINE = 500
_LONGEST_WORLD = 1_536
"""The most bytes of a world's name in a header: any name in ASCII fits."""

_MOST_KEPT = 1_024
"""Of how many worlds the header is kept as written."""

_ROOM = 2_048
_ROOM_FOR_WARNINGS = 600
"""Bytes of all other diagnostic headers, and how many of them a refusal leaves to warnings.

A proxy may hold no more than 4 KB of headers: nginx then answers 502 for what was done.
"""


class Answer(NamedTuple):
    """A status, headers without content-length, and the body."""

    status: int
    body: bytes
    headers: Headers = ()


def json_answer(body: bytes, status: int = 200) -> Answer:
    """An answer whose body is encoded JSON."""
    return Answer(status, body, JSON)


def refusal_headers(lines: Sequence[str], count: int) -> Headers:
    """A Mock-Refusal header for each line as far as there is room, and one that counts the rest."""
    return _diagnosis(b"mock-refusal", lines, count, _ROOM - _ROOM_FOR_WARNINGS)


def _diagnosis(name: bytes, told: Sequence[str], count: int, room: int) -> Headers:
    headers: list[tuple[bytes, bytes]] = []
    for left, text in zip(range(count, 0, -1), told, strict=False):
        line, rest = _printable(text)[:_LONGEST_LINE], b"and %d more" % left
        room -= _size(name, line)
        if room < (_size(name, rest) if left > 1 else 0):
            return (*headers, (name, rest))
        headers.append((name, line))
    return tuple(headers)


def _size(name: bytes, line: bytes) -> int:
    return len(name) + len(line) + len(b": \r\n")


def _printable(line: str) -> bytes:
    """A header value can hold no control characters, so they are escaped as others are."""
    text = line.encode("ascii", "backslashreplace")
    if line.isprintable():
        return text
    return _CONTROL.sub(lambda found: b"\\x%02x" % found[0][0], text)


def messages(
    answer: Answer, warnings: Sequence[str], count: int, world: str | None
) -> tuple[Message, Message]:
    """The answer as ASGI sends it, with the world that it is about and a Mock-Warning header for
    each of the lines of so many warnings.
    """
    status, body, more = answer
    headers = [(b"content-length", b"%d" % len(body))]
    if world is not None:
        headers += _naming(world)
    headers += more
    if warnings:
        used = sum(_size(name, line) for name, line in more if name == b"mock-refusal")
        headers += _diagnosis(b"mock-warning", warnings, count, _ROOM - used)
    start = {"type": "http.response.start", "status": status, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


@lru_cache(_MOST_KEPT)
def _naming(world: str) -> Headers:
    """The header that names a world; none where the name is too long for one."""
    name = in_path(world).encode()
    return ((b"mock-world", name),) if len(name) <= _LONGEST_WORLD else ()
