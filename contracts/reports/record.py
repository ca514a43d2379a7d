"""A run as JSON for programs, in the form that `report.schema.json` describes."""

import json
from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.kernel.law import Breach
from contracts.reports.coverage import coverage
from contracts.reports.texts import encoded, shown
from contracts.reports.verdict import LABELS, counts, headline, label

Json = dict[str, Any]
FORMAT = 1
"""Raised when a reader of the old form would misread the new."""


def render(findings: Findings) -> str:
    """The report as ASCII JSON, its members in a fixed order."""
    return json.dumps(_report(findings), indent=2) + "\n"


def _report(findings: Findings) -> Json:
    tally = counts(findings)
    return {
        "format": FORMAT,
        "run": {name: getattr(findings, name) for name in _RUN},
        "verdict": {
            "headline": headline(findings),
            "exit_code": findings.exit_code,
            "counts": {name: tally[name] for name in LABELS},
        },
        "surprises": findings.surprises,
        "problems": findings.problems,
        "laws": [_law(finding, findings) for finding in findings.findings],
        "coverage": coverage(findings.exchanges).document(),
    }


_RUN = ("target", "genuine", "profile", "tier", "seed", "drivers", "began", "seconds", "requests")
_LAW = ("id", "sentence", "topic", "evidence", "source", "tier", "rule")


def _law(finding: Finding, findings: Findings) -> Json:
    return {
        **{name: getattr(finding.law, name) for name in _LAW},
        "verdict": label(finding, findings),
        "driver": finding.driver or None,
        "requests": finding.requests,
        "reason": finding.reason or None,
        "known": finding.known or None,
        "replay": finding.token or None,
        "breach": _breach(finding.breach) if finding.breach is not None else None,
    }


def _breach(breach: Breach) -> Json:
    return {
        "expected": shown(breach.expected),
        "received": shown(breach.received),
        "exchanges": [_exchange(exchange) for exchange in breach.exchanges],
    }


def _exchange(exchange: Exchange) -> Json:
    request, reply = exchange.request, exchange.reply
    return {
        "curl": request.curl(),
        "request": {
            "method": request.method,
            "path": request.path,
            "query": request.query_text,
            "headers": request.headers,
            "body": _body(request.body),
        },
        "reply": {
            "status": reply.status,
            "headers": reply.headers,
            "body": _body(reply.body or None),
        },
    }


def _body(body: bytes | None) -> Json | None:
    return None if body is None else dict([encoded(body)])
