"""The stand-ins that `mockserver start` left running: a file for each, locked while it runs."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from mockserver.cli.launching import launched
from mockserver.cli.waiting import waited
from mockserver.errors import SettingsError, shown
from mockserver.settings import Settings

__all__ = ["Record", "ended", "running", "started"]

_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 60.0
"""How long another `start` may take, which is waited for."""

_GRACE_SECONDS = 15.0
"""How long a stand-in may take to end before it is killed."""


class Record(NamedTuple):
    """A stand-in that runs: its URL, its process, its log and what it was started with."""

    url: str
    pid: int
    log: str
    settings: dict[str, Any]

    @property
    def ports(self) -> tuple[int, int | None]:
        """The port that was asked for, and the one that it has."""
        return self.settings["port"], urlsplit(self.url).port


def running() -> list[Record]:
    """All that run, by port."""
    found = list[Record]()
    for path in sorted(folder().glob("*.json")):
        with _locked(path) as file:
            record = None if file is not None else _read(path)
            if record is not None:
                found.append(record)
    return found


def started(settings: Settings) -> tuple[Record, bool]:
    """The stand-in that runs with these settings, and whether it was started now.

    Raises SettingsError where one with other settings has the port, and for what cannot be served.
    """
    path = folder() / f"{settings.port}.json"
    asked = json.loads(json.dumps(asdict(settings)))
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with _locked(path) as file:
            if file is not None:
                return _start(settings, asked, path, file), True
        record = _read(path)
        if record is not None and waited(record.url, 0) is None:
            _is_alike(record, asked)
            return record, False
        time.sleep(_LOOK_SECONDS)
    raise SettingsError(f"what was started before does not answer; see {_log(path)}")


def ended(record: Record) -> None:
    """End a stand-in, and return when it has."""
    path = folder() / f"{record.ports[0]}.json"
    os.kill(record.pid, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    is_killed = False
    while True:
        with _locked(path) as file:
            if file is not None:
                file.truncate(0)
                return
        if time.monotonic() > deadline and not is_killed:
            os.kill(record.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            is_killed = True
        time.sleep(_LOOK_SECONDS)


def folder() -> Path:
    """Where the files are: for this user alone, and gone after a restart of the machine."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    user = os.getuid() if hasattr(os, "getuid") else ""
    path = Path(base, "mockserver") if base else Path(tempfile.gettempdir(), f"mockserver-{user}")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_mine = not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
    except OSError as error:
        raise SettingsError(f"cannot keep records in {path}: {error.strerror}") from None
    if not is_mine:
        raise SettingsError(f"{path} belongs to somebody else; set XDG_RUNTIME_DIR to a folder")
    return path


def _start(settings: Settings, asked: dict[str, Any], path: Path, file: IO[bytes]) -> Record:
    """Start a stand-in that holds the lock of its file from now on."""
    file.truncate(0)
    log = _log(path)
    child, url = launched(settings, log, is_attached=False, pass_fds=[file.fileno()])
    record = Record(url, child.pid, str(log), asked)
    file.write(json.dumps(record._asdict()).encode() + b"\n")
    child.returncode = 0  # it goes on, and nobody here waits for it
    return record


def _is_alike(record: Record, asked: dict[str, Any]) -> None:
    """Nothing, or a SettingsError that says what differs."""
    others = [
        f"{name} is {shown(have)} and not {shown(asked.get(name))}"
        for name, have in record.settings.items()
        if have != asked.get(name)
    ]
    if others:
        told = (
            f"mockserver runs on {record.url} already (pid {record.pid}), but with other settings"
        )
        advice = f"end it first: mockserver stop --port {record.ports[0]}"
        raise SettingsError(f"{told}: {', '.join(others)}; {advice}")


def _log(path: Path) -> Path:
    return path.with_suffix(".log")


def _read(path: Path) -> Record | None:
    try:
        return Record(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes] | None]:
    """The file, locked, or None where a stand-in that runs holds the lock."""
    try:
        import fcntl
    except ImportError:
        raise SettingsError("this needs a Unix; start `mockserver serve` instead") from None
    with path.open("ab", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        yield file
