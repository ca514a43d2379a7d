"""`python -m tests.limits`: measure, and print or write what docs/limits.md shows."""

from __future__ import annotations

import argparse
import platform
import resource
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.limits.measures import FULL, MEASURES, QUICK, Size
from tests.limits.server import Server
from tests.serving import ROOT, serving

PROC = Path("/proc/self/stat")
"""What Linux tells of a process."""

PAGE = ROOT / "docs" / "limits.md"


def measured(size: Size, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The name and the figures of each measure, on one stand-in."""
    folder = tempfile.gettempdir()
    with serving("--fixtures-dir", folder) as served:
        server = Server(served)
        for name in names:
            yield name, MEASURES[name](server, size)


def written(page: str, figures: dict[str, str], machine: str) -> str:
    """The page with the figures in its last column."""
    lines = page.split("\n")
    for number, line in enumerate(lines):
        cells = line.split(" | ")
        name = cells[0].removeprefix("| ")
        if line.startswith("| ") and name in figures:
            lines[number] = " | ".join((*cells[:-1], f"{figures[name]} |"))
        elif line.startswith("Measured on "):
            lines[number] = machine
    return "\n".join(lines)


def main() -> None:
    """Run what was asked for."""
    told = argparse.ArgumentParser(prog="python -m tests.limits", description=__doc__)
    told.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    told.add_argument("--write", action="store_true", help="write the figures into docs/limits.md")
    told.add_argument("--requests", type=int, default=FULL.requests, help="mixed requests")
    told.add_argument("--refunds", type=int, default=FULL.refunds, help="refunds of a fixture")
    told.add_argument("--only", choices=MEASURES, nargs="+", help="measure these rows alone")
    chosen = told.parse_args()
    size = (
        QUICK if chosen.quick else FULL._replace(requests=chosen.requests, refunds=chosen.refunds)
    )
    if not PROC.exists():
        told.error(f"{PROC} is not there: this needs Linux")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    figures = dict[str, str]()
    for name, text in measured(size, chosen.only or tuple(MEASURES)):
        figures[name] = text
        print(f"{name}: {text}", flush=True)
    if chosen.write:
        machine = f"Measured on {platform.system()}, Python {platform.python_version()}, with"
        command = "`python -m tests.limits --write`."
        text = written(PAGE.read_text(encoding="utf-8"), figures, f"{machine} {command}")
        Path(PAGE).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
