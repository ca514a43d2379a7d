"""Payloads that vary how a body is sent: media types, lengths, chunks and content encodings."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from zlib import compress

from contracts.model.rules import Evidence
from contracts.payloads.baseline import Baseline, create_step
from contracts.payloads.cases.wire import sent_as
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site, Step
from contracts.targets.target import JSON_HEADERS


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Every such payload of a create or an update."""
    good = baseline.body() if operation == "create" else baseline.changes()
    text = json.dumps(good, separators=(",", ":"), ensure_ascii=False)
    steps = () if operation == "create" else (create_step(baseline.body()),)
    yield from _typed(operation, text, steps)
    yield from _framed(operation, text, steps)


def _typed(operation: str, text: str, steps: tuple[Step, ...]) -> Iterator[Draft]:
    for word, media in (
        ("json", "application/json"),
        ("capitals", "APPLICATION/JSON"),
        ("charset", "application/json; charset=utf-8"),
        ("wrong-charset", "application/json; charset=utf-16"),
        ("latin-1-charset", "application/json;charset=iso-8859-1"),
        ("parameter", "application/json; version=1"),
    ):
        site, why = Site("Content-Type", law="body-goes-as-json"), f"{media} is JSON."
        sent = sent_as(operation, text.encode(), (("content-type", media),))
        name = f"{operation}.wire.type.{word}"
        yield Draft(name, operation, "boundary", (site,), why, sent, steps, "assumed")
    for word, other in (
        ("none", None),
        ("empty", ""),
        ("text", "text/plain"),
        ("form", "application/x-www-form-urlencoded"),
        ("multipart", "multipart/form-data; boundary=b"),
        ("suffix", "application/vnd.api+json"),
        ("merge-patch", "application/merge-patch+json"),
        ("octets", "application/octet-stream"),
        ("old-json", "text/json"),
        ("nonsense", "json"),
    ):
        site, why = Site("Content-Type", rule="content-type"), "The type is not application/json."
        headers = () if other is None else (("content-type", other),)
        sent, name = sent_as(operation, text.encode(), headers), f"{operation}.wire.type.not-{word}"
        yield Draft(name, operation, "invalid-schema", (site,), why, sent, steps)


def _framed(operation: str, text: str, steps: tuple[Step, ...]) -> Iterator[Draft]:
    body = text.encode()

    def draft(word: str, kind: Kind, site: Site, why: str, sent: Sent) -> Draft:
        evidence: Evidence = "implied" if kind == "boundary" else "assumed"
        name = f"{operation}.wire.{word}"
        return Draft(name, operation, kind, (site,), why, sent, steps, evidence)

    law, rule = Site("Transfer-Encoding", law="no-server-error"), Site("", rule="body-json")
    why = "A body may come in chunks, without a length."
    yield draft("chunked", "boundary", law, why, sent_as(operation, body, framing="chunked"))
    why = "The length is one byte too short, so the last brace is cut."
    yield draft(
        "short-length", "malformed-wire", rule, why, sent_as(operation, body, framing="short")
    )
    why = "The length is one byte too long, and the client goes away: half a request is none."
    yield draft(
        "long-length", "malformed-wire", rule, why, sent_as(operation, body, framing="long")
    )
    same = Site("Content-Encoding", law="no-server-error")
    pack: Callable[[bytes], bytes]
    for word, pack in (("gzip", _gzipped), ("deflate", _deflated)):
        headers = (*JSON_HEADERS, ("content-encoding", word))
        why = f"A body in {word} is unpacked and read."
        sent = sent_as(operation, pack(body), headers)
        yield replace(draft(word, "boundary", same, why, sent), evidence="assumed")
    headers = (*JSON_HEADERS, ("content-encoding", "identity"))
    why = "The encoding identity changes nothing."
    yield draft("identity", "boundary", same, why, sent_as(operation, body, headers))


def _gzipped(body: bytes) -> bytes:
    # Stored rather than packed, and without the instant, the level and the system, so that the
    # bytes are the same on every machine and with every zlib.
    packed = gzip.compress(body, 0, mtime=0)
    return packed[:8] + b"\0\xff" + packed[10:]


def _deflated(body: bytes) -> bytes:
    return compress(body, 0)
