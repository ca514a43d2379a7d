"""A front end that plants secrets and others' values wherever an answer has room for text."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote

from contracts.kernel.replay_token import document_of
from contracts.model import ID, REFUNDS
from contracts.targets.credentials import TOKEN_PATH
from tests.legitimate.front import Answer, Call, Pass

CLIENT_SECRET = 'Cs"1/+Qm8ZrT4vYb7KpXw2LnHd5JgFs9AeUc3RtVy6BqNz0MiOj/Wk+GhEuSlPxD'
TOKEN = "tk-7Fq2LmZx9RvBn4TcYw8KpHs3JdGa6UeXo1IrVt5MzQb0NyWl+CgEfSh/PuDkOj"[:64]
HEADER_KEY = "hk-5Gb9TnXq2WvLc7RmZy4KfHd8JsPa3UeYo6IrBt1MxVz0QnCw.EgAlSk_FuDhOp"[:64]
NOTE = 'For Mrs. Somebody\'s "second" visit / 50% + the copay of 12 January!'[:64]
NUMBER = "98-Kq7ZvTn3XcWb5LmRy9HdJs2GfPa8UeYo4IrBt6MxVz1QnCwEgAlSkFuDhOpTi"[:64]
SECRETS = {"client secret": CLIENT_SECRET, "token": TOKEN, "header key": HEADER_KEY}
THEIRS = {"note": NOTE, "check number": NUMBER}

FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "percent-encoded": lambda text: quote(text, safe=""),
    "base64": lambda text: b64encode(f"u:{text}".encode()).decode(),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "cut": lambda text: text[:-1],
}
"""How a text may be written."""

_WINDOW = 24


def _planted(texts: Iterable[str]) -> str:
    """Texts in every form, in one line that a header can hold."""
    return " ".join(form(text) for text in texts for form in FORMS.values())


PLANTED = _planted((*SECRETS.values(), *THEIRS.values()))
_SECRETS_ALONE = _planted(SECRETS.values())


class Leaky:
    """Plants secrets into headers, errors, pages, and into members and names of members.

    Others' refunds in its stand-in are expected to hold `THEIRS`. A client knows these values by
    the rows that it has read, so they are planted from the first list on that shows them.

    Attributes:
        deletes: whether a DELETE is carried out.
        shown: whether a list has shown them.
    """

    def __init__(self) -> None:
        self.deletes = True
        self.shown = False
        self._count = 0

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call."""
        self._count += 1
        if call.path == TOKEN_PATH:
            answer = pass_on(call)
            known = answer.json() if answer.status == 200 else None
            return answer if known is None else answer.with_json({**known, "access_token": TOKEN})
        if call.method == "DELETE" and not self.deletes:
            return Answer(500, (("content-type", "text/plain"),), self.text.encode())
        answer = self._odd(call) or self._planted(pass_on(call))
        return answer.with_header("x-debug", self.text).with_header("etag", self.text[:200])

    @property
    def text(self) -> str:
        """What is planted."""
        return PLANTED if self.shown else _SECRETS_ALONE

    def _odd(self, call: Call) -> Answer | None:
        """Now and then something else than the API, once the first calls are over."""
        if self._count < 60 or call.method != "GET" or call.path == REFUNDS:
            return None
        if self._count % 31 == 0:
            return Answer(500, (("content-type", "text/plain"),), self.text.encode())
        if self._count % 37 == 0:
            page = f"<html><body>{self.text}</body></html>".encode()
            return Answer(502, (("content-type", "text/html"),), page)
        if self._count % 41 == 0:
            return Answer(302, (("location", f"/login?back={quote(self.text)}"),))
        return None

    def _planted(self, answer: Answer) -> Answer:
        body = answer.json()
        if not isinstance(body, dict):
            return answer
        if answer.status >= 400:
            return answer.with_json(self._with_message({**body, "debug": self.text, self.text: 1}))
        if "items" in body:
            self.shown = self.shown or NOTE in str(body)
            return answer.with_json({**body, "debug": self.text, self.text[:300]: [self.text]})
        if ID not in body:
            return answer
        body = {**body, "debug": [self.text], self.text: {"x": self.text}}
        return replace(answer.with_json(self._with_note(body)), status=answer.status)

    def _with_note(self, row: dict[str, Any]) -> dict[str, Any]:
        """A refund whose note is another, which breaks laws that quote it."""
        return {**row, "refund_note": self.text} if row.get("refund_note") else row

    def _with_message(self, error: dict[str, Any]) -> dict[str, Any]:
        content = error.get("content")
        return {**error, "content": {**content, "message": self.text}} if content else error


def leaks(text: str, values: dict[str, str]) -> list[str]:
    """Which values, in which form, a text shows 24 letters in a row of.

    The text is also read as HTML and as JSON, and what replay tokens in it hold is read as well.
    """
    seen = [text, unescape(text), _unquoted(text), _unquoted(unescape(text)), *_packed(text)]
    found = []
    for name, value in values.items():
        for form, pieces in _pieces(value).items():
            if any(piece in one for one in seen for piece in pieces):
                found.append(f"{name}, {form}")
    return found


def _pieces(value: str) -> dict[str, set[str]]:
    whole = {name: form(value) for name, form in FORMS.items() if name not in {"base64", "cut"}}
    pieces = {name: _windows(text) for name, text in whole.items()}
    coded = (b64encode(b"\0" * shift + value.encode()).decode()[4:-4] for shift in range(3))
    return {**pieces, "base64": {piece for text in coded for piece in _windows(text)}}


def _windows(text: str) -> set[str]:
    return {text[at : at + _WINDOW] for at in range(len(text) - _WINDOW + 1)}


def _unquoted(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\").replace("\\/", "/")


def _packed(text: str) -> list[str]:
    """What replay tokens hold."""
    words = {word.strip("\"'`<>,") for word in unescape(text).split() if "c1." in word}
    tokens = {word[word.index("c1.") :] for word in words}
    return [json.dumps(document_of(token), ensure_ascii=False) for token in tokens]
