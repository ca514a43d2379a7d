"""The last look before a report is written: no token and no secret leaves; no format."""

import re
from collections.abc import Iterable
from dataclasses import replace

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.kernel.redaction import SECRET, Redaction

_SIGNED = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
"""A signed token, by its three parts."""


def guarded(findings: Findings, *, exchanges: bool) -> Findings:
    """The findings without any token that their exchanges know of.

    Args:
        findings: mostly redacted already; doing so twice changes nothing.
        exchanges: whether the kept exchanges are to be shown, and so looked through as well.
    """
    kept = findings.exchanges
    if exchanges:
        kept = tuple(_redaction([exchange]).exchange(exchange) for exchange in kept)
    told = tuple(_guarded(finding) for finding in findings.findings)
    return replace(findings, findings=told, exchanges=kept)


def _guarded(finding: Finding) -> Finding:
    breach = finding.breach
    if breach is None:
        return finding
    return replace(finding, breach=_redaction(breach.exchanges).breach(breach))


def _redaction(exchanges: Iterable[Exchange]) -> Redaction:
    # A token cut short is a secret too; the whole one goes first.
    return Redaction(sorted(_secrets(exchanges), key=len, reverse=True))


def _secrets(exchanges: Iterable[Exchange]) -> set[str]:
    found = set()
    for exchange in exchanges:
        given = exchange.answer.get("access_token") if isinstance(exchange.answer, dict) else None
        found |= {text for text in (exchange.before.bearer, given) if isinstance(text, str)}
        found |= set(_SIGNED.findall(exchange.request.header("authorization") or ""))
    return found - {SECRET}
