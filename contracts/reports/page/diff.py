"""A diff as HTML, with what differs marked."""

from collections.abc import Sequence

from contracts.reports.diff import DiffLine
from contracts.reports.page.markup import Child, Markup, box, tag

_NAMES = {"-": "del", "+": "ins"}


def render_diff(lines: Sequence[DiffLine]) -> Markup:
    """The lines, those of one side each in its colour."""
    keys = tag("del", "- expected"), tag("ins", "+ received")
    left, right = (tag("span", key, class_="key") for key in keys)
    legend = tag("p", left, " ", right, class_="legend")
    return tag("div", legend, box([_row(line) for line in lines], "difference", "diff"))


def _row(line: DiffLine) -> Markup:
    parts: list[Child] = [tag("mark", text) if marked else text for text, marked in line.parts]
    name = _NAMES.get(line.sign, "span")
    return tag(
        name, f"{line.sign} ", parts, "\n", class_="skip-lines" if line.sign == "…" else None
    )
