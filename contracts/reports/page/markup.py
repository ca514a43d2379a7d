"""HTML by construction, and the small pieces that sections share: badges, boxes, tables.

Text is escaped unless it was made here. A template engine would be one more dependency for one
page.
"""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from contracts.kernel.law import Law
from contracts.reports.texts import printable
from contracts.reports.verdict import LABELS, Label


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


def note(*children: Child) -> Markup:
    """A remark in small print."""
    return tag("p", *children, class_="note")


SIGNS: dict[Label, str] = {
    "broken": "✕",
    "assumption": "◆",
    "known": "≈",
    "kept": "✓",
    "undecided": "?",
    "skipped": "–",
}
EVIDENCE = {
    "documented": "a vendor page, its OpenAPI document or an official SDK states it",
    "implied": "it follows from something documented, but no page says it outright",
    "assumed": "nobody outside the vendor knows; our choice, with a reason",
}


def verdict_badge(kind: Label, class_: str | None = "badge") -> Markup:
    """A verdict as sign and words; the colour is an extra."""
    sign = tag("span", SIGNS[kind], aria_hidden="true")
    classes = f"{class_} {kind}" if class_ else None
    return tag("span", sign, f" {LABELS[kind]}", class_=classes)


def evidence_badge(law: Law) -> Markup:
    """How well the promise is known, and where it is written."""
    title = EVIDENCE[law.evidence]
    badge = tag("span", law.evidence, class_=f"evidence {law.evidence}", title=title)
    return Markup(f"{badge} {_rendered(law.source)}")


def box(content: Child, name: str, class_: str = "") -> Markup:
    """A box that scrolls, by keyboard as well."""
    words = f"box {class_}".strip()
    pre = tag("pre", content, class_=words, tabindex="0", role="region", aria_label=name)
    return tag("div", pre, class_="holder")


def table_box(
    name: str, corner: str, head: Child, rows: Iterable[tuple[Child, Child]], class_: str
) -> Markup:
    """A table that scrolls sideways where it is too wide; a row is its heading and its cells."""
    columns = tag("tr", tag("th", corner, scope="col"), head)
    body = [tag("tr", tag("th", title, scope="row"), cells) for title, cells in rows]
    table = tag("table", tag("thead", columns), tag("tbody", body), class_=class_)
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=name)
