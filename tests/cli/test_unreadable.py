"""Bytes that are no request, or too many of them, at the raw socket with both HTTP protocols."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple

import pytest

from mockserver import Settings
from mockserver.app import create_app
from mockserver.cli.running import configured, protocol
from mockserver.spec.facts import ERROR_STATUSES, REFUNDS_PATH
from tests.cli.test_protocol import BODY, PROTOCOLS, listening, statuses, talk, token_call

each_protocol = pytest.mark.parametrize("http", PROTOCOLS)
KIB_64 = 65_536


@pytest.fixture(params=PROTOCOLS, scope="module")
def address(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """The address of a stand-in, once for each protocol."""
    with listening(PROTOCOLS[request.param]) as address:
        yield address


class Told(NamedTuple):
    """What should come back for some bytes."""

    sent: bytes
    error_name: str
    words: str


def get(target: bytes, headers: bytes = b"") -> bytes:
    """A GET of a target that is written as it is."""
    return b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n"


REFUSED = {
    "a letter as it is in a query": Told(
        get(f"{REFUNDS_PATH}?check_number=é".encode()),
        "BadRequestError",
        "the URL has the byte 0xc3 as it is; percent-encode it: %C3",
    ),
    "a letter as it is in a path": Told(
        get("/ü".encode()), "BadRequestError", "the URL has the byte 0xc3 as it is"
    ),
    "TLS": Told(
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
        "BadRequestError",
        "this port speaks HTTP, not HTTPS: use http:// in the URL",
    ),
    "HTTP/2 at once": Told(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 30,
        "BadRequestError",
        "this port speaks HTTP/1.1",
    ),
    "a blank in the URL": Told(get(b"/a b"), "BadRequestError", "this is no request in HTTP/1.1"),
    "no colon": Told(get(b"/", b"no colon\r\n"), "BadRequestError", "this is no request in HTTP"),
    "a greeting": Told(b"hello\r\n\r\n", "BadRequestError", "this is no request in HTTP/1.1"),
    "a long URL": Told(get(b"/" + b"a" * KIB_64), "UriTooLongError", "the URL is too long"),
    "a long query": Told(
        get(b"/?" + b"a" * 3 * KIB_64), "UriTooLongError", "expected at most 32768 bytes"
    ),
    "many parameters": Told(
        get(b"/?" + b"a&" * 2_000),
        "UriTooLongError",
        "the query has 2001 parameters; expected at most 2000",
    ),
    "long headers": Told(
        get(b"/", b"x: y\r\n" * 20_000), "HeadersTooLargeError", "the URL and the headers are too"
    ),
    "a long header": Told(
        get(b"/", b"x: " + b"y" * 3 * KIB_64 + b"\r\n"),
        "HeadersTooLargeError",
        "expected at most 65536 bytes in all",
    ),
}


def envelope(answer: bytes) -> Any:
    """The body of the one answer, whose headers are complete and close the connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert b"connection: close" in lines
    assert b"content-type: application/json" in lines
    assert b"content-length: %d" % len(body) in lines
    return json.loads(body)


@pytest.mark.parametrize("name", REFUSED)
def test_the_envelope_says_what_is_wrong(
    name: str, address: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    """One answer in the envelope with its status, and one line in the log with the same words."""
    told = REFUSED[name]
    answer = talk(address, told.sent, close=False)
    assert statuses(answer) == [ERROR_STATUSES[told.error_name]], answer
    document = envelope(answer)
    assert document["errorName"] == told.error_name
    assert told.words in document["content"]["message"]
    (line,) = caplog.messages
    assert line.startswith("refused a request from 127.0.0.1:")
    assert line.endswith(document["content"]["message"])
    assert line.isprintable()


def test_a_head_without_end_is_refused(address: tuple[str, int]) -> None:
    """A URL or a header that never ends is refused soon after 64 KiB, not read on."""
    for begin, status in ((b"GET /", 414), (b"GET / HTTP/1.1\r\nx: ", 431)):
        with socket.create_connection(address, timeout=10) as connection:
            sent = connection.send(begin)
            try:
                while sent < 20_000_000:
                    sent += connection.send(b"a" * 16_384)
            except OSError:
                pass
            assert sent < 20_000_000, status


def test_a_long_url_is_refused(address: tuple[str, int]) -> None:
    """At 32 KiB, in one piece and in two, though the head as a whole is short enough."""
    longest = get(b"/_mock/health?".ljust(32_768, b"a"))
    longer = get(b"/_mock/health?".ljust(32_769, b"a"))
    assert statuses(talk(address, longest)) == [200, 200]
    assert statuses(talk(address, longest[:20_000], longest[20_000:])) == [200, 200]
    for pieces in ((longer,), (longer[:20_000], longer[20_000:])):
        answer = talk(address, *pieces, close=False)
        assert statuses(answer) == [414]
        assert "at most 32768 bytes" in envelope(answer)["content"]["message"]


CHUNKED = b"Transfer-Encoding: chunked\r\n"
ENDLESS = {
    "a trailer": b"1\r\n{\r\n0\r\nx: ",
    "a chunk extension": b"1\r\n{\r\n1;x=",
    "a first chunk extension": b"1;x=",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_stands_round_chunks_is_bounded_too(name: str, address: tuple[str, int]) -> None:
    """It is refused soon after 64 KiB, in one piece and in many."""
    call = token_call(b"", ENDLESS[name], CHUNKED)
    answer = talk(address, call + b"a" * 3 * KIB_64, close=False)
    assert statuses(answer) == [431]
    assert envelope(answer)["errorName"] == "HeadersTooLargeError"
    pieces = [b"a" * 4_096] * 48
    assert statuses(talk(address, call, *pieces, close=False)) == [431]


def test_many_trailers_are_bounded_too(address: tuple[str, int]) -> None:
    """Short ones count together; few are read, and are no headers of the request."""
    chunks = b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY)
    many = token_call(b"", chunks + b"x: y\r\n" * 30_000, CHUNKED)
    assert statuses(talk(address, many, close=False)) == [431]
    few = token_call(b"", chunks + b"Content-Type: text/plain\r\n\r\n", CHUNKED)
    assert statuses(talk(address, few)) == [200, 200]
    late = few.replace(b"Content-Type: application/json\r\n", b"", 1).replace(
        b"text/plain", b"application/json"
    )
    assert statuses(talk(address, late)) == [415, 200]


@pytest.mark.parametrize("size", [1_000, 16_000, 33_000, 60_000])
def test_a_long_head_within_the_limit_is_read(size: int, address: tuple[str, int]) -> None:
    """In one piece and in two, as the URL and as headers."""
    filled = b"x: " + b"y" * (size - 3) + b"\r\n"
    url = b"/_mock/health?" + b"a" * min(size, 32_000)
    for sent in (get(url), get(b"/_mock/health", filled)):
        assert statuses(talk(address, sent)) == [200, 200]
        assert statuses(talk(address, sent[: size // 2], sent[size // 2 :])) == [200, 200]


def test_long_bodies_in_a_row_are_no_long_head(address: tuple[str, int]) -> None:
    """Bodies of 100 KB on one connection, sent at once, do not count as a head."""
    body = BODY[:-1] + b" " * 100_000 + b"}"
    answer = talk(address, token_call(b"", body) * 5)
    assert statuses(answer) == [200] * 6


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://x", 307),
        (b"http://x?a=b", 307),
        (b"HTTP://user@x:80/_mock/health?a", 200),
        (b"http://[::1]:5050/nowhere", 404),
    ],
)
def test_the_absolute_form_is_read(target: bytes, status: int, address: tuple[str, int]) -> None:
    """As clients of a proxy send it, with a path or without one."""
    assert statuses(talk(address, get(target))) == [status, 200]


def test_answers_that_are_due_come_first(address: tuple[str, int]) -> None:
    """What follows good requests on a connection spoils no answer to them, and ends it."""
    good = get(b"/_mock/health")
    answer = talk(address, good * 3 + b"hello\r\n\r\n" + good, close=False)
    assert statuses(answer)[:3] in ([200, 200, 200], [200, 200, 400])
    assert len(statuses(answer)) <= 4


@each_protocol
def test_a_client_that_stops_is_hung_up_on(http: str) -> None:
    """After the idle seconds: 408 for half a head or half a body, and nothing for no byte."""
    call = token_call(b"")
    with listening(PROTOCOLS[http], idle_seconds=1) as address:
        for half in (call[:30], call[:-5]):
            answer = talk(address, half, close=False)
            assert statuses(answer) == [408]
            assert envelope(answer)["errorName"] == "RequestTimeoutError"
        assert talk(address, close=False) == b""


@each_protocol
def test_the_time_to_keep_a_connection_is_a_setting(http: str) -> None:
    """With 0 a connection ends with its answer; by default it lasts 75 seconds."""
    with listening(PROTOCOLS[http], keep_alive_seconds=0) as address:
        assert statuses(talk(address, get(b"/_mock/health"), close=False)) == [200]
    with listening(PROTOCOLS[http]) as address, closing(HTTPConnection(*address)) as connection:
        sockets = set()
        for _ in range(2):
            connection.request("GET", "/_mock/health")
            sockets.add(connection.sock)
            assert b"alive" in connection.getresponse().read()
        assert len(sockets) == 1
    assert configured(create_app(), protocol()).timeout_keep_alive == 75
    assert Settings().keep_alive_seconds == 75


def test_a_tls_client_is_told_in_the_log(
    address: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    """A real handshake fails at once, and the log says why."""
    with socket.create_connection(address, timeout=10) as connection:
        context = ssl.create_default_context()
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_hostname="localhost")
    assert any("speaks HTTP, not HTTPS" in line for line in caplog.messages)
