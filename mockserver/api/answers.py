"""An answer of the data plane, and how it is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from starlette.types import Send

from mockserver.errors import Breach

__all__ = ["Answer", "json_answer", "send_answer"]

Headers = tuple[tuple[bytes, bytes], ...]

_JSON: Headers = ((b"content-type", b"application/json"),)
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LONGEST_HEADER = 500
_MOST_HEADERS = 20


class Answer(NamedTuple):
    """A status, headers without content-length, and the body."""

    status: int
    body: bytes
    headers: Headers = ()


def json_answer(body: bytes, status: int = 200) -> Answer:
    """An answer whose body is encoded JSON."""
    return Answer(status, body, _JSON)


def diagnosis(name: bytes, told: Sequence[object]) -> Headers:
    """One header a breach, in ASCII: no more than clients bear, of which some stop at 16 KB."""
    lines = [_printable(str(breach))[:_LONGEST_HEADER] for breach in told[:_MOST_HEADERS]]
    if len(told) > _MOST_HEADERS:
        lines[-1] = b"and %d more" % (len(told) - _MOST_HEADERS + 1)
    return tuple((name, line) for line in lines)


def _printable(line: str) -> bytes:
    """A header value can hold no control characters, so they are escaped as others are."""
    text = line.encode("ascii", "backslashreplace")
    return _CONTROL.sub(lambda found: b"\\x%02x" % found[0][0], text)


async def send_answer(
    send: Send, answer: Answer, warnings: list[Breach], world: str | None
) -> None:
    """Send the answer, with the world that it is about and a Mock-Warning header a warning."""
    headers = [(b"content-length", b"%d" % len(answer.body))]
    if world is not None:
        headers.append((b"mock-world", world.encode()))
    headers += answer.headers
    if warnings:
        headers += diagnosis(b"mock-warning", warnings)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
