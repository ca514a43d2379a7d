"""A stand-in in a child process: started with settings, waited for until it is ready."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mockserver.cli.serve import NO_PLUGINS
from mockserver.errors import MockserverError, SettingsError
from mockserver.fixtures.collector import calm_collector
from mockserver.settings import Settings

__all__ = ["launched"]

_LOOK_SECONDS = 0.02


def launched(
    settings: Settings, log_file: Path, *, is_attached: bool, pass_fds: Sequence[int] = ()
) -> tuple[subprocess.Popen[bytes], str]:
    """The child, and its URL, once it is ready. What it prints goes to the log, as JSON Lines.

    An attached child ends when this process does; another one is on its own. Ctrl-C in a terminal
    reaches neither. Raises SettingsError
    with what the child says if it does not start.
    """
    command = [sys.executable, "-m", "mockserver.cli.launching"]
    with log_file.open("wb") as log:
        child = subprocess.Popen(
            [*command, "attached"] if is_attached else command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    try:
        _tell(child, replace(settings, log_format="json"), is_attached)
        while (url := _ready_url(log_file)) is None:
            if child.poll() is not None:
                raise SettingsError(log_file.read_text("utf-8", "replace").strip())
            time.sleep(_LOOK_SECONDS)
    except BaseException:
        with child:
            child.kill()
        raise
    return child, url


def _tell(child: subprocess.Popen[bytes], settings: Settings, is_attached: bool) -> None:
    assert child.stdin is not None
    child.stdin.write(json.dumps(asdict(settings)).encode() + b"\n")
    child.stdin.flush()
    if not is_attached:
        child.stdin.close()


def _ready_url(log_file: Path) -> str | None:
    for line in log_file.read_bytes().splitlines(keepends=True):
        if line.startswith(b'{"event": "ready"') and line.endswith(b"\n"):
            url: str = json.loads(line)["url"]
            return url
    return None


def main() -> None:
    """Serve with the settings that come in; attached, until the process that sent them ends."""
    sent: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    for name, value in sent.items():
        sent[name] = tuple(value) if isinstance(value, list) else value
    settings = Settings(**sent)
    if "attached" in sys.argv:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    calm_collector()
    os.environ.setdefault(*NO_PLUGINS)
    from mockserver.cli.running import run

    try:
        run(settings)
    except MockserverError as error:
        sys.exit(str(error))


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
