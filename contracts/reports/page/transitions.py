"""The five by five table of which operation followed which, on ids of each standing."""

from contracts.reports.coverage import Coverage, Transition
from contracts.reports.coverage.transitions import NO_ID, OPERATIONS
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.parts import table_box

_WORDS = {"live": "live", "deleted": "deleted", "unknown": "unknown", NO_ID: "no id"}


def transitions_section(figures: Coverage) -> Markup:
    """One row for the operation before, one column for the one after."""
    share = figures.shares["transitions"]
    cells = {(step.first, step.second): step for step in figures.transitions}
    corner = tag("th", "first ↓ then →", scope="col")
    head = tag("tr", corner, [tag("th", tag("code", name), scope="col") for name in OPERATIONS])
    rows = [
        tag(
            "tr",
            tag("th", tag("code", first), scope="row"),
            [_cell(cells[first, second]) for second in OPERATIONS],
        )
        for first in OPERATIONS
    ]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="transitions")
    title = tag("h3", "Transitions", tag("small", f"{share.reached} of {share.possible}"))
    note = tag(
        "p",
        "How often one operation came right after another, by how the id stood before: the id of "
        "the second request, or of the first where the second names none.",
        class_="note",
    )
    return tag("section", title, note, table_box(table, "transitions"))


def _cell(step: Transition) -> Markup:
    lines = [
        tag(
            "li",
            tag("span", _WORDS[name]),
            tag("b", f"{step.count(name):,}" if step.count(name) else "never"),
            class_=None if step.count(name) else "gap",
        )
        for name in step.possible
    ]
    return tag("td", tag("ul", lines))
