"""Exchanges as an HTTP archive (HAR 1.2), for viewers that know it.

By default those that show what is broken, after those that they rest on; or all that were kept.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Findings
from contracts.kernel.redaction import SECRET
from contracts.reports.groups import groups
from contracts.reports.texts import encoded
from contracts.reports.verdict import base, headline
from contracts.targets.target import Pairs, Reply, Request
from mockserver import __version__

Json = dict[str, Any]
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_COOKIES = frozenset({"cookie", "set-cookie"})
_COMMENT = (
    "When each request left was not kept: the instants follow each other from the start of the "
    "run, as if nothing but the requests had taken time."
)


def render(findings: Findings) -> str:
    """The archive as JSON, one line an entry.

    A body that is no UTF-8 is in base64: replies say so by `encoding`, as HAR does, and requests,
    for which HAR has no word, by `_encoding`.
    """
    log = {
        "version": "1.2",
        "creator": {"name": "contracts", "version": __version__},
        "pages": [],
        "comment": f"{headline(findings)} {_COMMENT}",
    }
    head = json.dumps(log)[:-1]
    entries = ",\n".join(json.dumps(entry) for entry in _entries(findings))
    return f'{{"log": {head}, "entries": [\n{entries}\n]}}}}\n'


def _entries(findings: Findings) -> Iterator[Json]:
    began = datetime.fromisoformat(findings.began)
    root, spent = base(findings), 0.0
    for exchange in _archived(findings):
        started = began + timedelta(seconds=spent)
        spent += exchange.reply.elapsed
        milliseconds = round(exchange.reply.elapsed * 1000, 3)
        yield {
            "startedDateTime": started.isoformat(timespec="milliseconds"),
            "time": milliseconds,
            "request": _request(exchange.request, root),
            "response": _response(exchange.reply),
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "comment": exchange.prediction.operation,
        }


def _archived(findings: Findings) -> Iterable[Exchange]:
    """All exchanges, or those of each cause, each once."""
    if findings.har == "all":
        return findings.exchanges
    shown: dict[tuple[Request, Reply], Exchange] = {}
    for group in groups(findings):
        breach = group.shown.breach
        for exchange in breach.sequence if breach is not None else ():
            shown.setdefault((exchange.request, exchange.reply), exchange)
    return shown.values()


def _request(request: Request, root: str) -> Json:
    query = request.query_text
    headers = request.headers
    if request.authorized and request.header("authorization") is None:
        headers = (*headers, ("authorization", f"Bearer {SECRET}"))
    shown: Json = {
        "method": request.method,
        "url": f"{root}{request.path}{'?' + query if query else ''}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(headers),
        "queryString": _named(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body is not None:
        encoding, text = encoded(request.body)
        kind = request.header("content-type") or ""
        extra = {"_encoding": encoding} if encoding == "base64" else {}
        shown["postData"] = {"mimeType": kind, "params": [], "text": text, **extra}
    return shown


def _response(reply: Reply) -> Json:
    encoding, text = encoded(reply.body)
    kind = reply.header("content-type") or ""
    content: Json = {"size": len(reply.body), "mimeType": kind, "text": text}
    if encoding == "base64":
        content["encoding"] = encoding
    return {
        "status": reply.status,
        "statusText": _PHRASES.get(reply.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(reply.headers),
        "content": content,
        "redirectURL": reply.header("location") or "",
        "headersSize": -1,
        "bodySize": len(reply.body),
    }


def _headers(headers: Pairs) -> list[Json]:
    return _named([(k, SECRET if k.lower() in _COOKIES else value) for k, value in headers])


def _named(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]
