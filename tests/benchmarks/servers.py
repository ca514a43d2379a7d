"""Starts the servers that are compared, each on one core, and ends each by its pid."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
PATIENCE_S = 60.0
POLL_S = 0.002
CPU_CLOCK = 2
"""With the complement of a pid above it, the kernel's name for that process's clock."""


class ServerFailed(RuntimeError):
    """A server ended or stayed silent; the message holds the last lines that it wrote."""


@dataclass(frozen=True)
class Launch:
    """How one server is started: `{port}` in the command becomes a free port."""

    name: str
    command: Sequence[str]
    probe: str = "/"
    env: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A server that answers, with the seconds from its start to its first answer."""

    name: str
    port: int
    pid: int
    first_answer_s: float


def free_port() -> int:
    """A port that nobody held a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(launch: Launch, cpu: int) -> Iterator[Server]:
    """Start a server pinned to one core, wait for its first answer, and end it by its pid."""
    port = free_port()
    command = [part.replace("{port}", str(port)) for part in launch.command]
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        child = subprocess.Popen(
            ["taskset", "-c", str(cpu), *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **launch.env},
        )
        try:
            _await_answer(launch, port, child, log)
            yield Server(launch.name, port, child.pid, time.perf_counter() - started)
        finally:
            end(child)


def end(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to stop, wait, and kill it when it does not."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def rss_mib(pid: int) -> float:
    """Resident memory of a process, in MiB, as the kernel counts it."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ServerFailed(f"process {pid} shows no VmRSS: it has ended")


def cpu_seconds(pid: int) -> float:
    """Processor time that all threads of a process have used, to the nanosecond."""
    return time.clock_gettime(~pid << 3 | CPU_CLOCK)


def _await_answer(
    launch: Launch, port: int, child: subprocess.Popen[bytes], log: IO[bytes]
) -> None:
    deadline = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < deadline and child.poll() is None:
        if _answers(launch, port):
            return
        time.sleep(POLL_S)
    log.seek(0)
    tail = log.read()[-2000:].decode(errors="replace").strip()
    raise ServerFailed(f"{launch.name} gave no answer at {launch.probe}; it wrote: {tail!r}")


def _answers(launch: Launch, port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", launch.probe, headers=dict(launch.headers))
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
