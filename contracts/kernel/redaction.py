"""Takes tokens, secrets and other people's rows out of all that is kept or printed."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from contracts.kernel.departure import Departure, value_at
from contracts.kernel.exchange import Exchange
from contracts.kernel.known_texts import KnownTexts
from contracts.kernel.law import Breach
from contracts.model import ID
from contracts.model.changes import Change
from contracts.model.match import ABSENT
from contracts.targets.json_body import parsed
from contracts.targets.target import Pairs, Reply, Request, Send, encode

SECRET = "[redacted]"
FOREIGN = "[not ours]"
_SECRET_KEYS = frozenset({"access_token", "client_secret"})
_FORM_SECRET = re.compile(rb"(client_secret=)[^&]*")
_TOO_SHORT = 4
_ROW_MEMBERS = frozenset({"amount_cents", "non_insurance_payer", "allocations"})
"""What each refund in an answer has, and no other object."""

_TELLING = (ID, "refund_note", "check_number", "refund_timestamp")
"""The members by which a row could be known."""


class SeenRows:
    """A layer round a target's send that remembers the rows of all answers, ours among them.

    Attributes:
        texts: the values by which a row could be known, by its id in lower case.
    """

    def __init__(self) -> None:
        self.texts: dict[str, tuple[str, ...]] = {}

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, and remember."""
        reply = send(request)
        answer = reply.json_or_none() if reply.status < 300 else None
        items = answer.get("items") if isinstance(answer, dict) else None
        for row in (answer, *(items if isinstance(items, list) else ())):
            if isinstance(row, dict) and isinstance(row.get(ID), str):
                self.texts.setdefault(row[ID].lower(), _telling(row))
        return reply


class Redaction:
    """Replaces secrets, and rows that are not ours.

    Args:
        secrets: texts such as the bearer token and the client secret, which may grow later.
        ours: ids of refunds that may be shown, which may grow later; None where all rows may.
        tokens: more secrets, which may grow later.
        seen: the rows of all answers, which may grow later.
        may_name: whether a text may be shown even though a row that is not ours holds it.
    """

    def __init__(
        self,
        secrets: Collection[str],
        ours: Collection[str] | None = None,
        tokens: Collection[str] = (),
        seen: SeenRows | None = None,
        may_name: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        self._may_name = may_name
        self._sources = (secrets, tokens)
        self._secrets = KnownTexts(SECRET, few=True)
        self._bearers = KnownTexts("$TOKEN", few=True)
        self._counted = -1
        self._ours = ours
        self._foreign = KnownTexts(FOREIGN, few=False)
        self._seen = seen if seen is not None and ours is not None else SeenRows()
        self._looked_at = 0

    def text(self, text: str) -> str:
        """A text without secrets, and without values of foreign rows seen so far."""
        return self._known_foreign().without(self._known_secrets().without(text))

    def _known_secrets(self) -> KnownTexts:
        count = sum(map(len, self._sources))
        if count != self._counted:
            self._counted = count
            for text in (text for source in self._sources for text in source):
                # The first part of a signed token is the same in every token.
                public = text.find(".") + 1 if text.count(".") == 2 else 0
                self._secrets.add(text, public=public)
                self._bearers.add(text, public=len(text))
        return self._secrets

    def _known_foreign(self) -> KnownTexts:
        texts = self._seen.texts
        if len(texts) != self._looked_at:
            new = islice(texts.items(), self._looked_at, None)
            self._hide(v for key, row in new if not self._is_ours(key) for v in row)
            self._looked_at = len(texts)
        return self._foreign

    def _hide(self, texts: Iterable[str]) -> None:
        for text in texts:
            if not self._may_name(text):
                self._foreign.add(text)

    def _is_ours(self, refund_id: str) -> bool:
        return self._ours is None or refund_id.lower() in self._ours

    def exchange(self, exchange: Exchange) -> Exchange:
        """A copy that may be kept."""
        reply = self.reply(exchange.reply)
        request = self._request(exchange.request)
        before = replace(exchange.before, bearer=None)
        if reply.body == exchange.reply.body:
            return replace(exchange, request=request, reply=reply, before=before)
        return Exchange.of(request, reply, exchange.prediction, before)

    def breach(self, breach: Breach) -> Breach:
        """A copy that may be printed; a text that quotes a page shows the redacted page."""
        exchanges = tuple(self.exchange(exchange) for exchange in breach.exchanges)
        quotes = {
            old.summary(): new.summary()
            for old, new in zip(breach.exchanges, exchanges, strict=True)
        }
        expected = self._quoting(breach.expected, quotes)
        received = self._quoting(breach.received, quotes)
        difference = breach.difference
        if difference is not None:
            difference = replace(
                difference,
                at=self.text(difference.at),
                expected=self._cleaned(difference.expected),
                received=self._cleaned(difference.received),
            )
        law, basis = breach.law, breach.basis
        copy = Breach(expected, received, exchanges, law, None, difference, basis)
        copy.setup = tuple(self.exchange(exchange) for exchange in breach.setup)
        if breach.departure is not None:
            hidden = any(
                old.reply.body != new.reply.body
                for old, new in zip(breach.sequence, copy.sequence, strict=True)
            )
            copy.departure = self._departure(breach.departure, copy, hidden=hidden)
        return copy

    def _departure(self, found: Departure, shown: Breach, *, hidden: bool) -> Departure:
        """A copy that may be printed: of values those that the redacted answer still shows."""
        if found.at == "status":
            return found
        if found.is_own and (hidden or found.change.kind in {"law", "form"}):
            change = Change("law") if hidden else found.change
            return replace(found, change=change, expected=shown.expected, received=shown.received)
        due, came = self._cleaned(found.expected), self._cleaned(found.received)
        if isinstance(due, list) and isinstance(came, list) and found.at == "/items":
            due, came = ([self._known_id(key) for key in keys] for keys in (due, came))
        elif found.exchange is not None and not found.is_own and found.received is not ABSENT:
            answer = shown.sequence[found.exchange].answer
            if value_at(answer, found.place.split("/")[1:]) != found.received:
                return replace(found, change=Change("value"), expected=FOREIGN, received=FOREIGN)
        return replace(found, at=self.text(found.at), expected=due, received=came)

    def _known_id(self, key: Any) -> Any:
        return key if isinstance(key, str) and self._is_ours(key) else FOREIGN

    def _quoting(self, value: Any, quotes: dict[str, str]) -> Any:
        text = value if isinstance(value, str) else repr(value)
        for old, new in quotes.items():
            if text in old and len(text) > _TOO_SHORT and old != new:
                return new
            text = text.replace(old, new)
        cleaned = self.text(text)
        return value if cleaned == str(value) else cleaned

    def _request(self, request: Request) -> Request:
        headers = tuple((name, self._header(name, value)) for name, value in request.headers)
        query: Pairs | str
        if isinstance(request.query, str):
            query = self.text(request.query)
        else:
            query = tuple((self.text(name), self.text(value)) for name, value in request.query)
        path, body = self.text(request.path), self._body(request.body)
        return replace(request, path=path, headers=headers, query=query, body=body)

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "authorization":
            self._known_secrets()
            value = self._bearers.without(value)
        return self.text(value)

    def _body(self, body: bytes | None) -> bytes | None:
        if not body:
            return body
        sent = _parsed(body)
        if sent is None:
            return self._bytes(_FORM_SECRET.sub(rb"\1" + SECRET.encode(), body))
        cleaned = self._cleaned(sent, rows=False)
        return body if cleaned == sent else encode(cleaned)

    def reply(self, reply: Reply) -> Reply:
        """A copy of a reply that may be shown."""
        if self._ours is None and not self._holds_secret(reply):
            return reply
        answer = _parsed(reply.body)
        cleaned = self._cleaned(answer)
        body = self._unreadable(reply.body) if answer is None else reply.body
        body = body if cleaned == answer else encode(cleaned)
        headers: Pairs = tuple((self.text(n), self.text(value)) for n, value in reply.headers)
        return Reply(reply.status, headers, body, reply.elapsed)

    def _unreadable(self, body: bytes) -> bytes:
        """A body that is no JSON, without secrets, unless it may hold rows of others."""
        if self._ours is not None and ID.encode() in body:
            return f"[{len(body)} bytes that are no JSON and may hold what is not ours]".encode()
        return self._bytes(body)

    def _bytes(self, body: bytes) -> bytes:
        text = body.decode("utf-8", "surrogateescape")
        return self.text(text).encode("utf-8", "surrogateescape")

    def _holds_secret(self, reply: Reply) -> bool:
        if any(key.encode() in reply.body for key in _SECRET_KEYS):
            return True
        texts = (reply.body.decode("utf-8", "replace"), *(value for _, value in reply.headers))
        return any(map(self._known_secrets().are_in, texts))

    def cleaned(self, value: Any) -> Any:
        """A parsed document without secrets and foreign rows, its names included."""
        return self._cleaned(value)

    def _cleaned(self, value: Any, *, rows: bool = True) -> Any:
        if isinstance(value, list):
            return [self._cleaned(item, rows=rows) for item in value]
        if not isinstance(value, dict):
            return self.text(value) if isinstance(value, str) else value
        if rows and self._is_foreign(value):
            self._hide(_telling(value))
            return {ID: FOREIGN}
        return {
            self.text(key): SECRET if key in _SECRET_KEYS else self._cleaned(item, rows=rows)
            for key, item in value.items()
        }

    def _is_foreign(self, value: dict[str, Any]) -> bool:
        refund_id = value.get(ID)
        if self._ours is None or refund_id == FOREIGN:
            return False
        if isinstance(refund_id, str):
            return not self._is_ours(refund_id)
        # A row whose id is missing or no text counts as not ours.
        return ID in value or value.keys() >= _ROW_MEMBERS


def _telling(row: dict[str, Any]) -> tuple[str, ...]:
    """The values by which a row could be known."""
    values = (row.get(name) for name in _TELLING)
    return tuple(value for value in values if isinstance(value, str))


def _parsed(body: bytes) -> Any:
    try:
        return parsed(body) if body else None
    except ValueError:
        return None
