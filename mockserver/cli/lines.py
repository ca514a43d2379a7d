"""One line a request on the terminal, written in batches, and never waited for."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import select
from collections import deque
from typing import TextIO

import click

from mockserver.errors import printable
from mockserver.steering.showing import Shown

__all__ = ["RequestLines"]

log = logging.getLogger("mockserver")

BATCH_SECONDS = 0.02
MOST_WAITING = 1_000
"""How many lines are kept while nobody reads the output."""

_LONGEST_TARGET = 200
_LONGEST_WHY = 160
_LONGEST_WORLD = 100
_ROOM = getattr(select, "PIPE_BUF", 4_096)
"""How many bytes a pipe takes at once when it says that it has room."""


class RequestLines:
    """Writes a line for each call shown: `POST /v1 422 amount-positive (world me, 1.2 ms)`.

    A reader that stops reading holds up no request: lines wait, then are counted instead.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.encoding = stream.encoding or "utf-8"
        self.is_coloured = stream.isatty() and not os.environ.get("NO_COLOR")
        self.waiting = deque[bytes]()
        self.left_out = 0
        self.is_due = False

    def show(self, call: Shown) -> None:
        """Write the line of a call soon."""
        if len(self.waiting) < MOST_WAITING:
            self.waiting.append(self._encoded(line(call, self.is_coloured)))
        else:
            self.left_out += 1
        if not self.is_due:
            self._write_later()

    def write(self) -> None:
        """Write what waits, as far as the reader takes it."""
        try:
            while self.waiting and self._has_room():
                click.echo(self._batch(), file=self.stream, nl=False, color=True)
        except OSError as error:
            self.waiting = deque(maxlen=0)
            log.warning("requests are no longer shown: %s", error.strerror)

    def _write_later(self) -> None:
        self.is_due = True
        asyncio.get_running_loop().call_later(BATCH_SECONDS, self._write_now)

    def _write_now(self) -> None:
        self.is_due = False
        self.write()
        if self.waiting:
            self._write_later()

    def _batch(self) -> str:
        """As many lines as a pipe takes at once, and behind the last one how many are left out."""
        batch = self.waiting.popleft()
        while self.waiting and len(batch) + len(self.waiting[0]) <= _ROOM:
            batch += self.waiting.popleft()
        if self.left_out and not self.waiting:
            self.waiting.append(self._encoded(f"... {self.left_out} more, while nobody read this"))
            self.left_out = 0
        return batch.decode(self.encoding)

    def _encoded(self, text: str) -> bytes:
        return f"{text}\n".encode(self.encoding, "backslashreplace")

    def _has_room(self) -> bool:
        """Whether the stream takes more at once; one that cannot say so does."""
        try:
            return bool(select.select([], [self.stream], [], 0)[1])
        except (OSError, ValueError, io.UnsupportedOperation):
            return True


def line(call: Shown, is_coloured: bool) -> str:
    """The line of a call, in which what a client sent moves no cursor."""
    target = f"{call.path}?{call.query}" if call.query else call.path
    asked = printable(f"{call.method} {_cut(target, _LONGEST_TARGET)}")
    status = str(call.status) if call.status else "no answer"
    if is_coloured:
        status = click.style(status, fg=_colour(call.status), bold=True)
    why = f" {printable(_cut(call.why, _LONGEST_WHY))}" if call.why else ""
    world = printable(_cut(call.world, _LONGEST_WORLD))
    return f"{asked} {status}{why} (world {world}, {call.seconds * 1_000:.1f} ms)"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def _colour(status: int) -> str:
    return "green" if 0 < status < 400 else "yellow" if 400 <= status < 500 else "red"
