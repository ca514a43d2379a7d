"""Points of bounds and branches, each with what became of the requests that reached it."""

from typing import Literal

from contracts.reports.coverage import Coverage, Group
from contracts.reports.coverage.points import Point
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.parts import SIGNS

Figure = Literal["bounds", "branches"]
_NOTES: dict[Figure, str] = {
    "bounds": "Each value at a bound, next to it and beyond it, and whether it was accepted.",
    "branches": "Each member of a union or an enum, and each field that may be left out.",
}
_OUTCOMES = (
    ("accepted", SIGNS["kept"], "accepted"),
    ("refused", SIGNS["broken"], "refused"),
    ("failed", "!", "failed"),
)


def points_section(title: str, figure: Figure, figures: Coverage) -> Markup:
    """A row of points a group."""
    groups = figures.bounds if figure == "bounds" else figures.branches
    share = figures.shares[figure]
    head = tag("h3", title, tag("small", f"{share.reached} of {share.possible}"))
    note = tag("p", _NOTES[figure], " ", _legend(), class_="note")
    return tag("section", head, note, [_group(group) for group in groups], class_=figure)


def _legend() -> list[Markup | str]:
    return [
        tag("span", "✓ accepted", class_="accepted"),
        ", ",
        tag("span", "✕ refused", class_="refused"),
        ", ",
        tag("span", "never", class_="gap"),
        " sent.",
    ]


def _group(group: Group) -> Markup:
    points = [_point(point) for point in group.points]
    return tag("div", tag("h4", group.name), tag("ul", points, class_="points"), class_="group")


def _point(point: Point) -> Markup:
    tags = [
        tag("span", f"{sign} {getattr(point, name):,}", class_=name, title=words)
        for name, sign, words in _OUTCOMES
        if getattr(point, name)
    ]
    counts = tags or [tag("span", "never", class_="gap")]
    name = tag("b", point.name)
    return tag("li", name, tag("span", counts, class_="counts"), class_=None if tags else "missed")
