"""Bodies that no client should send: a clear answer for each, never a 500 nor half a change."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import Make
from tests.api.operations import SENDS_BODY, assert_refused
from tests.client import Answer, Client
from tests.organization import NOW, REFUND, body

GOOD = json.dumps(body()).encode()
each_body = pytest.mark.parametrize(("method", "path"), SENDS_BODY.values(), ids=SENDS_BODY)

UNREADABLE: dict[str, bytes] = {
    "white space": b" \n\t ",
    "a word": b"null",
    "true": b"true",
    "a number": b"5",
    "a text": b'"{}"',
    "a list": b"[]",
    "half an object": b'{"a":',
    "an unquoted key": b"{a:1}",
    "single quotes": b"{'a':1}",
    "a trailing comma": b'{"a":1,}',
    "a comment": b'{"a":1} // x',
    "two objects": b"{}{}",
    "a leading zero": b'{"a":01}',
    "a plus": b'{"a":+1}',
    "a bare point": b'{"a":.5}',
    "hexadecimal": b'{"a":0x10}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":Infinity}',
    "-Infinity": b'{"a":[-Infinity]}',
    "a raw newline in a text": b'{"a":"\n"}',
    "a raw NUL in a text": b'{"a":"\x00"}',
    "NUL after the object": b"{}\x00",
    "a bad escape": b'{"a":"\\x41"}',
    "half an escape": b'{"a":"\\u12"}',
    "a BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":"ü"}'.encode("utf-16"),
    "UTF-16 without a BOM": '{"a":1}'.encode("utf-16-le"),
    "UTF-32": b'{"a":1}'.decode().encode("utf-32"),
    "Latin-1": '{"a":"ü"}'.encode("latin-1"),
    "an overlong slash": b'{"a":"\xc0\xaf"}',
    "a raw surrogate": b'{"a":"\xed\xa0\xbd"}',
    "a raw pair of surrogates": b'{"a":"\xed\xa0\xbd\xed\xb8\x80"}',
    "half a character": b'{"a":"\xe2\x82"}',
    "beyond Unicode": b'{"a":"\xf4\x90\x80\x80"}',
    "a lone high surrogate": b'{"a":"\\ud83d"}',
    "a lone low surrogate": b'{"a":"\\ude00"}',
    "surrogates the wrong way round": b'{"a":"\\ude00\\ud83d"}',
    "a surrogate in a key": b'{"\\ud83d":1}',
    "a surrogate deep down": b'{"a":[{"b":["\\ud83d"]}]}',
    "a form": b"a=1&b=2",
    "multipart": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    "zipped": b"\x1f\x8b\x08\x00",
    "every byte": bytes(range(256)),
    "a number of 10,000 digits": b'{"a":1%b}' % (b"0" * 10_000),
    "100,000 lists": b"[" * 100_000,
    "100,000 lists in a field": b'{"a":%b1%b}' % (b"[" * 100_000, b"]" * 100_000),
    "100,000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}


@each_body
@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_body(client: Client, method: str, path: str, sent: bytes) -> None:
    """A body that is not one JSON object in UTF-8 is answered 422 by rule body-json."""
    before = client.export()
    answer = client.send(method, path, body=sent)
    assert_refused(answer, "UnprocessableEntityError")
    assert answer.json["content"]["message"].startswith("body-json: $")
    assert client.export() == before


@pytest.mark.parametrize("level", ["warn", "off"])
@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_body_where_any_is_read(make: Make, level: str, sent: bytes) -> None:
    """Where bodies need not be readable, an update by such a body counts as {}: no change."""
    client = make(rules={"body-json": level, "unknown-field": "off"})
    before = client.get(REFUND).body
    answer = client.send(*SENDS_BODY["update"], body=sent)
    assert (answer.status, answer.body) == (200, before)
    assert_refused(client.send(*SENDS_BODY["create"], body=sent), "UnprocessableEntityError")


@pytest.mark.parametrize("name", ["refund_note", "check_number"])
def test_the_last_of_two_keys_counts(client: Client, name: str) -> None:
    """Of a key that comes twice the last value counts, misfits before it included."""
    for first in (b'"first"', b"5", b"null", b"{}"):
        sent = b'{"%b":%b,"extra":1,%b,"%b":"last"}' % (
            name.encode(),
            first,
            GOOD[1:-1],
            name.encode(),
        )
        for text in (sent, sent.replace(b'"extra":1,', b"")):
            answer = client.send(*SENDS_BODY["create"], body=text)
            assert (answer.status, answer.json.get(name)) == (200, "last"), answer.body
    sent = b'{"amount_cents":"x",%b' % GOOD[1:]
    assert client.send(*SENDS_BODY["create"], body=sent).json["amount_cents"] == 100
    sent = b'%b,"amount_cents":"x"}' % GOOD[:-1]
    assert_refused(client.send(*SENDS_BODY["create"], body=sent), "UnprocessableEntityError")


def test_the_last_of_two_types_counts(client: Client) -> None:
    """Of a union's `type` that comes twice the last value counts."""
    for first, last, status in (
        ("claim_by_id", "unattributed", 200),
        ("unattributed", "claim_by_id", 422),
        ("nonsense", "unattributed", 200),
        ("unattributed", "nonsense", 422),
    ):
        twice = f'"type": "{first}", "type": "{last}"'.encode()
        sent = GOOD.replace(b'"type": "unattributed"', twice)
        for text in (sent, b'{"extra":1,' + sent[1:]):
            assert client.send(*SENDS_BODY["create"], body=text).status == status, text


def test_texts_that_look_odd_are_texts(client: Client) -> None:
    """Escaped NULs, controls, noncharacters and pairs of surrogates are kept as text."""
    escaped = b'"\\u0000\\u0007\\u001b[31m\\ufffe\\uffff\\u202e\\ud83d\\ude00\\u2028"'
    sent = b'%b,"refund_note":%b}' % (GOOD[:-1], escaped)
    answer = client.send(*SENDS_BODY["create"], body=sent)
    assert answer.json["refund_note"] == "\0\a\x1b[31m\ufffe\uffff\u202e😀\u2028"
    assert answer.json in client.list(limit=999).json["items"]


def posted(client: Client, media_type: str | None, sent: bytes = GOOD) -> Answer:
    """The answer to a create with this Content-Type."""
    return client.send(*SENDS_BODY["create"], body=sent, headers={"content-type": media_type})


@pytest.mark.parametrize(
    "media_type",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/xml", "application/merge-patch+json", "*/*", "json", ";", "ü", "x" * 10_000],
)  # fmt: skip
def test_a_body_of_another_type_is_read_as_json(client: Client, media_type: str | None) -> None:
    """By default a create of another Content-Type is read as JSON, and warned of."""
    answer = posted(client, media_type)
    assert answer.status == 200
    (line,) = answer.all("mock-warning")
    assert line.startswith("content-type: header Content-Type is ")
    assert_refused(posted(client, media_type, b"a=1&b=2"), "UnprocessableEntityError")


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json;charset=utf-8", "application/json; charset=utf-16",
     "APPLICATION/JSON", " application/json ; x"],
)  # fmt: skip
def test_a_body_is_utf8_whatever_its_charset(client: Client, media_type: str) -> None:
    """A body is read as UTF-8, and its parameters are not looked at."""
    answer = posted(
        client, media_type, json.dumps(body(refund_note="ü"), ensure_ascii=False).encode()
    )
    assert (answer.status, answer.json["refund_note"]) == (200, "ü")
    assert answer.all("mock-warning") == []
    assert_refused(
        posted(client, media_type, GOOD.decode().encode("utf-16")), "UnprocessableEntityError"
    )


def test_white_space_around_a_body(client: Client) -> None:
    """White space of JSON around and in a body is nothing."""
    sent = b" \r\n\t" + json.dumps(body(refund_timestamp=NOW), indent=4).encode() + b"\n\n "
    assert client.send(*SENDS_BODY["create"], body=sent).status == 200


class Piece(bytes):
    """A part of a body that may be joined to others, and not added to one after the other."""

    def __add__(self, other: object) -> bytes:
        raise AssertionError("each part is copied with all before it")

    __radd__ = __add__


@pytest.mark.parametrize("parts", [2, 3, 1_000])
def test_a_body_in_parts_is_joined_once(client: Client, parts: int) -> None:
    """The work grows with the length of a body, not with the square of it."""
    step = -(-len(GOOD) // parts)
    pieces = [Piece(GOOD[start : start + step]) for start in range(0, len(GOOD), step)]
    pieces += [Piece()] * (parts - len(pieces))
    method, path = SENDS_BODY["create"]
    assert client.send(method, path, body=pieces).status == 200
