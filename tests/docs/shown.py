"""Whether what a document shows is what came, `...` standing for whatever was left out."""

from __future__ import annotations

import re
from functools import cache

from tests.docs.documents import ROOT

__all__ = ["same", "settled"]

_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "<instant>"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"), "<token>"),
    (re.compile(r'(?<="uptime_seconds": )[\d.]+'), "<seconds>"),
    (re.compile(r"(?<=KEY-----\n)[\w+/=.\n]+(?=\n-----END)"), "<key>"),
)


def same(shown: str, came: str, language: str) -> bool:
    """Whether `came` is `shown` with something in the place of every `...`.

    Ids that are drawn, instants and tokens count as equal. Of JSON the line breaks and the
    indentation are free, since a server sends none.
    """
    shown, came = settled(shown), settled(came)
    if language == "json":
        shown, came = ("".join(text.split()) for text in (shown, came))
    pattern = ".*".join(re.escape(piece) for piece in shown.split("..."))
    return re.fullmatch(pattern, came, flags=re.DOTALL) is not None


def settled(text: str) -> str:
    """The text with a word in the place of all that changes from run to run."""
    for changing, word in _CHANGING:
        text = changing.sub(word, text)
    text = _UUID.sub(lambda found: found[0] if found[0] in _known() else "<id>", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@cache
def _known() -> frozenset[str]:
    """The ids that stand in a shipped fixture: these never change."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "fixtures").glob("*.json")]
    return frozenset(found for text in texts for found in _UUID.findall(text))
