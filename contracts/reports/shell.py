"""Text as words of a POSIX shell: quoted, with variables in it, and long repetitions made by jq."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from contracts.targets.json_body import parsed

_REPEATED = re.compile(r"(?P<unit>[0-9A-Za-z]{1,16}?)(?P=unit){15,}")
_BRACED = re.compile(r"\$\{(\w+)\}(?!\w)")
_PLAIN = re.compile(r"[\w/.~:%?&=+@,;-]*", re.ASCII)

Names = Mapping[str, str]
"""Texts that stand in variables, with the names of these."""


def body_word(body: bytes, names: Names) -> tuple[str, list[str]]:
    """A body as one word, and the lines that it needs before."""
    text = _printable(body)
    if text is not None:
        return word(text, names), []
    octal = "".join(f"\\{byte:03o}" for byte in body)
    return '"@$T.in"', [f"printf '{octal}' > \"$T.in\""]


def _printable(body: bytes) -> str | None:
    """A body that a script can hold as text, JSON with escapes where it must; else None."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if text.isprintable():
        return None if text.startswith("@") else text
    if not _json(body) or any(c < " " or c == "\x7f" for c in text):
        return None
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _json(body: bytes) -> Any:
    """The JSON value of a body, or None."""
    try:
        return parsed(body)
    except ValueError:
        return None


def word(text: str, names: Names, *variables: str) -> str:
    """Text as one word of the shell, with variables in it and long repetitions made by jq.

    Args:
        text: that is quoted.
        names: texts to replace by variables.
        variables: names that stand in the text with a dollar sign, and stay variables.
    """
    known = {f"${name}": name for name in variables if f"${name}" in text}
    for value, name in names.items():
        known |= {form: name for form in (value, quote_plus(value)) if form in text}
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    pieces = re.split(f"({pattern})", text) if pattern else [text]
    if all(piece in known or _PLAIN.fullmatch(piece) for piece in pieces) and len(text) < 200:
        text = "".join(f"${{{known[p]}}}" if p in known else p for p in pieces)
        return '"' + _BRACED.sub(r"$\1", text) + '"'
    return "".join(f'"${known[p]}"' if p in known else _quoted(p) for p in pieces if p) or "''"


def _quoted(text: str) -> str:
    """Text in quotes; what is repeated in it comes from jq."""
    words, done = "", 0
    for found in _REPEATED.finditer(text):
        unit = found["unit"]
        count = len(found[0]) // len(unit)
        words += shlex.quote(text[done : found.start()]) if found.start() > done else ""
        words += f'"$(jq -nj \'"{unit}"*{count}\')"'
        done = found.end()
    rest = text[done:]
    return words + (shlex.quote(rest) if rest or not words else "")
