"""Calls of a journal as a person or a program reads them, without credentials."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from mockserver.state.clock import instant_text
from mockserver.state.journal import Entry, Headers
from mockserver.wire.codings import readable

__all__ = ["as_curl", "as_har", "as_json_lines", "line", "read_entry", "rules_in"]

HIDDEN = "[redacted]"
_RULE = re.compile(r"([a-z][a-z0-9-]*): ")
_SECRET_HEADERS = (
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "mock-control-token",
)
_SECRET_FIELDS = ("client_secret", "access_token", "refresh_token", "password")


def read_entry(entry: Entry) -> dict[str, Any]:
    """One call as JSON: `answer` is null where none went out, `lost` what a client did not get."""
    read: dict[str, Any] = {
        "number": entry.number,
        "at": instant_text(entry.at),
        "operation": entry.operation,
        "request": {
            "method": entry.method,
            "path": entry.path,
            "query": entry.query.decode("latin-1"),
            "headers": _headers(entry.headers),
            "body": _body(entry.body, entry.headers),
        },
        "answer": _answer(entry.status, entry.answer_headers, entry.answer),
        "duration_ms": round(entry.seconds * 1_000, 3),
        "rules": list(entry.rules),
        **_diagnostics(entry),
        "fault": entry.fault,
    }
    if entry.lost is not None:
        read["lost"] = _answer(*entry.lost)
    nearest = _value(entry.answer_headers, b"mock-nearest-path")
    return read if nearest is None else {**read, "nearest_path": nearest}


def rules_in(headers: Headers, *names: bytes) -> list[str]:
    """The rules that the diagnostic headers of these names tell of, each once."""
    told = (value.decode("latin-1") for name, value in headers if name in names)
    return list(dict.fromkeys(found[1] for text in told if (found := _RULE.match(text))))


def _diagnostics(entry: Entry) -> dict[str, list[str]]:
    """What headers may have no room for: the broken rules in full."""
    told = {"refusals": entry.refusals, "warnings": entry.warnings}
    return {name: list(lines) for name, lines in told.items() if lines}


def line(entry: Entry) -> str:
    """One call as one line of text."""
    query = f"?{entry.query.decode('latin-1')}" if entry.query else ""
    told = "no answer" if not entry.status else str(entry.status)
    fault = f", fault {entry.fault}" if entry.fault else ""
    rules = f", {', '.join(entry.rules)}" if entry.rules else ""
    name = entry.operation or "unknown"
    return f"{entry.number} {name}: {entry.method} {entry.path}{query}: {told}{fault}{rules}"


def as_json_lines(entries: Iterable[Entry]) -> str:
    """One call a line."""
    return "".join(json.dumps(read_entry(entry)) + "\n" for entry in entries)


def as_curl(entries: Iterable[Entry], base_url: str) -> str:
    """A command that sends each call again; the token is a variable."""
    return "".join(_curl(entry, base_url) + "\n" for entry in entries)


def as_har(entries: Iterable[Entry], base_url: str, version: str) -> dict[str, Any]:
    """HAR 1.2."""
    creator = {"name": "mockserver", "version": version}
    read = [_har_entry(entry, base_url) for entry in entries]
    return {"log": {"version": "1.2", "creator": creator, "entries": read}}


def _curl(entry: Entry, base_url: str) -> str:
    words = [f"curl -X {entry.method} {shlex.quote(_url(entry, base_url))}"]
    for name, value in _headers(entry.headers).items():
        if name == "authorization":
            words.append('-H "Authorization: Bearer $TOKEN"')
        elif name in ("content-type", "accept", "prefer") or name.startswith("x-"):
            words.append(f"-H {shlex.quote(f'{name}: {value}')}")
    body = _body(entry.body, entry.headers)
    if body is not None:
        text = body if isinstance(body, str) else json.dumps(body)
        words.append(f"--data-raw {shlex.quote(text)}")
    return " ".join(words)


def _har_entry(entry: Entry, base_url: str) -> dict[str, Any]:
    sent, body = _headers(entry.headers), _text(entry.body, entry.headers)
    told, answer = _headers(entry.answer_headers), _text(entry.answer, entry.answer_headers)
    request: dict[str, Any] = {
        "method": entry.method,
        "url": _url(entry, base_url),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(sent),
        "queryString": _pairs(dict(parse_qsl(entry.query.decode("latin-1"), True))),
        "headersSize": -1,
        "bodySize": len(entry.body),
    }
    if entry.body:
        request["postData"] = {"mimeType": sent.get("content-type", ""), "text": body}
    response = {
        "status": entry.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(told),
        "content": {
            "size": len(entry.answer),
            "mimeType": told.get("content-type", ""),
            "text": answer,
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(entry.answer),
    }
    took = round(entry.seconds * 1_000, 3)
    return {
        "startedDateTime": instant_text(entry.at - timedelta(seconds=entry.seconds)),
        "time": took,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _pairs(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in named.items()]


def _url(entry: Entry, base_url: str) -> str:
    query = f"?{entry.query.decode('latin-1')}" if entry.query else ""
    return f"{base_url}{quote(entry.path)}{query}"


def _answer(status: int, headers: Headers, body: bytes) -> dict[str, Any] | None:
    if not status:
        return None
    return {"status": status, "headers": _headers(headers), "body": _body(body, headers)}


def _headers(headers: Headers) -> dict[str, str]:
    """Headers by name, several of one name in one line, credentials hidden."""
    read: dict[str, str] = {}
    for key, value in headers:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        if name in _SECRET_HEADERS:
            scheme = text.partition(" ")[0] if " " in text else ""
            text = f"{scheme} {HIDDEN}".strip()
        read[name] = f"{read[name]}, {text}" if name in read else text
    return read


def _value(headers: Headers, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def _body(body: bytes, headers: Headers) -> Any:
    """JSON as what it says, other text as text, no body as None; secret fields hidden."""
    if not body:
        return None
    body = readable(body, headers)
    try:
        return _hidden(json.loads(body))
    except (ValueError, RecursionError):
        pass
    text = body.decode("utf-8", "replace")
    if "x-www-form-urlencoded" in (_value(headers, b"content-type") or ""):
        return urlencode(_hidden(dict(parse_qsl(text, keep_blank_values=True))), safe="[]")
    is_secret = any(name in text for name in _SECRET_FIELDS)
    return HIDDEN if is_secret else text


def _text(body: bytes, headers: Headers) -> str:
    read = _body(body, headers)
    return "" if read is None else read if isinstance(read, str) else json.dumps(read)


def _hidden(read: Any) -> Any:
    if isinstance(read, dict):
        return {
            name: HIDDEN if name in _SECRET_FIELDS else _hidden(value)
            for name, value in read.items()
        }
    return [_hidden(each) for each in read] if isinstance(read, list) else read
