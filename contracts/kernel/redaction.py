"""Takes tokens, secrets and other people's rows out of all that is kept or printed."""

import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.kernel.law import Breach
from contracts.model import ID
from contracts.targets.target import Pairs, Reply, Request, encode, parsed

SECRET = "[redacted]"
FOREIGN = "[not ours]"
_SECRET_KEYS = frozenset({"access_token", "client_secret"})
_FORM_SECRET = re.compile(rb"(client_secret=)[^&]*")
_TOO_SHORT = 4
_PIECE = 12
_ROW_MEMBERS = frozenset({"amount_cents", "non_insurance_payer", "allocations"})
"""What each refund in an answer has, and no other object."""


class Redaction:
    """Replaces secrets, and rows that are not ours.

    Args:
        secrets: texts such as the bearer token and the client secret.
        ours: ids of refunds that may be shown, which may grow later; None where all rows may.
    """

    def __init__(self, secrets: Collection[str], ours: Collection[str] | None = None) -> None:
        self._secrets = list(dict.fromkeys(form for text in secrets for form in _forms(text)))
        self._pieces = [piece for text in secrets for piece in _pieces(text)]
        self._ours = ours
        self._foreign: set[str] = set()

    def text(self, text: str) -> str:
        """A text without secrets, and without values of foreign rows seen so far."""
        text = self._without_secrets(text)
        for value in sorted(self._foreign, key=len, reverse=True):
            if value in text:
                text = text.replace(value, FOREIGN)
        return text

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, SECRET)
        for secret, piece, at in self._pieces:
            if piece in text:
                text = _without_piece(text, secret, piece, at)
        return text

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
            difference = replace(difference, received=self._cleaned(difference.received))
        return Breach(expected, received, exchanges, breach.law, None, difference, breach.basis)

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
        query = self.text(request.query) if isinstance(request.query, str) else request.query
        path, body = self.text(request.path), self._body(request.body)
        return replace(request, path=path, headers=headers, query=query, body=body)

    def _header(self, name: str, value: str) -> str:
        if name.lower() != "authorization":
            return self.text(value)
        for secret in self._secrets:
            value = value.replace(secret, "$TOKEN")
        return self._without_secrets(value)

    def _body(self, body: bytes | None) -> bytes | None:
        if not body or not any(key.encode() in body for key in _SECRET_KEYS):
            return body
        sent = _parsed(body)
        if isinstance(sent, dict):
            return encode(self._cleaned(sent))
        return _FORM_SECRET.sub(rb"\1" + SECRET.encode(), body)

    def reply(self, reply: Reply) -> Reply:
        """A copy of a reply that may be shown."""
        if self._ours is None and not self._holds_secret(reply):
            return reply
        answer = _parsed(reply.body)
        cleaned = self._cleaned(answer)
        body = self._unreadable(reply.body) if answer is None else reply.body
        body = body if cleaned == answer else encode(cleaned)
        headers: Pairs = tuple((name, self.text(value)) for name, value in reply.headers)
        return Reply(reply.status, headers, body, reply.elapsed)

    def _unreadable(self, body: bytes) -> bytes:
        """A body that is no JSON, without secrets, unless it may hold rows of others."""
        if self._ours is not None and ID.encode() in body:
            return f"[{len(body)} bytes that are no JSON and may hold what is not ours]".encode()
        text = body.decode("utf-8", "surrogateescape")
        return self._without_secrets(text).encode("utf-8", "surrogateescape")

    def _holds_secret(self, reply: Reply) -> bool:
        pieces = (piece for _, piece, _ in self._pieces)
        words = [word.encode() for word in (*self._secrets, *pieces, *_SECRET_KEYS)]
        if any(word in reply.body for word in words):
            return True
        return any(secret in value for _, value in reply.headers for secret in self._secrets)

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._cleaned(item) for item in value]
        if not isinstance(value, dict):
            return self.text(value) if isinstance(value, str) and self._secrets else value
        if self._is_foreign(value):
            self._learn(value)
            return {ID: FOREIGN}
        return {
            key: SECRET if key in _SECRET_KEYS else self._cleaned(item)
            for key, item in value.items()
        }

    def _is_foreign(self, value: dict[str, Any]) -> bool:
        refund_id = value.get(ID)
        if self._ours is None or refund_id == FOREIGN:
            return False
        if isinstance(refund_id, str):
            return refund_id.lower() not in self._ours
        # A row whose id is missing or no text counts as not ours.
        return ID in value or value.keys() >= _ROW_MEMBERS

    def _learn(self, row: dict[str, Any]) -> None:
        """Remember the values by which a foreign row could be known, to find them in texts."""
        for name in (ID, "refund_note", "check_number", "refund_timestamp"):
            value = row.get(name)
            if isinstance(value, str) and len(value) >= _TOO_SHORT:
                self._foreign.add(value)


def _forms(secret: str) -> list[str]:
    """A secret as it is, percent-encoded, escaped in JSON, and in base64 at each alignment."""
    if len(secret) < _TOO_SHORT:
        return []
    forms = [secret, quote(secret, safe=""), json.dumps(secret)[1:-1]]
    if len(secret) >= _PIECE:
        raw = secret.encode()
        for shift in range(3):
            coded = b64encode(b"\0" * shift + raw).decode()
            # The first and the last letters depend on the text beside the secret.
            forms.append(coded[-(-shift * 8 // 6) : len(coded) - 4 if len(coded) > 8 else None])
    return [form for form in forms if len(form) >= _TOO_SHORT]


def _pieces(secret: str) -> list[tuple[str, str, int]]:
    """Pieces of a secret with their places, one of which is in each part of 24 characters.

    The first part of a signed token is the same in every token, so it is no secret.
    """
    start = secret.find(".") + 1 if secret.count(".") == 2 else 0
    places = range(start, len(secret) - _PIECE + 1, _PIECE)
    return [(secret, secret[at : at + _PIECE], at) for at in places]


def _without_piece(text: str, secret: str, piece: str, at: int) -> str:
    """A text without the parts of a secret that contain a piece of it."""
    while (found := text.find(piece)) >= 0:
        start, end = found, found + len(piece)
        left, right = at, at + len(piece)
        while start and left and text[start - 1] == secret[left - 1]:
            start, left = start - 1, left - 1
        while end < len(text) and right < len(secret) and text[end] == secret[right]:
            end, right = end + 1, right + 1
        text = text[:start] + SECRET + text[end:]
    return text


def _parsed(body: bytes) -> Any:
    try:
        return parsed(body) if body else None
    except ValueError:
        return None


_SIGNED = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
"""A signed token, by its three parts."""


def redact(findings: Findings, *, exchanges: bool) -> Findings:
    """The findings without any token that occurs in their exchanges; twice changes nothing.

    Args:
        findings: of a run.
        exchanges: whether the kept exchanges are shown, and so redacted as well.
    """
    kept = findings.exchanges
    if exchanges:
        kept = tuple(_redaction_of([exchange]).exchange(exchange) for exchange in kept)
    redacted = tuple(_redact_finding(finding) for finding in findings.findings)
    return replace(findings, findings=redacted, exchanges=kept)


def _redact_finding(finding: Finding) -> Finding:
    breach = finding.breach
    if breach is None:
        return finding
    return replace(finding, breach=_redaction_of(breach.exchanges).breach(breach))


def _redaction_of(exchanges: Iterable[Exchange]) -> Redaction:
    # A token cut short is a secret too; the whole one goes first.
    return Redaction(sorted(_secrets(exchanges), key=len, reverse=True))


def _secrets(exchanges: Iterable[Exchange]) -> set[str]:
    found = set()
    for exchange in exchanges:
        given = exchange.answer.get("access_token") if isinstance(exchange.answer, dict) else None
        found |= {text for text in (exchange.before.bearer, given) if isinstance(text, str)}
        found |= set(_SIGNED.findall(exchange.request.header("authorization") or ""))
    return found - {SECRET}
