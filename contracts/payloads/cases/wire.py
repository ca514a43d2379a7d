"""Payloads that schema tools do not make: how a body is written and encoded."""

import json
from collections.abc import Iterator
from typing import Any

from contracts.model import REFUNDS
from contracts.model.body import DEEPEST
from contracts.payloads.baseline import ITEM, LARGEST_BODY, Ground, made
from contracts.payloads.draft import Draft, put
from contracts.payloads.record import Bent, Framing, Kind, Sent
from contracts.payloads.spellings import NUMBERS, spelled
from contracts.targets.target import JSON_HEADERS, Pairs

_Body = tuple[str, Kind, Bent, bytes, str]
_JSON_LAW = "body-json"


def drafts(ground: Ground, operation: str) -> Iterator[Draft]:
    """Every wire payload of a create or an update."""
    good = ground.body() if operation == "create" else ground.changes()
    text = json.dumps(good, separators=(",", ":"), ensure_ascii=False)
    steps = () if operation == "create" else (made(ground.body()),)
    for word, kind, bent, body, why in (*_broken(text), *_written(text, good), *_numbers(good)):
        sent = sent_as(operation, body)
        yield Draft(
            f"{operation}.wire.{word}", operation, kind, (bent,), why, sent, steps, "assumed"
        )


def sent_as(
    operation: str, body: bytes, headers: Pairs = JSON_HEADERS, framing: Framing = "length"
) -> Sent:
    """A create, or an update of the refund that was made, of this body."""
    method, path = ("POST", REFUNDS) if operation == "create" else ("PATCH", ITEM)
    return Sent(method, path, headers=headers, body=body, framing=framing)


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
        ("latin-1", _with(inner, '"x":"é"').encode("latin-1"), "This é is Latin-1, not UTF-8."),
        ("raw-byte", inner.encode() + b',"x":\xff}', "A byte that is no UTF-8 in a value's place."),
        ("overlong", _raw(inner, b"\xc0\xaf"), "An overlong form is no UTF-8."),
        ("cut-character", _raw(inner, b"\xe2\x82"), "The last character is cut."),
        ("raw-surrogate", _raw(inner, b"\xed\xa0\x80"), "A surrogate in UTF-8 is no character."),
        ("lone-high", _with(inner, r'"x":"\ud800"').encode(), "A high surrogate without a low."),
        ("lone-low", _with(inner, r'"x":"\udc00"').encode(), "A low surrogate without a high."),
        (
            "swapped-pair",
            _with(inner, r'"x":"\udc00\ud800"').encode(),
            "A pair the wrong way round.",
        ),
        ("raw-nul", _raw(inner, b"\x00"), "A control character must be escaped in JSON."),
        ("raw-line-feed", _raw(inner, b"\n"), "A line feed in a string must be escaped."),
        ("bad-escape", _with(inner, r'"x":"\x41"').encode(), "JSON knows no such escape."),
        ("short-escape", _with(inner, r'"x":"\u41"').encode(), "A \\u needs four digits."),
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
        yield word, "malformed-wire", Bent("", rule=_JSON_LAW), body, why
    for name in (
        "NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "True",
        "None",
        "0x10",
        "01",
        "+1",
        ".5",
        "1.",
    ):
        why = f"{name} is no JSON."
        body = _with(inner, f'"x":{name}').encode()
        yield f"token-{spelled(name)}", "malformed-wire", Bent("/x", rule=_JSON_LAW), body, why


def _with(inner: str, member: str) -> str:
    return f"{inner},{member}}}"


def _raw(inner: str, text: bytes) -> bytes:
    return inner.encode() + b',"x":"' + text + b'"}'


def _written(text: str, good: dict[str, Any]) -> Iterator[_Body]:
    """The same good body written otherwise."""
    law = Bent("", law="white-space-is-free")
    spread = json.dumps(good, indent=4).replace("\n", "\r\n\t")
    yield "white-space", "boundary", law, spread.encode(), "White space between tokens is free."
    yield "blank-ends", "boundary", law, f" \n{text}\t\r\n".encode(), "So is white space round it."
    law = Bent("", law="key-order-is-free")
    turned = json.dumps(_turned(good), separators=(",", ":"))
    yield "key-order", "boundary", law, turned.encode(), "The order of keys does not matter."
    law = Bent("", law="escapes-are-free")
    escaped = "".join(f"\\u{ord(sign):04x}" if sign.isalpha() else sign for sign in "refund_note")
    body = text.replace('"refund_note"', f'"{escaped}"')
    yield "escaped-key", "boundary", law, body.encode(), "An escaped character is the character."
    for word, raw, why in (
        ("escaped-pair", r"\ud83d\udcb8", "An escaped surrogate pair is one character."),
        ("escaped-nul", r"\u0000", "An escaped NUL is a character like others."),
        ("escaped-slash", r"a\/b", "An escaped slash is a slash."),
        ("escaped-bom", r"\ufeff", "A mark inside a string is a character."),
    ):
        yield word, "boundary", law, _noted(good, f'"{raw}"'), why
    yield from _doubled(text, good)
    for depth in (10, DEEPEST - 1, DEEPEST, 200, 2_000, 10_000):
        member = f'"x":{"[" * depth}{"]" * depth}'
        bent, why = Bent("/x", rule="unknown-field"), f"An unknown field holds {depth:,} lists."
        if depth >= DEEPEST:
            why += " A parser may find that too deep."
        yield f"deep-{depth}", "invalid-schema", bent, _with(text[:-1], member).encode(), why
    big = _noted(good, json.dumps("n" * LARGEST_BODY))
    yield "too-large", "boundary", Bent("/refund_note", law="no-server-error"), big, "Over 1 MiB."


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(item) for key, item in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _doubled(text: str, good: dict[str, Any]) -> Iterator[_Body]:
    law, why = Bent("/refund_note", law="no-server-error"), "Of duplicate keys the last one counts."
    first = '{"refund_note":5,' + text[1:]
    yield "duplicate-first-bad", "boundary", law, first.encode(), why
    last = _with(text[:-1], '"refund_note":5')
    bent = Bent("/refund_note", rule="body-shape")
    yield "duplicate-last-bad", "invalid-schema", bent, last.encode(), why
    same = _with(text[:-1], f'"refund_note":{json.dumps(good["refund_note"])}')
    yield "duplicate-same", "boundary", law, same.encode(), why


def _noted(good: dict[str, Any], raw: str) -> bytes:
    """The body with a raw JSON string for its note."""
    value = "@@raw@@"
    update = isinstance(good["refund_note"], dict)
    changed = put(
        json.loads(json.dumps(good)), "/refund_note/value" if update else "/refund_note", value
    )
    return json.dumps(changed).replace(f'"{value}"', raw).encode()


def _numbers(good: dict[str, Any]) -> Iterator[_Body]:
    """The amount in every spelling of a number, the allocations following where it is good."""
    if "allocations" not in good:
        return
    for word, raw, kind, rule, why in NUMBERS:
        body = {**good, "allocations": [dict(good["allocations"][-1])]}
        for place in (body, body["allocations"][0]):
            place["amount_cents"] = "@@raw@@"
        compact = json.dumps(body, separators=(",", ":"))
        written = compact.replace('"@@raw@@"', raw).encode()
        bent = Bent("/amount_cents", rule=rule) if rule else _SPELLED
        yield f"number.{word}", kind, bent, written, why


_SPELLED = Bent("/amount_cents", law="integers-may-be-written-otherwise")
