"""What the requests reached, on the page: answers as a table, bounds and branches as points."""

from collections.abc import Iterable

from contracts.kernel.findings import Findings
from contracts.reports.coverage import Coverage, coverage
from contracts.reports.coverage.points import Answer, CoveragePoint, Group
from contracts.reports.page.markup import SIGNS, Markup, note, table_box, tag

_NEVER = tag("span", "never", class_="gap")


def coverage_section(findings: Findings) -> Markup:
    """The answers, the bounds and the branches."""
    reached = coverage(findings.exchanges)
    sent, kept = findings.requests, reached.requests
    few = f" Of {sent:,} requests sent, {kept:,} were kept for these figures."
    branches = "Branches of unions, enums and fields"
    return tag(
        "section",
        tag("h2", "What the requests reached"),
        note("Reckoned from requests and replies alone.", few if kept < sent else ""),
        _answers(reached, _title(reached, "answers", "Answers")),
        _points("bounds", _title(reached, "bounds", "Both sides of each bound"), reached.bounds),
        _points("branches", _title(reached, "branches", branches), reached.branches),
        id="coverage",
    )


def _title(reached: Coverage, name: str, words: str) -> Markup:
    share = reached.shares[name]
    return tag("h3", words, tag("small", f"{share.reached} of {share.possible}"))


def _answers(reached: Coverage, title: Markup) -> Markup:
    """One row an operation, one column a kind of answer."""
    columns = sorted({(answer.status, answer.error_name) for answer in reached.answers})
    cells = {(a.operation, a.status, a.error_name): a for a in reached.answers}
    rows = {
        answer.operation: [_cell(cells.get((answer.operation, *column))) for column in columns]
        for answer in reached.answers
    }
    about = note(
        "How often each operation gave each status and errorName. ",
        _NEVER,
        ": the contract lists it and it did not come. ",
        tag("span", "1*", class_="extra"),
        ": it came, though the vendor's reference does not list it there.",
    )
    head = [_head(column) for column in columns]
    titled = [(tag("code", operation), row) for operation, row in rows.items()]
    table = table_box("answers", "operation", head, titled, "numbers answers")
    return tag("section", title, about, table)


def _head(column: tuple[int, str]) -> Markup:
    status, name = column
    words = name.removesuffix("Error")
    return tag("th", tag("b", status), tag("span", words or "—", title=name or None), scope="col")


def _cell(answer: Answer | None) -> Markup:
    if answer is None:
        return tag("td", "·", class_="zero")
    if not answer.seen:
        return tag("td", "never", class_="gap")
    star = "" if answer.known else "*"
    return tag("td", f"{answer.seen:,}{star}", class_="seen" if answer.known else "extra")


_SIGNS = {"accepted": SIGNS["kept"], "refused": SIGNS["broken"], "failed": "!"}


_WORDS = {
    "bounds": "Each value at a bound, next to it and beyond it, and whether it was accepted. ",
    "branches": "Each member of a union or an enum, and each field that may be left out. ",
}


def _points(name: str, title: Markup, groups: Iterable[Group]) -> Markup:
    """A row of points a group."""
    accepted = tag("span", "✓ accepted", class_="accepted")
    refused = tag("span", "✕ refused", class_="refused")
    about = note(_WORDS[name], accepted, ", ", refused, ", ", _NEVER, " sent.")
    return tag("section", title, about, map(_group, groups), class_=name)


def _group(group: Group) -> Markup:
    points = tag("ul", map(_point, group.points), class_="points")
    return tag("div", tag("h4", group.name), points, class_="group")


def _point(point: CoveragePoint) -> Markup:
    tags = [
        tag("span", f"{_SIGNS[outcome]} {number:,}", class_=outcome, title=outcome)
        for outcome, number in point.outcomes.items()
    ]
    counts = tag("span", tags or _NEVER, class_="counts")
    return tag("li", tag("b", point.name), counts, class_=None if tags else "missed")
