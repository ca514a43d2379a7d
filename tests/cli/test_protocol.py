"""A request that offers an upgrade is answered in HTTP/1.1, its body read, at the raw socket."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockserver import Settings, create_app
from mockserver.cli.h11_protocol import PlainProtocol
from mockserver.cli.protocol import Protocol
from mockserver.cli.running import Server, configured

PROTOCOLS: dict[str, type[asyncio.Protocol]] = {"httptools": Protocol, "h11": PlainProtocol}
OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n",
    "tls": b"Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n",
    "websocket": b"Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\n",
}
BODY = b'{"client_id": "me", "client_secret": "any"}'
LAST = b"GET /_mock/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@contextmanager
def listening(http: type[asyncio.Protocol], **settings: Any) -> Iterator[tuple[str, int]]:
    """The address of a stand-in served with one HTTP protocol, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(Settings(**settings))
    server = Server(configured(app, http), app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(params=PROTOCOLS, scope="module")
def address(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """The address of a stand-in, once for each protocol."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    with listening(PROTOCOLS[request.param]) as address:
        yield address


def talk(address: tuple[str, int], *pieces: bytes, close: bool = True) -> bytes:
    """All that comes back for some bytes, the last request of which ends the connection."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        if close:
            connection.sendall(LAST)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
    return answer


def token_call(offer: bytes, body: bytes = BODY, framing: bytes | None = None) -> bytes:
    """A token call that offers an upgrade."""
    framing = b"Content-Length: %d\r\n" % len(body) if framing is None else framing
    head = b"POST /api/auth/v2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return head + offer + framing + b"\r\n" + body


def statuses(answer: bytes) -> list[int]:
    """The status of each answer, in order."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.mark.parametrize("offer", OFFERS)
def test_the_body_of_an_offer_is_read(offer: str, address: tuple[str, int]) -> None:
    """In one piece with the headers, and in pieces cut anywhere."""
    call = token_call(OFFERS[offer])
    assert statuses(talk(address, call)) == [200, 200]
    for cut in range(1, len(call), 7):
        answer = talk(address, call[:cut], call[cut:])
        assert statuses(answer) == [200, 200], (cut, answer)
        assert b'"access_token"' in answer


def test_a_body_in_chunks_is_read(address: tuple[str, int]) -> None:
    """The chunks are joined as ever."""
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
    call = token_call(OFFERS["h2c"], chunks, b"Transfer-Encoding: chunked\r\n")
    assert statuses(talk(address, call)) == [200, 200]


def test_a_large_body_is_read(address: tuple[str, int]) -> None:
    """A body of 200 KB comes in many pieces."""
    body = BODY[:-1] + b" " * 200_000 + b"}"
    assert statuses(talk(address, token_call(OFFERS["h2c"], body))) == [200, 200]


def test_a_client_that_waits_for_100_gets_it(address: tuple[str, int]) -> None:
    """The interim answer comes, though an upgrade is offered as well."""
    call = token_call(OFFERS["h2c"] + b"Expect: 100-continue\r\n")
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(call[: -len(BODY)])
        assert statuses(connection.recv(4096)) == [100]
        connection.sendall(BODY)
        assert statuses(connection.recv(65_536)) == [200]


def test_many_offers_on_one_connection_are_answered(address: tuple[str, int]) -> None:
    """Offers with and without bodies, one behind the other and sent at once."""
    get = b"GET /_mock/health HTTP/1.1\r\nHost: x\r\n" + OFFERS["websocket"] + b"\r\n"
    answer = talk(address, (get + token_call(OFFERS["tls"])) * 300)
    assert statuses(answer) == [200] * 601


def test_an_offer_of_a_client_that_leaves_closes_the_connection(address: tuple[str, int]) -> None:
    """`Connection: upgrade, close` is answered, and the connection ends."""
    offer = b"Connection: upgrade, close\r\nUpgrade: h2c\r\n"
    assert statuses(talk(address, token_call(offer), close=False)) == [200]
