"""The project's documents as data: code blocks, tables, headings and links; nothing is judged."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["DOCUMENTS", "FOLLOWED", "ROOT", "Block", "Document", "Row", "document"]

ROOT = Path(__file__).parents[2]

Row = dict[str, str]
"""A row of a table: its cells under the names of their columns, without the marks of code."""

_FENCE = re.compile(r"^```(\w*)$")
_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"\[[^]]+\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """A fenced block; `line` is where its fence opens, `language` what the fence calls it."""

    file: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Document(NamedTuple):
    """One Markdown file, `name` being its path in the repository."""

    name: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines)

    @property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return re.sub(r"^```.*?^```$", "", self.text, flags=re.DOTALL | re.MULTILINE)

    def blocks(self) -> list[Block]:
        """The fenced blocks in order; fails for a fence that is never closed."""
        found, opened = list[Block](), 0
        for number, line in enumerate(self.lines, start=1):
            fence = _FENCE.match(line)
            if fence and not opened:
                opened = number
            elif fence:
                language = self.lines[opened - 1].removeprefix("```")
                text = "\n".join(self.lines[opened : number - 1])
                found.append(Block(self.name, opened, language, text))
                opened = 0
        assert not opened, f"{self.name}:{opened}: this block is never closed"
        return found

    def table(self, *columns: str) -> list[Row]:
        """The rows of the one table that has these columns."""
        head = f"| {' | '.join(columns)} |"
        starts = [number for number, line in enumerate(self.lines) if line == head]
        assert len(starts) == 1, f"{self.name} has {len(starts)} tables {head}"
        rows = []
        for line in self.lines[starts[0] + 2 :]:
            if not line.startswith("|"):
                break
            cells = _cells(line)
            assert len(cells) == len(columns), f"{self.name}: {line} has {len(cells)} cells"
            rows.append(dict(zip(columns, cells, strict=True)))
        return rows

    def links(self) -> list[str]:
        """The addresses that the prose links to."""
        return _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """What a link into this document may name behind its `#`."""
        headings = re.findall(r"^#+ (.+)$", self.prose, flags=re.MULTILINE)
        return {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


def _cells(line: str) -> list[str]:
    cells = (cell.strip() for cell in _CELL.split(line)[1:-1])
    return [unmarked(cell.replace("\\|", "|")) for cell in cells]


def unmarked(cell: str) -> str:
    """The cell without the backticks round it, where it is one piece of code and nothing else."""
    whole = re.fullmatch(r"`([^`]+)`", cell)
    return whole[1] if whole else cell


@cache
def document(name: str) -> Document:
    """The document at this path in the repository."""
    return Document(name, tuple((ROOT / name).read_text(encoding="utf-8").splitlines()))


DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "fixtures/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
"""Every document that a user reads."""

FOLLOWED = tuple(name for name in DOCUMENTS if name != "fixtures/README.md")
"""Those whose blocks can be followed from the first to the last."""
