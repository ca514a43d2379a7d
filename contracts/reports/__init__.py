"""What a run leaves for people and machines to read; the writers have a module each.

`write` writes one report. It depends on its arguments alone: the same findings give the same bytes.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from contracts.kernel.findings import Findings
from contracts.reports import har, junit, markdown, page, record
from contracts.reports.files import replace_file
from contracts.reports.redact import redact

__all__ = ["KINDS", "write"]

Render = Callable[[Findings], str]
_WRITERS: Mapping[str, Render] = {
    "junit": junit.render,
    "json": record.render,
    "html": page.render,
    "har": har.render,
    "markdown": markdown.render,
}
KINDS: tuple[str, ...] = tuple(_WRITERS)


def write(kind: str, path: Path, findings: Findings) -> None:
    """Write one report as UTF-8; missing folders are made, a file that is there is replaced.

    Tokens and secrets in the findings are taken out once more.

    Raises:
        ValueError: there is no such kind.
        OSError: the file cannot be written.
    """
    render = _WRITERS.get(kind)
    if render is None:
        raise ValueError(f"report kind {kind!r} is unknown; choose one of {', '.join(KINDS)}")
    replace_file(path, render(redact(findings, exchanges=kind == "har" and findings.har == "all")))
