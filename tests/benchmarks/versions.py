"""What was measured, in which versions, on what machine."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "mockserver",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "pydantic",
    "sortedcontainers",
)


def versions(peers_python: str | None) -> dict[str, str]:
    """Name to version of everything that took part, and the machine's cores."""
    found = {"python": platform.python_version()}
    found |= {name: _installed(name) for name in PACKAGES}
    if peers_python:
        code = "import fastapi, pydantic; print(fastapi.__version__, pydantic.VERSION)"
        found["fastapi, its pydantic"] = _first_line([peers_python, "-c", code])
    found["wrk"] = _first_line(["wrk", "-v"]).removeprefix("wrk ").split(" [")[0]
    found["node"] = _first_line(["node", "--version"])
    found["java"] = _first_line(["java", "-version"])
    found["kernel"] = platform.release().split("-")[0]
    found["cores"] = f"{os.cpu_count()} × {_processor()}"
    return found


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "from the source tree"


def _first_line(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        return "not there"
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    said = (done.stdout or done.stderr).strip().splitlines()
    return said[0] if said else "unknown"


def _processor() -> str:
    match = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return match[1] if match else platform.machine()
