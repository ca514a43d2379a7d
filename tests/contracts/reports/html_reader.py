"""A strict reader of the page: a tree of elements, or an error where tags do not nest; no tests."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "input", "br", "hr"})


@dataclass
class Element:
    """An element with its attributes, its children and all text in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Every element below with this tag and these attributes."""
        found = []
        for child in self.children:
            wanted = not tag or child.tag == tag
            if wanted and attributes.items() <= child.attributes.items():
                found.append(child)
            found += child.all(tag, **attributes)
        return found


class Reader(HTMLParser):
    """Builds the tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one, which must be of that tag."""
        element = self._open.pop()
        assert element.tag == tag, f"</{tag}> closes <{element.tag}>"
        self._open[-1].text += element.text

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self._open[-1].text += data


def read(text: str) -> Element:
    """The tree of a page."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader._open == [reader.root], [element.tag for element in reader._open]
    return reader.root
