"""Every law with its verdict, by topic; complete as it is, and a script may thin it out."""

from contracts.kernel.findings import Finding, Findings
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.parts import evidence_badge, verdict_badge
from contracts.reports.verdict import LABELS, counts, label, topics

_EVIDENCE = ("documented", "implied", "assumed")


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
    evidence = [_box("evidence", name, name) for name in _EVIDENCE]
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
    details = [tag("code", name), " · ", evidence_badge(finding), f" {law.source}"]
    details += _extras(finding)
    return tag(
        "li",
        verdict_badge(finding, findings),
        tag("div", tag("p", law.sentence), tag("p", details, class_="meta"), _reason(finding)),
        data_verdict=kind,
        data_evidence=law.evidence,
        data_words=words,
    )


def _extras(finding: Finding) -> list[str]:
    extras = [f" · rule {finding.law.rule}"] if finding.law.rule else []
    return [*extras, f" · {finding.driver} driver"] if finding.driver else extras


def _reason(finding: Finding) -> Markup | None:
    reason = finding.known or finding.reason
    return tag("p", reason, class_="reason") if reason else None
