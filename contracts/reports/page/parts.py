"""Small pieces that several sections of the page share: badges, code that scrolls, numbers."""

from contracts.kernel.findings import Finding, Findings
from contracts.reports.page.markup import Child, Markup, tag
from contracts.reports.texts import clipped
from contracts.reports.verdict import LABELS, Label, label

SIGNS: dict[Label, str] = {
    "broken": "✕",
    "assumption": "◆",
    "known": "≈",
    "kept": "✓",
    "undecided": "?",
    "skipped": "–",
}
MOST_TEXT = 8_000
_EVIDENCE = {
    "documented": "a vendor page, its OpenAPI document or an official SDK states it",
    "implied": "it follows from something documented, but no page says it outright",
    "assumed": "nobody outside the vendor knows; our choice, with a reason",
}


def badge(kind: Label) -> Markup:
    """A verdict as sign and words; the colour is an extra."""
    sign = tag("span", SIGNS[kind], aria_hidden="true")
    return tag("span", sign, f" {LABELS[kind]}", class_=f"badge {kind}")


def verdict_badge(finding: Finding, findings: Findings) -> Markup:
    """The badge of a finding."""
    return badge(label(finding, findings))


def evidence_badge(finding: Finding) -> Markup:
    """How well the promise is known."""
    evidence = finding.law.evidence
    return tag("span", evidence, class_=f"evidence {evidence}", title=_EVIDENCE[evidence])


def scrolled(text: str, name: str, class_: str = "", most: int = MOST_TEXT) -> Markup:
    """Text in a box that scrolls, by keyboard as well, and may be copied."""
    content = tag("code", clipped(text, most))
    return box(content, name, class_)


def box(content: Child, name: str, class_: str = "") -> Markup:
    """A box that scrolls."""
    words = f"box {class_}".strip()
    pre = tag("pre", content, class_=words, tabindex="0", role="region", aria_label=name)
    return tag("div", pre, class_="holder")


def table_box(table: Markup, name: str) -> Markup:
    """A table that scrolls sideways where it is too wide."""
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=name)
