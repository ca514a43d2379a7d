"""What the requests reached, on the page: answers as a table, bounds and branches as points."""

from collections.abc import Iterable

from contracts.kernel.findings import Findings
from contracts.reports.coverage import Coverage, coverage
from contracts.reports.coverage.points import Answer, CoveragePoint, Group
from contracts.reports.page.markup import SIGNS, Markup, table_box, tag

Column = tuple[int, str]


def coverage_section(findings: Findings) -> Markup:
    """The answers, the bounds and the branches."""
    reached = coverage(findings.exchanges)
    sent, kept = findings.requests, reached.requests
    few = (
        f" Of {sent:,} requests sent, {kept:,} were kept for these figures." if kept < sent else ""
    )
    return tag(
        "section",
        tag("h2", "What the requests reached"),
        tag("p", f"Reckoned from requests and replies alone.{few}", class_="note"),
        _answers(reached),
        _points(
            "bounds",
            tag("h3", "Both sides of each bound", _share(reached, "bounds")),
            "Each value at a bound, next to it and beyond it, and whether it was accepted. ",
            reached.bounds,
        ),
        _points(
            "branches",
            tag("h3", "Branches of unions, enums and fields", _share(reached, "branches")),
            "Each member of a union or an enum, and each field that may be left out. ",
            reached.branches,
        ),
        id="coverage",
    )


def _share(reached: Coverage, name: str) -> Markup:
    share = reached.shares[name]
    return tag("small", f"{share.reached} of {share.possible}")


def _answers(reached: Coverage) -> Markup:
    """One row an operation, one column a kind of answer."""
    columns = sorted({(answer.status, answer.error_name) for answer in reached.answers})
    cells = {(a.operation, a.status, a.error_name): a for a in reached.answers}
    operations = list(dict.fromkeys(answer.operation for answer in reached.answers))
    head = tag("tr", tag("th", "operation", scope="col"), [_head(column) for column in columns])
    rows = [
        tag(
            "tr",
            tag("th", tag("code", operation), scope="row"),
            [_cell(cells.get((operation, *column))) for column in columns],
        )
        for operation in operations
    ]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="numbers answers")
    title = tag("h3", "Answers", _share(reached, "answers"))
    note = tag(
        "p",
        "How often each operation gave each status and errorName. ",
        tag("span", "never", class_="gap"),
        ": the contract lists it and it did not come. ",
        tag("span", "1*", class_="extra"),
        ": it came, though the vendor's reference does not list it there.",
        class_="note",
    )
    return tag("section", title, note, table_box(table, "answers"))


def _head(column: Column) -> Markup:
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


def _points(class_: str, title: Markup, words: str, groups: Iterable[Group]) -> Markup:
    """A row of points a group."""
    note = tag(
        "p",
        words,
        tag("span", "✓ accepted", class_="accepted"),
        ", ",
        tag("span", "✕ refused", class_="refused"),
        ", ",
        tag("span", "never", class_="gap"),
        " sent.",
        class_="note",
    )
    return tag("section", title, note, [_group(group) for group in groups], class_=class_)


def _group(group: Group) -> Markup:
    points = [_point(point) for point in group.points]
    return tag("div", tag("h4", group.name), tag("ul", points, class_="points"), class_="group")


def _point(point: CoveragePoint) -> Markup:
    tags = [
        tag("span", f"{_SIGNS[outcome]} {number:,}", class_=outcome, title=outcome)
        for outcome, number in point.outcomes.items()
    ]
    counts = tags or [tag("span", "never", class_="gap")]
    name = tag("b", point.name)
    return tag("li", name, tag("span", counts, class_="counts"), class_=None if tags else "missed")
