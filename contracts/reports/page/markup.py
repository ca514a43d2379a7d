"""HTML by construction: text is escaped unless it was made here.

A template engine would be one more thing for every CI job to install, for one page.
"""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from contracts.reports.texts import printable


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
    return Markup(f"{opening}{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Markup:
    """Children one after the other."""
    return Markup("".join(map(_rendered, children)))


def raw(text: str) -> Markup:
    """Text of the project's own that goes into a page as it stands."""
    return Markup(text)


def _rendered(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str | int):
        return escape(printable(str(child)))
    return join(child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    spelled = name.rstrip("_").replace("_", "-")
    return f" {spelled}" if value is True else f' {spelled}="{escape(printable(str(value)))}"'
