"""Takes tokens out of the findings that reports show."""

import re
from collections.abc import Iterable
from dataclasses import replace

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.kernel.redaction import SECRET, Redaction

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
    return replace(finding, breach=_redaction_of(breach.sequence).breach(breach))


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
