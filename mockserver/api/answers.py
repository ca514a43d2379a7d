"""An answer of the data plane, and how it is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from starlette.types import Send

from mockserver.errors import Breach
from mockserver.state.names import in_path

__all__ = ["JSON", "Answer", "json_answer", "refusal_headers", "send_answer"]

Headers = tuple[tuple[bytes, bytes], ...]

JSON: Headers = ((b"content-type", b"application/json"),)
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LONGEST_LINE = 500
_LONGEST_WORLD = 1_536
"""The most bytes of a world's name in a header: any name in ASCII fits."""

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


def _diagnosis(name: bytes, told: Sequence[object], count: int, room: int) -> Headers:
    headers: list[tuple[bytes, bytes]] = []
    for left, breach in zip(range(count, 0, -1), told, strict=False):
        line, rest = _printable(str(breach))[:_LONGEST_LINE], b"and %d more" % left
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


async def send_answer(
    send: Send, answer: Answer, warnings: list[Breach], world: str | None
) -> None:
    """Send the answer, with the world that it is about and a Mock-Warning header a warning."""
    headers = [(b"content-length", b"%d" % len(answer.body))]
    if world is not None and len(name := in_path(world).encode()) <= _LONGEST_WORLD:
        headers.append((b"mock-world", name))
    headers += answer.headers
    if warnings:
        used = sum(_size(name, line) for name, line in answer.headers if name == b"mock-refusal")
        headers += _diagnosis(b"mock-warning", warnings, len(warnings), _ROOM - used)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
