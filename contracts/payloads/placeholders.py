"""Places for what only an answer tells, such as `{{refund_id}}`, and the texts that fill them."""

import re
from collections.abc import Mapping
from typing import Final

PLACEHOLDER = re.compile(r"\{\{([a-zA-Z_0-9]+)\}\}")
"""A place to be filled in before sending: `run`, `token`, or what an earlier step saved."""

SPELLINGS: Final = ("cut", "altered", "encoded")
"""What may stand behind the name of a text: see `spelled`."""


def spelled(name: str, text: str) -> dict[str, str]:
    """A saved text under its name, and its other spellings under names made of that.

    The name in capitals is the text in capitals, `_cut` the text without its last character,
    `_altered` with another letter in the middle, and `_encoded` with each byte as `%XX`.
    """
    middle = len(text) // 2
    letter = "B" if text[middle : middle + 1] == "A" else "A"
    return {
        name: text,
        name.upper(): text.upper(),
        f"{name}_cut": text[:-1],
        f"{name}_altered": text[:middle] + letter + text[middle + 1 :],
        f"{name}_encoded": "".join(f"%{byte:02X}" for byte in text.encode()),
    }


def is_respelled(name: str) -> bool:
    """Whether a name stands for another spelling than the text itself."""
    return name.isupper() or name.rpartition("_")[2] in SPELLINGS


def places(*texts: str) -> list[str]:
    """The names of the places in some texts."""
    return [place[1] for text in texts for place in PLACEHOLDER.finditer(text)]


def filled(text: str, saved: Mapping[str, str]) -> str:
    """A text with its places filled in.

    Raises:
        KeyError: nothing was saved under a name.
    """
    return PLACEHOLDER.sub(lambda place: saved[place[1]], text) if "{{" in text else text
