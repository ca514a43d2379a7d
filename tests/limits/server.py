"""A served stand-in as its machine sees it: CPU time, memory, and how soon it answers meanwhile."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving import Served

__all__ = ["Server"]

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n")
_CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked\r\n")
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_TICKS = 100.0
"""Clock ticks a second in /proc, the same on every Linux."""


class Server:
    """Talks to a stand-in at the raw socket."""

    def __init__(self, served: Served) -> None:
        self.served = served
        address = urlsplit(served.url)
        self.address = (str(address.hostname), int(address.port or 0))
        self.proc = Path("/proc", str(served.process.pid))

    def cpu_ms(self) -> float:
        """The CPU time spent so far, in milliseconds; it counts in steps of 10."""
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return 1_000 * (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """The resident memory, in megabytes."""
        lines = (self.proc / "status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", lines)
        return int(found[1]) / 1_000 if found else 0.0

    def connect(self) -> socket.socket:
        """A connection."""
        connection = socket.create_connection(self.address, timeout=120)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, data: bytes, count: int = 1) -> tuple[list[int], float]:
        """The statuses of so many times the same request, and the CPU time of one."""
        before, statuses = self.cpu_ms(), list[int]()
        for _ in range(count):
            with self.connect() as connection:
                connection.sendall(data)
                statuses += read(connection, 1)
        return statuses, (self.cpu_ms() - before) / count

    @contextmanager
    def watched(self) -> Iterator[Callable[[], float]]:
        """Asks for /_mock/health all the time; answers the slowest answer in milliseconds."""
        slowest, ended = [0.0], threading.Event()

        def ask() -> None:
            with self.connect() as connection:
                while not ended.is_set():
                    began = time.perf_counter()
                    connection.sendall(request("GET", "/_mock/health"))
                    read(connection, 1)
                    slowest[0] = max(slowest[0], 1_000 * (time.perf_counter() - began))
                    ended.wait(0.01)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield lambda: slowest[0]
        finally:
            ended.set()
            asking.join()


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """A request of JSON with a bearer token."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if not any(header.startswith("Authorization") for header in headers):
        lines.append("Authorization: Bearer any")
    if body:
        lines += [f"Content-Length: {len(body)}"]
        if not any(header.startswith("Content-Type") for header in headers):
            lines.append("Content-Type: application/json")
    return "\r\n".join((*lines, "", "")).encode() + body


def read(connection: socket.socket, count: int) -> list[int]:
    """The statuses of so many answers, or of those that come before the connection ends."""
    buffer, statuses = bytearray(), list[int]()
    while len(statuses) < count:
        end = buffer.find(b"\r\n\r\n")
        found = _STATUS.match(buffer) if end >= 0 else None
        if found is not None:
            length = _LENGTH.search(buffer, 0, end + 2)
            whole = end + 4 + int(length[1] if length else 0)
            if _CHUNKED.search(buffer, 0, end + 2):
                whole = len(buffer) if buffer.endswith(_LAST_CHUNK) else 0
            if end < whole <= len(buffer):
                statuses.append(int(found[1]))
                del buffer[:whole]
                continue
        try:
            more = connection.recv(262_144)
        except ConnectionError:
            break
        if not more:
            break
        buffer += more
    return statuses
