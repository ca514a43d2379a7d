"""Values, bodies and times as words that every format can carry; no markup of any format."""

import json
import re
import unicodedata
from base64 import b64encode
from typing import Any, Literal

# Marks that turn the reading direction could make a page lie about what was sent.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ESCAPED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def printable(text: str) -> str:
    r"""The text with each character that is not for print as its escape, such as `\x00`.

    Line feeds and tabs stay. What is left is valid in XML 1.0 and encodes as UTF-8.
    """
    if text.isprintable() and not _TURNING.intersection(text):
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    hidden = unicodedata.category(character) in _ESCAPED or character in _TURNING
    if hidden or ord(character) & 0xFFFE == 0xFFFE:
        return ascii(character)[1:-1]
    return character


def shown(value: Any) -> str:
    """What was expected or received as text; places that were left open read `<any uuid>`."""
    text = value if isinstance(value, str) else repr(value)
    return printable(_ADDRESS.sub("", text))


def clipped(text: str, most: int) -> str:
    """At most that many characters, and how many were left out."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n… {len(text) - most:,} more characters"


def body_text(body: bytes | None) -> str:
    """A body as one reads it: JSON indented, anything else as it stands, bytes escaped."""
    if not body:
        return ""
    try:
        return printable(json.dumps(json.loads(body), indent=2, ensure_ascii=False))
    except (ValueError, RecursionError):
        return printable(body.decode("utf-8", "backslashreplace"))


def encoded(body: bytes) -> tuple[Literal["text", "base64"], str]:
    """A body as JSON can carry it: as text where it is UTF-8, in base64 otherwise."""
    try:
        return "text", body.decode()
    except UnicodeDecodeError:
        return "base64", b64encode(body).decode()


def duration(seconds: float) -> str:
    """A time span for people, such as `0.26 s`, `12 s` or `3 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, such as `1 law` or `1,024 laws`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
