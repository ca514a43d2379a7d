"""Payloads that vary how a body is sent: media types, lengths, chunks and content encodings."""

import gzip
from collections.abc import Iterator
from zlib import compress

from contracts.model.rules import Evidence
from contracts.payloads.baseline import Baseline, sent_as
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site
from contracts.targets.target import JSON_HEADERS, encode

_JSON_TYPES = {
    "json": "application/json",
    "capitals": "APPLICATION/JSON",
    "charset": "application/json; charset=utf-8",
    "wrong-charset": "application/json; charset=utf-16",
    "latin-1-charset": "application/json;charset=iso-8859-1",
    "parameter": "application/json; version=1",
}
_OTHER_TYPES = {
    "none": None,
    "empty": "",
    "text": "text/plain",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data; boundary=b",
    "suffix": "application/vnd.api+json",
    "merge-patch": "application/merge-patch+json",
    "octets": "application/octet-stream",
    "old-json": "text/json",
    "nonsense": "json",
}


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Every such payload of a create or an update."""
    name, setup = f"{operation}.wire", baseline.setup(operation)
    body = encode(baseline.usual(operation))
    site = Site("Content-Type", law="body-goes-as-json")
    for word, media in _JSON_TYPES.items():
        sent, why = sent_as(operation, body, (("content-type", media),)), f"{media} is JSON."
        yield Draft(f"{name}.type.{word}", "boundary", (site,), why, sent, setup, "assumed")
    site, why = Site("Content-Type", rule="content-type"), "The type is not application/json."
    for word, other in _OTHER_TYPES.items():
        sent = sent_as(operation, body, () if other is None else (("content-type", other),))
        yield Draft(f"{name}.type.not-{word}", "invalid-schema", (site,), why, sent, setup)
    for word, kind, site, why, sent in _framed(operation, body):
        evidence: Evidence = "implied" if word in {"chunked", "identity"} else "assumed"
        yield Draft(f"{name}.{word}", kind, (site,), why, sent, setup, evidence)


def _framed(operation: str, body: bytes) -> Iterator[tuple[str, Kind, Site, str, Sent]]:
    site = Site("Transfer-Encoding", law="no-server-error")
    why = "A body may come in chunks, without a length."
    yield "chunked", "boundary", site, why, sent_as(operation, body, framing="chunked")
    site = Site("", rule="body-json")
    why = "The length is one byte too short, so the last brace is cut."
    yield "short-length", "malformed-wire", site, why, sent_as(operation, body, framing="short")
    why = "The length is one byte too long, and the client goes away: half a request is none."
    yield "long-length", "malformed-wire", site, why, sent_as(operation, body, framing="long")
    site = Site("Content-Encoding", law="no-server-error")
    for word, packed, why in (
        ("gzip", _gzipped(body), "A body in gzip is unpacked and read."),
        ("deflate", compress(body, 0), "A body in deflate is unpacked and read."),
        ("identity", body, "The encoding identity changes nothing."),
    ):
        headers = (*JSON_HEADERS, ("content-encoding", word))
        yield word, "boundary", site, why, sent_as(operation, packed, headers)


def _gzipped(body: bytes) -> bytes:
    # Stored rather than packed, and without the instant, the level and the system, so that the
    # bytes are the same on every machine and with every zlib.
    packed = gzip.compress(body, 0, mtime=0)
    return packed[:8] + b"\0\xff" + packed[10:]
