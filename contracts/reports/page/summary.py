"""The verdict on the page: in words, in numbers, by topic and by law."""

from collections import Counter
from datetime import datetime

from contracts.kernel.findings import Finding, Findings
from contracts.reports.page.markup import (
    EVIDENCE,
    Markup,
    evidence_badge,
    table_box,
    tag,
    verdict_badge,
)
from contracts.reports.texts import counted, duration
from contracts.reports.verdict import KEPT_FIRST, LABELS, Label, counts, headline, label, topics

_ALWAYS: tuple[Label, ...] = ("kept", "broken", "undecided")


def header(findings: Findings) -> Markup:
    """The verdict with its counts, then the facts of the run."""
    return tag(
        "header",
        tag("p", "Contract of the refunds API", class_="kicker"),
        tag("h1", headline(findings), id="verdict", tabindex="-1"),
        _tiles(findings),
        _facts(findings),
        _contents(findings),
        class_="top bad" if findings.exit_code else "top good",
    )


def _tiles(findings: Findings) -> Markup:
    tally = counts(findings)
    tiles = [
        tag(
            "li",
            tag("strong", f"{tally[name]:,}"),
            verdict_badge(name, class_=None),
            class_=f"tile {name if tally[name] else 'zero'}",
        )
        for name in KEPT_FIRST
        if tally[name] or name in _ALWAYS
    ]
    return tag("ul", tiles, class_="tiles", aria_label="laws by verdict")


def _facts(findings: Findings) -> Markup:
    kind = "the vendor's API" if findings.genuine else "a stand-in"
    began = datetime.fromisoformat(findings.began)
    moment = f"{began.day} {began:%B %Y, %H:%M:%S} UTC"
    facts: list[tuple[str, list[str]]] = [
        ("Target", [tag("code", findings.target), f" ({kind})"]),
        ("When", [tag("time", moment, datetime=findings.began)]),
        ("How long", [duration(findings.seconds), f", {counted(findings.requests, 'request')}"]),
        ("Seed", [tag("code", findings.seed)]),
        ("Drivers", [", ".join(findings.drivers) or "none"]),
        ("Profile", [f"{findings.profile}, tier {findings.tier}"]),
    ]
    rows = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts]
    return tag("dl", rows, class_="facts")


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


_WIDTH = 100
_ALONG: tuple[Label, ...] = ("kept", "skipped", "undecided", "known", "assumption", "broken")


def topics_section(findings: Findings) -> Markup:
    """One row a topic."""
    total = counts(findings)
    used: list[Label] = [name for name in KEPT_FIRST if total[name] or name in {"kept", "broken"}]
    head = [tag("td", class_="bar"), *(tag("th", LABELS[name], scope="col") for name in used)]
    rows = []
    for topic in topics(findings):
        tally = counts(findings, topic)
        link = tag("a", topic.replace("-", " "), href=f"#topic-{topic}")
        classes = {name: name if tally[name] else "zero" for name in used}
        cells = [tag("td", tally[name] or "·", class_=classes[name]) for name in used]
        rows.append((link, [tag("td", _bar(tally), class_="bar"), *cells]))
    table = table_box("verdict by topic", "topic", head, rows, "numbers")
    return tag("section", tag("h2", "Verdict by topic"), table, id="topics")


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


def laws_section(findings: Findings) -> Markup:
    """A list a topic."""
    lists = [_topic(topic, findings) for topic in topics(findings)]
    none = tag("p", "No law fits.", id="none", hidden=True)
    return tag("section", tag("h2", "All laws"), _filters(findings), lists, none, id="laws")


def _filters(findings: Findings) -> Markup:
    """Controls that the script brings to light; without it they stay hidden."""
    tally = counts(findings)
    find = tag("input", type="search", id="find", autocomplete="off", placeholder="word or id")
    verdicts = [_box("verdict", name, LABELS[name]) for name in LABELS if tally[name]]
    evidence = [_box("evidence", name, name) for name in EVIDENCE]
    return tag(
        "form",
        tag("p", tag("label", "Find ", find), " ", tag("output", id="shown")),
        tag("fieldset", tag("legend", "Verdict"), verdicts),
        tag("fieldset", tag("legend", "Evidence"), evidence),
        id="filters",
        hidden=True,
    )


def _box(group: str, value: str, words: str) -> Markup:
    check = tag("input", type="checkbox", name=group, value=value, checked=True)
    return tag("label", check, f" {words}")


def _topic(topic: str, findings: Findings) -> Markup:
    rows = [_law(f, findings) for f in findings.findings if f.law.topic == topic]
    tally = counts(findings, topic)
    count = ", ".join(f"{tally[name]} {LABELS[name]}" for name in LABELS if tally[name])
    title = tag("h3", topic.replace("-", " "), tag("small", count))
    return tag(
        "section", title, tag("ul", rows, class_="laws"), id=f"topic-{topic}", class_="topic"
    )


def _law(finding: Finding, findings: Findings) -> Markup:
    law, kind = finding.law, label(finding, findings)
    # The words of the rule and the driver are found as well, though only a few ask for them.
    words = f"{law.id} {law.sentence} {law.rule or ''} {finding.driver}".lower()
    name = tag("a", law.id, href=f"#broken-{law.id}") if finding.state == "broken" else law.id
    details = [tag("code", name), " · ", evidence_badge(law)]
    details += [f" · rule {law.rule}"] if law.rule else []
    details += [f" · {finding.driver} driver"] if finding.driver else []
    reason = finding.known or finding.reason
    why = tag("p", reason, class_="reason") if reason else None
    return tag(
        "li",
        verdict_badge(kind),
        tag("div", tag("p", law.sentence), tag("p", details, class_="meta"), why),
        data_verdict=kind,
        data_evidence=law.evidence,
        data_words=words,
    )
