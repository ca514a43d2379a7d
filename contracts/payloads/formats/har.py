"""Records as an HTTP archive (HAR 1.2): a page a record, its steps and its request as entries."""

import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import repeat
from typing import Any
from urllib.parse import parse_qsl

from contracts.payloads.formats.lines import encoded
from contracts.payloads.record import Record, Sent
from mockserver import __version__
from mockserver.spec.facts import LOCAL_URL

Json = dict[str, Any]
_INSTANT = "2024-01-15T09:30:00.000Z"
_COMMENT = (
    "Requests to be sent, with the answers they should get: nothing was sent, so instants and "
    "times are stand-ins. {{name}} stands for what an earlier entry of the page answered. Status 0 "
    "is that of a request that gets no answer."
)


def render(records: Sequence[Record]) -> str:
    """The archive, an entry a line."""
    creator = {"name": "contracts payloads", "version": __version__}
    pages = ",\n".join(encoded(_page(record)) for record in records)
    entries = ",\n".join(encoded(entry) for record in records for entry in _entries(record))
    return (
        f'{{"log": {{"version": "1.2", "creator": {json.dumps(creator)}, '
        f'"comment": {json.dumps(_COMMENT)},\n'
        f'"pages": [\n{pages}\n],\n"entries": [\n{entries}\n]}}}}\n'
    )


def _page(record: Record) -> Json:
    return {
        "startedDateTime": _INSTANT,
        "id": record.id,
        "title": record.why,
        "pageTimings": {},
        "comment": f"{record.kind}, {record.evidence}",
    }


def _entries(record: Record) -> Iterator[Json]:
    for step in record.setup:
        told = {"_save": step.save}
        entry = _entry(record, step.request, step.status, "a step that sets the scene", told)
        yield from repeat(entry, step.times)
    expected = {"_expect": record.to_json()["expect"]}
    yield _entry(record, record.request, record.statuses[0] or 0, record.why, expected)


def _entry(record: Record, sent: Sent, status: int, comment: str, more: Json) -> Json:
    return {
        "pageref": record.id,
        "startedDateTime": _INSTANT,
        "time": 0,
        "request": _request(sent),
        "response": _response(status),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": comment,
        **more,
    }


def _request(sent: Sent) -> Json:
    headers = list(sent.headers)
    if sent.authorized:
        headers.append(("authorization", "Bearer {{token}}"))
    shown: Json = {
        "method": sent.method,
        "url": f"{LOCAL_URL}{sent.path}{'?' + sent.query if sent.query else ''}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers],
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(sent.query, keep_blank_values=True, errors="replace")
        ],
        "headersSize": -1,
        "bodySize": len(sent.body or b""),
    }
    if sent.framing != "length":
        shown["_framing"] = sent.framing
    if sent.body is not None:
        shown["postData"] = _post_data(sent)
    return shown


def _post_data(sent: Sent) -> Json:
    written = sent.to_json()
    media = next((value for name, value in sent.headers if name == "content-type"), "")
    if "body" in written:
        return {"mimeType": media, "params": [], "text": written["body"]}
    # HAR has a word for the encoding of answers only.
    return {"mimeType": media, "params": [], "text": written["body_base64"], "_encoding": "base64"}


def _response(status: int) -> Json:
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "application/json"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }
