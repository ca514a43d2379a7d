"""Every text on the page stands out from what is behind it, by day and by night."""

import re
from importlib.resources import files

import pytest

BEHIND = {
    "paper": ("ink", "soft", "link", "kept", "broken", "open", "known", "assumption"),
    "card": ("ink", "soft", "link", "kept", "broken", "open", "known", "assumption"),
    "code": ("ink", "soft", "kept", "broken"),
    "kept-bg": ("kept", "ink"),
    "broken-bg": ("broken", "ink"),
    "assumption-bg": ("assumption",),
    "known-bg": ("known", "ink"),
    "open-bg": ("open",),
}
PAIRS = [(behind, text) for behind, texts in BEHIND.items() for text in texts]


def _schemes() -> list[dict[str, str]]:
    css = files("contracts.reports.page").joinpath("base.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", block)) for block in blocks]


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("behind", "text"), PAIRS)
def test_text_stands_out(scheme: int, behind: str, text: str) -> None:
    """The contrast is 4.5 to 1 at least, as WCAG 2.2 AA asks for."""
    colours = _schemes()[scheme]
    one, other = sorted((_light(colours[behind]), _light(colours[text])))
    assert (other + 0.05) / (one + 0.05) >= 4.5, (colours[behind], colours[text])


def test_both_schemes_have_the_same_colours() -> None:
    """No colour is forgotten at night."""
    light, dark = _schemes()
    assert light.keys() == dark.keys()
