"""HTML by construction, and the small pieces that sections share: badges, boxes, tables.

Text is escaped unless it was made here. A template engine would be one more dependency for one
page.
"""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from contracts.kernel.findings import Finding, Findings
from contracts.reports.texts import printable
from contracts.reports.verdict import LABELS, Label, label


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"
Attribute = str | int | bool | None
_VOID = frozenset({"meta", "input", "br", "hr"})


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element.

    Args:
        name: of the element.
        children: text, which is escaped; elements; None for nothing; or lists of these.
        attributes: names with `_` for `-`, and a last `_` for a name that Python keeps; True for
            one without a value, False and None for none.
    """
    opening = f"<{name}{''.join(_attribute(*pair) for pair in attributes.items())}>"
    if name in _VOID:
        return Markup(opening)
    return Markup(f"{opening}{_rendered(children)}</{name}>")


def _rendered(child: Child) -> str:
    if child is None or isinstance(child, Markup):
        return child or ""
    if isinstance(child, str | int):
        return escape(printable(str(child)))
    return "".join(map(_rendered, child))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    spelled = name.rstrip("_").replace("_", "-")
    return f" {spelled}" if value is True else f' {spelled}="{escape(printable(str(value)))}"'


SIGNS: dict[Label, str] = {
    "broken": "✕",
    "assumption": "◆",
    "known": "≈",
    "kept": "✓",
    "undecided": "?",
    "skipped": "–",
}
_EVIDENCE = {
    "documented": "a vendor page, its OpenAPI document or an official SDK states it",
    "implied": "it follows from something documented, but no page says it outright",
    "assumed": "nobody outside the vendor knows; our choice, with a reason",
}


def verdict_badge(finding: Finding, findings: Findings) -> Markup:
    """The verdict of a finding as sign and words; the colour is an extra."""
    kind = label(finding, findings)
    sign = tag("span", SIGNS[kind], aria_hidden="true")
    return tag("span", sign, f" {LABELS[kind]}", class_=f"badge {kind}")


def evidence_badge(finding: Finding) -> Markup:
    """How well the promise is known."""
    evidence = finding.law.evidence
    return tag("span", evidence, class_=f"evidence {evidence}", title=_EVIDENCE[evidence])


def box(content: Child, name: str, class_: str = "") -> Markup:
    """A box that scrolls, by keyboard as well."""
    words = f"box {class_}".strip()
    pre = tag("pre", content, class_=words, tabindex="0", role="region", aria_label=name)
    return tag("div", pre, class_="holder")


def table_box(table: Markup, name: str) -> Markup:
    """A table that scrolls sideways where it is too wide."""
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=name)
