"""Operations by status and errorName, as a table with its gaps; other figures are elsewhere."""

from contracts.reports.coverage import Answer, Coverage
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.parts import table_box

Column = tuple[int, str]


def answers_section(figures: Coverage) -> Markup:
    """One row an operation, one column a kind of answer."""
    share = figures.shares["answers"]
    columns = sorted({(answer.status, answer.error_name) for answer in figures.answers})
    cells = {(a.operation, a.status, a.error_name): a for a in figures.answers}
    operations = list(dict.fromkeys(answer.operation for answer in figures.answers))
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
    title = tag("h3", "Answers", tag("small", f"{share.reached} of {share.possible}"))
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
