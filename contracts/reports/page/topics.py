"""The verdict by topic, as a table with a bar a row; single laws are in another section."""

from collections import Counter

from contracts.kernel.findings import Findings
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.parts import table_box
from contracts.reports.verdict import KEPT_FIRST, LABELS, Label, counts, topics

_WIDTH = 100
_ALONG: tuple[Label, ...] = ("kept", "skipped", "undecided", "known", "assumption", "broken")


def topics_section(findings: Findings) -> Markup:
    """One row a topic."""
    total = counts(findings)
    used: list[Label] = [name for name in KEPT_FIRST if total[name] or name in {"kept", "broken"}]
    head = [tag("th", LABELS[name], scope="col") for name in used]
    rows = [_row(topic, counts(findings, topic), used) for topic in topics(findings)]
    columns = tag("tr", tag("th", "topic", scope="col"), tag("td", class_="bar"), head)
    table = tag("table", tag("thead", columns), tag("tbody", rows), class_="numbers")
    body = table_box(table, "verdict by topic")
    return tag("section", tag("h2", "Verdict by topic"), body, id="topics")


def _row(topic: str, tally: Counter[Label], used: list[Label]) -> Markup:
    link = tag("a", topic.replace("-", " "), href=f"#topic-{topic}")
    cells = [tag("td", tally[name] or "·", class_=name if tally[name] else "zero") for name in used]
    return tag("tr", tag("th", link, scope="row"), tag("td", _bar(tally), class_="bar"), cells)


def _bar(tally: Counter[Label]) -> Markup:
    """Shares as lengths; the numbers beside it say the same."""
    total, left = sum(tally.values()), 0.0
    parts = []
    for name in _ALONG:
        width = _WIDTH * tally[name] / total if total else 0
        if width:
            place = {"x": f"{left:.2f}", "width": f"{width:.2f}"}
            parts.append(tag("rect", y="0", height="8", class_=name, **place))
        left += width
    view = f"0 0 {_WIDTH} 8"
    return tag("svg", parts, viewBox=view, preserveAspectRatio="none", aria_hidden="true")
