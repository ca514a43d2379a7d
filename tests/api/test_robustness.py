"""Requests that no client should send: sizes, pieces, early ends, odd queries; not odd bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.types import Message

from mockserver.spec.facts import REFUNDS_PATH
from tests.api.conftest import Make
from tests.api.operations import MEMBER, OPERATIONS, SENDS_BODY, Asked, assert_refused
from tests.client import Answer, Client, exchange
from tests.organization import REFUND, body

LIMIT = 2_000
GOOD = json.dumps(body()).encode()
each_body = pytest.mark.parametrize(("method", "path"), SENDS_BODY.values(), ids=SENDS_BODY)
each_operation = pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)


def padded(size: int) -> bytes:
    """A good create of exactly this many bytes."""
    return GOOD[:-1] + b" " * (size - len(GOOD)) + b"}"


def in_pieces(sent: bytes, size: int) -> list[bytes]:
    """The bytes in pieces of this size."""
    return [sent[start : start + size] for start in range(0, len(sent), size)]


@pytest.fixture
def narrow(make: Make) -> Client:
    """A client of a stand-in that takes bodies of at most 2,000 bytes."""
    return make(max_body_bytes=LIMIT)


def assert_too_large(answer: Answer) -> None:
    """The answer is a 413 that names the limit and ends the connection."""
    assert_refused(answer, "PayloadTooLargeError")
    assert f"at most {LIMIT}" in answer.json["content"]["message"]
    assert answer.one("connection") == "close"


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT])
@pytest.mark.parametrize("piece", [LIMIT, 100, 7])
def test_a_body_at_the_limit(narrow: Client, size: int, piece: int) -> None:
    """A body of exactly the limit is read, whole or in pieces, with its length told or not."""
    sent = padded(size)
    for headers in ({"content-length": str(size)}, {"transfer-encoding": "chunked"}):
        answer = narrow.send("POST", REFUNDS_PATH, body=in_pieces(sent, piece), headers=headers)
        assert answer.status == 200, answer.body


@each_body
@pytest.mark.parametrize("piece", [LIMIT + 1, 100, 7])
def test_a_body_over_the_limit(narrow: Client, method: str, path: str, piece: int) -> None:
    """A body of one byte more is 413, whole or in pieces, and changes nothing."""
    before, sent = narrow.export(), padded(LIMIT + 1)
    for headers in ({"content-length": str(len(sent))}, {"transfer-encoding": "chunked"}):
        answer = narrow.send(method, path, body=in_pieces(sent, piece), headers=headers)
        assert_too_large(answer)
    assert narrow.export() == before


@each_body
@pytest.mark.parametrize("length", [str(LIMIT + 1), str(2**63), "9" * 5_000, "0" * 10 + "2001"])
def test_a_length_over_the_limit_is_refused_unread(
    narrow: Client, method: str, path: str, length: str
) -> None:
    """A body whose length is told to be too large is 413 before any of it is read."""
    scope = narrow.scope(
        method, path, headers={"authorization": "Bearer x", "content-length": length}
    )
    answer = exchange(narrow.app, scope, [])
    assert answer is not None
    assert_too_large(answer)


@each_body
def test_an_endless_body_is_not_read_to_its_end(narrow: Client, method: str, path: str) -> None:
    """Reading stops at the limit, however much more is sent."""
    scope = narrow.scope(method, path, headers={"authorization": "Bearer x"})
    piece: Message = {"type": "http.request", "body": b"x" * 500, "more_body": True}
    answer = exchange(narrow.app, scope, [piece] * 6)
    assert answer is not None
    assert_too_large(answer)


@pytest.mark.parametrize("length", ["", "-1", "abc", "1.5", "+9999", "²", " 9999", "0x9999"])
def test_a_length_that_is_no_number(narrow: Client, length: str) -> None:
    """A Content-Length that is no number counts as none."""
    answer = narrow.send("POST", REFUNDS_PATH, body=GOOD, headers={"content-length": length})
    assert answer.status == 200
    assert_too_large(
        narrow.send("POST", REFUNDS_PATH, body=padded(9_999), headers={"content-length": length})
    )


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_body_in_many_pieces(client: Client, size: int) -> None:
    """A body cut anywhere, within its characters and escapes, is the same body."""
    sent = json.dumps(body(refund_note="ü😀" * 50), ensure_ascii=False).encode()
    pieces = [piece for part in in_pieces(sent, size) for piece in (part, b"")]
    assert client.send("POST", REFUNDS_PATH, body=pieces).json["refund_note"] == "ü😀" * 50


def test_messages_without_their_optional_keys(client: Client) -> None:
    """A server may leave `body` and `more_body` out of its messages."""
    scope = client.scope("PATCH", MEMBER, headers={"authorization": "Bearer x"})
    answer = exchange(client.app, scope, [{"type": "http.request"}])
    assert answer is not None
    assert answer.status == 200


@each_operation
def test_a_client_that_goes_away_at_once(client: Client, asked: Asked) -> None:
    """An operation that reads a body does not answer a client that is gone; others need none."""
    before = client.export()
    scope = client.scope(asked.method, asked.path, headers={"authorization": "Bearer x"})
    answer = exchange(client.app, scope, [{"type": "http.disconnect"}])
    if asked.document is None:
        assert answer is not None
        assert answer.status == 200
    else:
        assert answer is None
        assert client.export() == before


@pytest.mark.parametrize("path", [REFUNDS_PATH, MEMBER])
def test_a_get_with_a_body(client: Client, path: str) -> None:
    """A body that a get should not have is not looked at, however large."""
    plain = client.send("GET", path).body
    for sent in (GOOD, b"\xff" * 100, b" " * 2_000_000):
        assert client.send("GET", path, body=sent).body == plain


ODD_QUERIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 200),
    "separators": (b"&&&", 200),
    "no name": (b"=1", 200),
    "no value": (b"limit", 422),
    "half an escape": (b"check_number=%", 200),
    "a bad escape": (b"check_number=%zz&limit=1", 200),
    "a name with a bad escape": (b"%zz=1", 200),
    "NUL": (b"check_number=%00", 200),
    "a raw NUL": (b"check_number=\x00", 200),
    "no UTF-8": (b"check_number=%ff%fe", 200),
    "8-bit bytes": (b"check_number=\xfc\xff", 200),
    "8-bit bytes in a name": (b"\xfc=\xff", 200),
    "a surrogate": (b"check_number=%ed%a0%bd", 200),
    "a newline": (b"check_number=a%0d%0ab", 200),
    "a plus": (b"check_number=a+b", 200),
    "a semicolon": (b"limit=1;sort=amount_cents", 422),
    "brackets": (b"check_number[]=1001", 200),
    "commas": (b"check_number=1001,1002", 200),
    "a question mark": (b"?limit=1", 200),
    "10,000 unknown parameters": (b"&".join(b"p%d=1" % n for n in range(10_000)), 200),
    "10,000 check numbers": (b"&".join(b"check_number=%d" % n for n in range(10_000)), 200),
    "10,000 limits": (b"&".join([b"limit=1"] * 10_000), 422),
    "a long value": (b"check_number=" + b"x" * 100_000, 200),
    "a long name": (b"x" * 100_000 + b"=1", 200),
    "a long limit": (b"limit=" + b"1" * 100_000, 422),
    "a long token": (b"page_token=" + b"A" * 100_000, 422),
}


@pytest.mark.parametrize(("query", "status"), ODD_QUERIES.values(), ids=ODD_QUERIES)
def test_an_odd_query(client: Client, query: bytes, status: int) -> None:
    """Any query string is answered with a page or a 422, and with headers of bearable size."""
    answer = client.send("GET", REFUNDS_PATH, query=query)
    assert answer.status == status, answer.body[:500]
    if status == 422:
        assert_refused(answer, "UnprocessableEntityError")
    assert sum(len(name) + len(value) for name, value in answer.headers) < 30_000


@pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("query", [b"limit=0", b"x=%ff", b"page_token=x"])
def test_a_query_where_none_belongs(client: Client, asked: Asked, query: bytes) -> None:
    """Only the list looks at its query."""
    plain = asked.of(client)
    client.reset()
    answer = asked.of(client, query=query)
    if asked.path == MEMBER or asked.method == "POST":
        assert (answer.status, answer.body) == (plain.status, plain.body)


ODD_HEADERS: dict[str, dict[str, str]] = {
    "expect": {"expect": "100-continue"},
    "no encoding": {"content-encoding": "identity"},
    "an accept": {"accept": "text/html;q=0.9"},
    "a method override": {"x-http-method-override": "DELETE"},
    "a host": {"host": ""},
    "a long header": {"x-long": "x" * 100_000},
    "8 bits": {"user-agent": "ü\xff"},
    "if-match": {"if-match": "*", "if-none-match": "*"},
    "a range": {"range": "bytes=0-10"},
    "an idempotency key": {"idempotency-key": "1"},
    "an upgrade": {"upgrade": "websocket", "connection": "upgrade"},
}


@each_operation
@pytest.mark.parametrize("headers", ODD_HEADERS.values(), ids=ODD_HEADERS)
def test_other_headers_do_nothing(client: Client, asked: Asked, headers: dict[str, str]) -> None:
    """Headers that the API does not have change no answer."""
    plain = asked.of(client)
    client.reset()
    assert asked.of(client, headers=headers) == plain


def test_of_two_headers_the_first_counts(client: Client) -> None:
    """A second Authorization header does not replace the first."""
    scope: dict[str, Any] = client.scope("GET", f"{REFUNDS_PATH}/{REFUND}")
    for first, second, status in ((b"Bearer x", b"", 200), (b"", b"Bearer x", 401)):
        scope["headers"] = [(b"authorization", first), (b"authorization", second)]
        answer = exchange(client.app, scope, [])
        assert answer is not None
        assert answer.status == status


def test_a_body_of_many_misfits_is_told_in_part(client: Client) -> None:
    """Of 100,000 allocations that do not fit the first are told; the answer stays short."""
    body = b'{"amount_cents": 5, "allocations": [' + b",".join([b"{}"] * 100_000) + b"]}"
    answer = client.send("POST", REFUNDS_PATH, body=body)
    assert answer.status == 422
    assert "$.allocations[0].target" in answer.json["content"]["message"]
    assert len(answer.body) < 20_000
    assert sum(len(value) for value in answer.all("mock-refusal")) < 16_000
    assert answer.all("mock-refusal")[-1].startswith("and ")


def test_a_late_misfit_is_told_with_its_place(client: Client) -> None:
    """An allocation that does not fit is told where it stands, however many stand before it."""
    good = b'{"amount_cents": 1, "target": {"type": "unattributed"}}'
    allocations = b",".join([*[good] * 1_000, b"5"])
    body = b'{"amount_cents": 5, "allocations": [' + allocations + b"]}"
    assert (
        "$.allocations[1000] is 5"
        in client.send("POST", REFUNDS_PATH, body=body).json["content"]["message"]
    )
