"""Writes what was found into docs/performance.md, between the marks that the page has for it."""

from __future__ import annotations

from tests.benchmarks.bench import Found
from tests.benchmarks.peers.install import ROOT
from tests.benchmarks.table import HEADINGS, rows

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- Between here and the end mark, `make bench ARGS=--write` writes. -->\n"
END = "<!-- end -->\n"


def write(found: Found, command: str) -> None:
    """Put the table and how it was made in the place of the old ones."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{measured(found, command)}\n{END}{after}")


def measured(found: Found, command: str) -> str:
    """The command, the versions and the table, as Markdown."""
    named = "; ".join(f"{name} {text}" for name, text in found.versions.items())
    table = [HEADINGS, ("---",) * len(HEADINGS), *rows(found.measures)]
    lines = ("| " + " | ".join(row) + " |" for row in table)
    return f"`{command}`: {named}.\n\n" + "\n".join(lines) + "\n"
