"""How many processes a server was asked to run an app in: the stand-in wants one."""

from __future__ import annotations

import logging
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePath

__all__ = ["asked_workers", "warn_of_workers"]

log = logging.getLogger("mockserver")

_SERVERS = {"uvicorn", "gunicorn", "hypercorn", "granian"}
_OPTION = re.compile(r"(?<!\S)(?:--workers[= ]|-w ?)([0-9]+)(?!\S)")


def warn_of_workers(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Log a warning if the server of this process was asked for more than one of them."""
    count = asked_workers(arguments, environ)
    if count > 1:
        log.warning(
            "%d workers were asked for: each would have worlds, ids and tokens of its own, and a"
            " client would meet now one, now another; start one worker",
            count,
        )


def asked_workers(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """How many workers the command line of a server asks for, or its variables; else one."""
    program = PurePath(arguments[0] if arguments else "")
    if not _SERVERS & {program.stem, program.parent.name}:
        return 1
    given = [*shlex.split(environ.get("GUNICORN_CMD_ARGS", "")), *arguments[1:]]
    found = re.findall(_OPTION, " ".join(given)) or [environ.get("WEB_CONCURRENCY", "1")]
    return int(found[-1]) if found[-1].isdecimal() else 1
