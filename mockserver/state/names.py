"""Names of worlds and snapshots: which text can be one, and how a path or a header writes it."""

from __future__ import annotations

import re
from urllib.parse import quote

__all__ = ["LONGEST_NAME", "NAME", "in_path", "is_name"]

LONGEST_NAME = 512
NAME = f"text of 1 to {LONGEST_NAME} characters"
"""What a name is, for messages."""

_SAFE = "~@+:|="
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~@+:|=-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_name(text: str) -> bool:
    """Whether a text, such as a client id, can be a name: any that UTF-8 can encode."""
    return 0 < len(text) <= LONGEST_NAME and (text.isascii() or not _SURROGATE.search(text))


def in_path(name: str) -> str:
    """The name as one segment of a path, which is legal in a header too: percent-encoded where it
    must be.
    """
    if _PLAIN.fullmatch(name):
        return name
    text = quote(name, safe=_SAFE)
    return text if text.strip(".") else text.replace(".", "%2E")
