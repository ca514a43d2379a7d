"""Placeholders for what only an answer shows, such as `{{refund_id}}`; fills them in a request."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from contracts.payloads.record import Sent
from contracts.targets.target import Request

PLACEHOLDER = re.compile(r"\{\{([a-zA-Z_0-9]+)\}\}")
"""Filled in before sending: `run`, `token`, or what an earlier step saved."""

SPELLINGS: Final = ("cut", "altered", "encoded")
"""Endings of the names that `respellings` gives."""


@lru_cache(maxsize=16)
def respellings(name: str, text: str) -> Mapping[str, str]:
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


def placeholders(*texts: str) -> list[str]:
    """The names of the placeholders in some texts."""
    return [place[1] for text in texts for place in PLACEHOLDER.finditer(text)]


def filled(text: str, saved: Mapping[str, str]) -> str:
    """A text with its placeholders filled in.

    Raises:
        KeyError: nothing was saved under a name.
    """
    return PLACEHOLDER.sub(lambda place: saved[place[1]], text) if "{{" in text else text


def request_of(sent: Sent, saved: Mapping[str, str]) -> Request:
    """The request with its placeholders filled in, percent-encoded in a query.

    Raises:
        KeyError: nothing was saved under a name.
    """
    headers = tuple((name, filled(text, saved)) for name, text in sent.headers)
    body = sent.body
    if body is not None and b"{{" in body:
        body = filled(body.decode("latin-1"), saved).encode("latin-1")
    query = sent.query
    if "{{" in query:
        query = filled(query, {name: quote(text, safe="") for name, text in saved.items()})
    return Request(sent.method, filled(sent.path, saved), query, headers, body, sent.authorized)


def heard(request: Request, sent: Sent) -> Request:
    """The request as a server takes it, with only so much body as its length says."""
    return replace(request, body=(request.body or b"")[:-1]) if sent.framing == "short" else request


def framed(request: Request, sent: Sent) -> Request:
    """The request with the headers, and the bytes behind them, that make its framing."""
    body = request.body or b""
    if sent.framing == "chunked":
        half = len(body) // 2
        parts = (body[:half], body[half:])
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        headers = (*request.headers, ("transfer-encoding", "chunked"))
        return replace(request, headers=headers, body=chunks + b"0\r\n\r\n")
    wrong = {"short": -1, "long": 1}.get(sent.framing)
    if wrong is None:
        return request
    extra = (("content-length", str(len(body) + wrong)), ("connection", "close"))
    return replace(request, headers=(*request.headers, *extra))
