"""Payloads that schema tools do not make: how a body is written, and how it is sent."""

import gzip
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from zlib import compress

from contracts.model.body import DEEPEST
from contracts.model.rules import Evidence
from contracts.payloads.baseline import LARGEST_BODY, MARK, Baseline, sent_as
from contracts.payloads.draft import Draft, put
from contracts.payloads.record import Kind, Sent, Site
from contracts.targets.target import JSON_HEADERS, encode

_Body = tuple[str, Kind, Site, bytes, str]
_NO_JSON = Site("", rule="body-json")
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
    """Every wire payload of a create or an update."""
    good, setup = baseline.usual(operation), baseline.setup(operation)
    text = encode(good).decode()
    for word, kind, site, body, why in (*_broken(text), *_written(text, good), *_numbers(good)):
        name, sent = f"{operation}.wire.{word}", sent_as(operation, body)
        yield Draft(name, kind, (site,), why, sent, setup, "assumed")
    yield from _encoded(baseline, operation)


def _broken(text: str) -> Iterator[_Body]:
    """Bodies that are no JSON object in UTF-8."""
    inner = text[:-1]
    for word, body, why in (
        ("blanks", b" \n", "A body of blanks alone is no JSON."),
        ("cut", inner.encode(), "The last brace is missing."),
        ("cut-half", text[: len(text) // 2].encode(), "The second half is missing."),
        ("trailing-comma", f"{inner},}}".encode(), "JSON has no comma behind the last member."),
        ("leading-comma", f"{{,{text[1:]}".encode(), "JSON has no comma before the first member."),
        ("trailing-text", f"{text} x".encode(), "Something stands behind the object."),
        ("twice", f"{text}{text}".encode(), "Two objects, one behind the other."),
        ("lines", f"{text}\n{text}\n".encode(), "JSON lines are no JSON."),
        ("nul-behind", text.encode() + b"\0", "A NUL stands behind the object."),
        ("bom", b"\xef\xbb\xbf" + text.encode(), "RFC 8259 has no byte order mark."),
        ("utf-16", text.encode("utf-16"), "JSON on the wire is UTF-8, this is UTF-16."),
        ("utf-16-le", text.encode("utf-16-le"), "JSON on the wire is UTF-8, this is UTF-16."),
        ("utf-32", text.encode("utf-32"), "JSON on the wire is UTF-8, this is UTF-32."),
        ("latin-1", f'{inner},"x":"é"}}'.encode("latin-1"), "This é is Latin-1, not UTF-8."),
        ("raw-byte", _with(text, b"\xff"), "A byte that is no UTF-8 in a value's place."),
        ("overlong", _with(text, b'"\xc0\xaf"'), "An overlong form is no UTF-8."),
        ("cut-character", _with(text, b'"\xe2\x82"'), "The last character is cut."),
        ("raw-surrogate", _with(text, b'"\xed\xa0\x80"'), "A surrogate in UTF-8 is no character."),
        ("lone-high", _with(text, rb'"\ud800"'), "A high surrogate without a low."),
        ("lone-low", _with(text, rb'"\udc00"'), "A low surrogate without a high."),
        ("swapped-pair", _with(text, rb'"\udc00\ud800"'), "A pair the wrong way round."),
        ("raw-nul", _with(text, b'"\x00"'), "A control character must be escaped in JSON."),
        ("raw-line-feed", _with(text, b'"\n"'), "A line feed in a string must be escaped."),
        ("bad-escape", _with(text, rb'"\x41"'), "JSON knows no such escape."),
        ("short-escape", _with(text, rb'"\u41"'), "A \\u needs four digits."),
        ("single-quotes", text.replace('"', "'").encode(), "JSON strings have double quotes."),
        ("bare-keys", text.replace('"refund_note":', "refund_note:").encode(), "A key has quotes."),
        ("comment", f"{inner}/* x */}}".encode(), "JSON has no comments."),
        ("line-comment", f"{text}// x".encode(), "JSON has no comments."),
        ("array", f"[{text}]".encode(), "The body is an object, not a list of one."),
        ("string", json.dumps(text).encode(), "The object is written as a string."),
        ("null", b"null", "The body is an object, not null."),
        ("number", b"1", "The body is an object, not a number."),
        ("true", b"true", "The body is an object, not true."),
        ("word", b"refund", "This is no JSON at all."),
        ("form", b"amount_cents=1", "This is a form."),
        ("xml", b"<refund/>", "This is XML."),
        ("deep-array", b"[" * 2000 + b"]" * 2000, "2,000 lists, one in the other."),
        ("deep-open", b'{"a":' * 2000, "2,000 objects begin, none ends."),
        ("random", bytes(range(128, 192)), "These bytes are no text."),
    ):
        yield word, "malformed-wire", _NO_JSON, body, why
    for word, token in _NO_NUMBERS.items():
        site, raw = Site("/x", rule="body-json"), token.encode()
        yield f"token-{word}", "malformed-wire", site, _with(text, raw), f"{token} is no JSON."


_NO_NUMBERS = {
    "nan": "NaN",
    "infinity": "Infinity",
    "minus-infinity": "-Infinity",
    "undefined": "undefined",
    "true": "True",
    "none": "None",
    "0x10": "0x10",
    "01": "01",
    "plus-1": "+1",
    "point-5": ".5",
    "1-point": "1.",
}


def _with(text: str, raw: bytes, name: str = "x") -> bytes:
    """The object with one more member, whose value is given raw."""
    return text[:-1].encode() + b',"%b":%b}' % (name.encode(), raw)


def _written(text: str, good: dict[str, Any]) -> Iterator[_Body]:
    """The same good body written otherwise."""
    law = Site("", law="white-space-is-free")
    spread = json.dumps(good, indent=4).replace("\n", "\r\n\t")
    yield "white-space", "boundary", law, spread.encode(), "White space between tokens is free."
    yield "blank-ends", "boundary", law, f" \n{text}\t\r\n".encode(), "So is white space round it."
    law = Site("", law="key-order-is-free")
    turned = json.dumps(_turned(good), separators=(",", ":"))
    yield "key-order", "boundary", law, turned.encode(), "The order of keys does not matter."
    law = Site("", law="escapes-are-free")
    escaped = "".join(f"\\u{ord(sign):04x}" if sign.isalpha() else sign for sign in "refund_note")
    body = text.replace('"refund_note"', f'"{escaped}"')
    yield "escaped-key", "boundary", law, body.encode(), "An escaped character is the character."
    for word, note, why in (
        ("escaped-pair", r"\ud83d\udcb8", "An escaped surrogate pair is one character."),
        ("escaped-nul", r"\u0000", "An escaped NUL is a character like others."),
        ("escaped-slash", r"a\/b", "An escaped slash is a slash."),
        ("escaped-bom", r"\ufeff", "A mark inside a string is a character."),
    ):
        yield word, "boundary", law, _noted(good, f'"{note}"'), why
    site = Site("/refund_note", law="no-server-error")
    why = "Of duplicate keys the last one counts."
    yield "duplicate-first-bad", "boundary", site, f'{{"refund_note":5,{text[1:]}'.encode(), why
    wrong, same = Site("/refund_note", rule="body-shape"), json.dumps(good["refund_note"]).encode()
    yield "duplicate-last-bad", "invalid-schema", wrong, _with(text, b"5", "refund_note"), why
    yield "duplicate-same", "boundary", site, _with(text, same, "refund_note"), why
    for depth in (10, DEEPEST - 1, DEEPEST, 200, 2_000, 10_000):
        raw = b"[" * depth + b"]" * depth
        site, why = Site("/x", rule="unknown-field"), f"An unknown field holds {depth:,} lists."
        if depth >= DEEPEST:
            why += " A parser may find that too deep."
        yield f"deep-{depth}", "invalid-schema", site, _with(text, raw), why
    big = _noted(good, json.dumps("n" * LARGEST_BODY))
    yield "too-large", "boundary", Site("/refund_note", law="no-server-error"), big, "Over 1 MiB."


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(item) for key, item in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _noted(good: dict[str, Any], raw: str) -> bytes:
    """The body with a raw JSON string for its note."""
    at = "/refund_note/value" if isinstance(good["refund_note"], dict) else "/refund_note"
    changed = put(deepcopy(good), at, "@@raw@@")
    return json.dumps(changed).replace('"@@raw@@"', raw).encode()


def _numbers(good: dict[str, Any]) -> Iterator[_Body]:
    """The amount in every spelling of a number, the allocations following where it is good."""
    if "allocations" not in good:
        return
    for word, raw, kind, rule, why in _NUMBERS:
        body = {**good, "allocations": [dict(good["allocations"][-1])]}
        for place in (body, body["allocations"][0]):
            place["amount_cents"] = "@@raw@@"
        compact = json.dumps(body, separators=(",", ":"))
        written = compact.replace('"@@raw@@"', raw).encode()
        law = None if rule else "integers-may-be-written-otherwise"
        told = f"amount_cents is written {raw[:30]}: {why[0].lower()}{why[1:]}"
        yield f"number.{word}", kind, Site("/amount_cents", rule=rule, law=law), written, told


_Row = tuple[str, str, Kind, str | None, str]
"""Word, raw JSON, class, the rule it breaks, and why."""

_WHOLE = "Without a fractional part it is a whole number."
_PART = "It has a fractional part."
_BIG = "It does not fit a signed 32-bit integer."
_LOW = "It is not greater than 0."

_NUMBERS: tuple[_Row, ...] = (
    ("5.0", "5.0", "boundary", None, _WHOLE),
    ("100.0", "100.0", "boundary", None, _WHOLE),
    ("5.000", "5.000", "boundary", None, _WHOLE),
    ("1e2", "1e2", "boundary", None, _WHOLE),
    ("1E2", "1E+2", "boundary", None, _WHOLE),
    ("0.5e1", "0.5e1", "boundary", None, _WHOLE),
    ("500e-2", "500e-2", "boundary", None, _WHOLE),
    ("int32-as-float", "2147483647.0", "boundary", None, _WHOLE),
    ("1.5", "1.5", "invalid-schema", "body-shape", _PART),
    ("0.1", "0.1", "invalid-schema", "body-shape", _PART),
    ("1e-1", "1e-1", "invalid-schema", "body-shape", _PART),
    ("cents-as-dollars", "12.34", "invalid-schema", "body-shape", _PART),
    ("zero", "0", "invalid-semantic", "amount-positive", _LOW),
    ("minus-zero", "-0", "invalid-semantic", "amount-positive", _LOW),
    ("minus-zero-float", "-0.0", "invalid-semantic", "amount-positive", _LOW),
    ("minus", "-5.0", "invalid-semantic", "amount-positive", _LOW),
    ("2^31", "2147483648", "invalid-schema", "amount-int32", _BIG),
    ("2^31-float", "2147483648.0", "invalid-schema", "amount-int32", _BIG),
    ("2^32+1", "4294967297", "invalid-schema", "amount-int32", _BIG),
    ("2^53", "9007199254740992", "invalid-schema", "amount-int32", _BIG),
    ("2^53+1", "9007199254740993", "invalid-schema", "amount-int32", _BIG),
    ("2^63", "9223372036854775808", "invalid-schema", "amount-int32", _BIG),
    ("2^64+1", "18446744073709551617", "invalid-schema", "amount-int32", _BIG),
    ("1e10", "1e10", "invalid-schema", "amount-int32", _BIG),
    ("1e308", "1e308", "invalid-schema", "amount-int32", _BIG),
    ("300-digits", "9" * 300, "invalid-schema", "amount-int32", _BIG),
    ("5000-digits", "9" * 5_000, "invalid-schema", "amount-int32", _BIG),
    ("1e400", "1e400", "invalid-schema", "amount-int32", "A double cannot hold it at all."),
    ("minus-1e400", "-1e400", "invalid-schema", "amount-int32", "A double cannot hold it at all."),
    ("1e-400", "1e-400", "invalid-schema", "body-shape", "It is no whole number."),
)


def _encoded(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Payloads that vary media types, lengths, chunks and content encodings."""
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
    # Within what is packed no placeholder can be filled in.
    plain = body.replace(MARK.encode(), b"packed")
    for word, packed, why in (
        ("gzip", _gzipped(plain), "A body in gzip is unpacked and read."),
        ("deflate", compress(plain, 0), "A body in deflate is unpacked and read."),
        ("identity", body, "The encoding identity changes nothing."),
    ):
        headers = (*JSON_HEADERS, ("content-encoding", word))
        yield word, "boundary", site, why, sent_as(operation, packed, headers)


def _gzipped(body: bytes) -> bytes:
    # Stored rather than packed, and without the instant, the level and the system, so that the
    # bytes are the same on every machine and with every zlib.
    packed = gzip.compress(body, 0, mtime=0)
    return packed[:8] + b"\0\xff" + packed[10:]
