"""What a run leaves for people and machines to read; the writers have a module each.

`write` writes one report. It depends on its arguments alone: the same findings give the same bytes.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.kernel.findings import Findings

__all__ = ["KINDS", "write"]

_WRITERS = {
    "junit": "junit",
    "json": "record",
    "html": "page",
    "har": "har",
    "markdown": "markdown",
}
KINDS: tuple[str, ...] = tuple(_WRITERS)


def write(kind: str, path: Path, findings: Findings) -> None:
    """Write one report as UTF-8; missing folders are made, a file that is there is replaced.

    Tokens and secrets in the findings are taken out once more.

    Raises:
        ValueError: there is no such kind.
        OSError: the file cannot be written.
    """
    from contracts.reports.files import replace_file
    from contracts.reports.redact import redact

    if kind not in _WRITERS:
        raise ValueError(f"report kind {kind!r} is unknown; choose one of {', '.join(KINDS)}")
    writer = import_module(f"{__name__}.{_WRITERS[kind]}")
    shown = redact(findings, exchanges=kind == "har" and findings.har == "all")
    replace_file(path, writer.render(shown))
