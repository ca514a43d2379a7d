"""Bodies that no client should send: each gets a clear answer, never a 500, and never half a change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Make
from tests.api.operations import SENDS_BODY, assert_refused
from tests.client import Answer, Client
from tests.organization import NOW, REFUND, body, part

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
    """Where bodies need not be readable, an update by such a body changes nothing: it counts as {}."""
    client = make(rules={"body-json": level, "unknown-field": "off"})
    before = client.get(REFUND).body
    answer = client.send(*SENDS_BODY["update"], body=sent)
    assert (answer.status, answer.body) == (200, before)
    assert_refused(client.send(*SENDS_BODY["create"], body=sent), "UnprocessableEntityError")


def with_amount(written: str) -> bytes:
    """A create of this amount, as it is written in JSON."""
    return GOOD.replace(b'"amount_cents": 100', b'"amount_cents": ' + written.encode(), 1)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2147483648", "amount-int32"),
        ("-2147483649", "amount-int32"),
        ("4294967297", "amount-int32"),
        (str(2**53 + 1), "amount-int32"),
        (str(2**63 - 1), "amount-int32"),
        (str(2**63), "amount-int32"),
        (str(-(2**64)), "amount-int32"),
        ("2147483648.0", "amount-int32"),
        ("1e10", "amount-int32"),
        ("1e300", "amount-int32"),
        ("1" + "0" * 4_000, "amount-int32"),
        ("1" + "0" * 5_000, "body-json"),
        ("-" + "9" * 100_000, "body-json"),
        ("1e400", "body-shape"),
        ("-1e400", "body-shape"),
        ("1e999999999", "body-shape"),
        ("0.5", "body-shape"),
        ("1e-1", "body-shape"),
        ("NaN", "body-json"),
        ("-Infinity", "body-json"),
        ("0", "amount-positive"),
        ("-0", "amount-positive"),
        ("-0.0", "amount-positive"),
        ("0e9", "amount-positive"),
        ("-1", "amount-positive"),
    ],
)
def test_numbers_that_are_no_amount(client: Client, written: str, rule: str) -> None:
    """Each is answered 422 by the rule that it breaks, with a message of bearable length."""
    before = client.export()
    answer = client.send(*SENDS_BODY["create"], body=with_amount(written))
    assert_refused(answer, "UnprocessableEntityError")
    assert answer.json["content"]["message"].startswith(f"{rule}: $"), answer.body
    assert len(answer.body) < 600
    assert client.export() == before


@pytest.mark.parametrize("digits", [4_290, 4_299, 4_300])
def test_amounts_of_any_size_where_they_are_let_pass(make: Make, digits: int) -> None:
    """Where amounts of any size are kept, the largest readable ones are kept, listed and summed."""
    client = make(profile="lenient")
    huge = 10 ** (digits - 1)
    for level in ("off", "warn", "enforce"):
        client = make(profile="lenient", rules={"allocation-sum": level})
        answer = client.create(amount_cents=huge, allocations=[part(huge * 9)] * 20)
        if level == "enforce":
            assert_refused(answer, "UnprocessableEntityError")
            continue
        assert answer.status == 200, answer.body
        assert answer.json["amount_cents"] == huge
        for direction in ("asc", "desc"):
            page = client.list(sort="amount_cents", sort_direction=direction, limit=1)
            assert page.status == 200
            rest = client.list(
                sort="amount_cents", sort_direction=direction, page_token=page.json["next_page_token"]
            )
            assert len(rest.json["items"]) == 2


DEEP: dict[str, Any] = {"lists": (b"[", b"]"), "objects": (b'{"a":', b"}")}


@pytest.mark.parametrize("depth", [100, 150, 200, 250, 500, 900, 1_000, 2_000, 10_000, 100_000])
@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("place", ["an unknown field", "a text", "a target", "the allocations"])
def test_nesting_of_any_depth(client: Client, depth: int, shape: str, place: str) -> None:
    """A deeply nested value is warned of in an unknown field and refused in a known one, or refused."""
    opening, closing = DEEP[shape]
    deep = opening * depth + b"1" + closing * depth
    fields: dict[str, dict[str, Any]] = {
        "an unknown field": {"extra": "DEEP"},
        "a text": {"refund_note": "DEEP"},
        "a target": {"allocations": [part(aim="DEEP")]},
        "the allocations": {"allocations": "DEEP"},
    }
    before = client.export()
    sent = json.dumps(body(**fields[place])).encode().replace(b'"DEEP"', deep)
    answer = client.send(*SENDS_BODY["create"], body=sent)
    if answer.status == 200:
        assert place == "an unknown field"
        assert len(answer.all("mock-warning")) == 1
    else:
        assert_refused(answer, "UnprocessableEntityError")
        assert client.export() == before
    assert (answer.status == 200) == (place == "an unknown field" and depth <= 900) or depth == 1_000


DOUBLED: dict[str, tuple[bytes, str, Any]] = {
    "a field": (b'{"refund_note":"first",', "refund_note", None),
    "a misfit first": (b'{"amount_cents":"x",', "amount_cents", 100),
    "a required field": (b'{"amount_cents":7,', "amount_cents", 100),
}


@pytest.mark.parametrize("name", ["refund_note", "check_number"])
def test_the_last_of_two_keys_counts(client: Client, name: str) -> None:
    """Of a key that comes twice the last value counts, misfits before it included."""
    for first in (b'"first"', b"5", b"null", b"{}"):
        sent = b'{"%b":%b,"extra":1,%b,"%b":"last"}' % (name.encode(), first, GOOD[1:-1], name.encode())
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
    answer = posted(client, media_type, json.dumps(body(refund_note="ü"), ensure_ascii=False).encode())
    assert (answer.status, answer.json["refund_note"]) == (200, "ü")
    assert answer.all("mock-warning") == []
    assert_refused(posted(client, media_type, GOOD.decode().encode("utf-16")), "UnprocessableEntityError")


def test_white_space_around_a_body(client: Client) -> None:
    """White space of JSON around and in a body is nothing."""
    sent = b" \r\n\t" + json.dumps(body(refund_timestamp=NOW), indent=4).encode() + b"\n\n "
    assert client.send(*SENDS_BODY["create"], body=sent).status == 200
