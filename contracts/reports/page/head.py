"""The top of the page: the verdict in words, the counts, what was run, and what else to know."""

from datetime import datetime

from contracts.kernel.findings import Findings
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.parts import SIGNS
from contracts.reports.texts import counted, duration
from contracts.reports.verdict import KEPT_FIRST, LABELS, Label, counts, headline

_ALWAYS: tuple[Label, ...] = ("kept", "broken", "undecided")


def header(findings: Findings) -> Markup:
    """The verdict with its counts, then the facts of the run."""
    tone = "bad" if findings.exit_code else "good"
    return tag(
        "header",
        tag("p", "Contract of the refunds API", class_="kicker"),
        tag("h1", headline(findings), id="verdict", tabindex="-1"),
        _tiles(findings),
        _facts(findings),
        _contents(findings),
        class_=f"top {tone}",
    )


def _tiles(findings: Findings) -> Markup:
    tally = counts(findings)
    shown = [name for name in KEPT_FIRST if tally[name] or name in _ALWAYS]
    tiles = [
        tag(
            "li",
            tag("strong", f"{tally[name]:,}"),
            tag("span", tag("span", SIGNS[name], aria_hidden="true"), f" {LABELS[name]}"),
            class_=f"tile {name if tally[name] else 'zero'}",
        )
        for name in shown
    ]
    return tag("ul", tiles, class_="tiles", aria_label="laws by verdict")


def _facts(findings: Findings) -> Markup:
    kind = "the vendor's API" if findings.genuine else "a stand-in"
    facts: list[tuple[str, list[str]]] = [
        ("Target", [tag("code", findings.target), f" ({kind})"]),
        ("When", [tag("time", _moment(findings.began), datetime=findings.began)]),
        ("How long", [duration(findings.seconds), f", {counted(findings.requests, 'request')}"]),
        ("Seed", [tag("code", findings.seed)]),
        ("Drivers", [", ".join(findings.drivers) or "none"]),
        ("Profile", [f"{findings.profile}, tier {findings.tier}"]),
    ]
    rows = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts]
    return tag("dl", rows, class_="facts")


def _moment(text: str) -> str:
    """An instant for people, in UTC as it was given."""
    try:
        began = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{began.day} {began:%B %Y, %H:%M:%S} UTC"


def _contents(findings: Findings) -> Markup:
    broken = any(finding.state == "broken" for finding in findings.findings)
    links = [("#failures", "What is broken")] if broken else []
    links += [("#topics", "By topic"), ("#laws", "All laws"), ("#coverage", "What was reached")]
    items = [tag("li", tag("a", words, href=target)) for target, words in links]
    return tag("nav", tag("ul", items), aria_label="on this page")


def notices(findings: Findings) -> Markup | None:
    """Surprises and problems, where there are any."""
    blocks = [
        _notice("Known failures that are no longer as written", findings.surprises, "bad"),
        _notice("What else to know", findings.problems, "mild"),
    ]
    return tag("div", blocks) if any(blocks) else None


def _notice(title: str, lines: tuple[str, ...], tone: str) -> Markup | None:
    if not lines:
        return None
    items = [tag("li", line) for line in lines]
    return tag("section", tag("h2", title), tag("ul", items), class_=f"notice {tone}")
