"""Takes tokens, secrets and other people's rows out of all that is kept or printed."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from contracts.kernel.exchange import Exchange, answer_of
from contracts.kernel.findings import Finding, Findings
from contracts.kernel.law import Breach
from contracts.model import ID
from contracts.targets.target import Pairs, Reply, Request, encode, parsed

SECRET = "[redacted]"
FOREIGN = "[not ours]"
_SECRET_KEYS = frozenset({"access_token", "client_secret"})
_FORM_SECRET = re.compile(rb"(client_secret=)[^&]*")
_TOO_SHORT = 4


class Redaction:
    """Replaces secrets, and rows that are not ours.

    Args:
        secrets: texts such as the bearer token and the client secret.
        ours: ids of refunds that may be shown, which may grow later; None where all rows may.
    """

    def __init__(self, secrets: Collection[str], ours: Collection[str] | None = None) -> None:
        self._secrets = [text for text in secrets if len(text) >= _TOO_SHORT]
        self._ours = ours
        self._foreign: set[str] = set()

    def text(self, text: str) -> str:
        """A text without secrets, and without values of foreign rows seen so far."""
        for secret in self._secrets:
            text = text.replace(secret, SECRET)
        for value in sorted(self._foreign, key=len, reverse=True):
            if value in text:
                text = text.replace(value, FOREIGN)
        return text

    def exchange(self, exchange: Exchange) -> Exchange:
        """A copy that may be kept."""
        request = self._request(exchange.request)
        reply = self._reply(exchange.reply)
        before = replace(exchange.before, bearer=None)
        same = reply.body == exchange.reply.body
        answer = exchange.answer if same else answer_of(reply)
        return Exchange(request, reply, exchange.prediction, before, answer)

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
        return Breach(expected, received, exchanges, breach.law, difference=difference)

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
        return replace(request, headers=headers, query=query, body=self._body(request.body))

    def _header(self, name: str, value: str) -> str:
        if name.lower() != "authorization":
            return self.text(value)
        for secret in self._secrets:
            value = value.replace(secret, "$TOKEN")
        return value

    def _body(self, body: bytes | None) -> bytes | None:
        if not body or not any(key.encode() in body for key in _SECRET_KEYS):
            return body
        sent = _parsed(body)
        if isinstance(sent, dict):
            return encode(self._cleaned(sent))
        return _FORM_SECRET.sub(rb"\1" + SECRET.encode(), body)

    def _reply(self, reply: Reply) -> Reply:
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
        for secret in self._secrets:
            body = body.replace(secret.encode(), SECRET.encode())
        return body

    def _holds_secret(self, reply: Reply) -> bool:
        words = [word.encode() for word in (*self._secrets, *_SECRET_KEYS)]
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
        if self._ours is None or not isinstance(refund_id, str):
            return False
        return refund_id != FOREIGN and refund_id.lower() not in self._ours

    def _learn(self, row: dict[str, Any]) -> None:
        """Remember the values by which a foreign row could be known, to find them in texts."""
        for name in (ID, "refund_note", "check_number", "refund_timestamp"):
            value = row.get(name)
            if isinstance(value, str) and len(value) >= _TOO_SHORT:
                self._foreign.add(value)


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
