"""An answer that is whole goes out in one write; uvicorn sends all others as it does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message
from uvicorn.server import ServerState

from mockserver import Settings, create_app
from mockserver.cli.protocol import Protocol
from mockserver.cli.running import configured

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
DATE = (b"date", b"today")
BODY = b'{"a":1}'
LENGTH = (b"content-length", b"%d" % len(BODY))
JSON = (b"content-type", b"application/json")
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\ndate: today\r\ncontent-type: application/json\r\n\r\n"
)


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    """The start of an answer."""
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes = BODY, *, more: bool = False) -> Message:
    """A piece of its body."""
    return {"type": "http.response.body", "body": data, "more_body": more}


class Sink(asyncio.Transport):
    """A transport that keeps what is written, write by write."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        """Whether the protocol hung up."""
        return self.is_closed

    def close(self) -> None:
        """Hang up."""
        self.is_closed = True

    def pause_reading(self) -> None:
        """Nothing comes."""

    def resume_reading(self) -> None:
        """Nothing comes."""


async def written(messages: list[Message], request: bytes = GET, *, fails: bool = False) -> Sink:
    """What is written for the messages of an app, which fails behind them if asked."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        if fails:
            raise ValueError

    config = configured(create_app(Settings()), Protocol)
    config.app = app
    config.load()
    state = ServerState()
    state.default_headers = [DATE]
    protocol = Protocol(
        config=config, server_state=state, app_state={}, _loop=asyncio.get_running_loop()
    )
    sink = Sink()
    protocol.connection_made(sink)
    protocol.data_received(request)
    await asyncio.gather(*state.tasks)
    protocol.connection_lost(ConnectionResetError())
    return sink


def wrote(*args: Any, **options: Any) -> list[bytes]:
    """The writes alone."""
    return asyncio.run(written(*args, **options)).writes


def test_a_whole_answer_is_one_write() -> None:
    """Head and body together, and no write for nothing."""
    assert wrote([start(LENGTH, JSON), body()]) == [HEAD + BODY]


def test_a_body_may_be_left_out() -> None:
    """The message that ends an answer without a body need not have one."""
    (whole,) = wrote([start((b"content-length", b"0")), {"type": "http.response.body"}])
    assert whole.endswith(b"content-length: 0\r\ndate: today\r\n\r\n")


def test_an_answer_in_pieces_is_sent_piece_by_piece() -> None:
    """Its head does not wait for the last piece."""
    pieces = [body(b'{"a"', more=True), body(b":1}")]
    *head, first, second = wrote([start(LENGTH, JSON), *pieces])
    assert b"".join(head).endswith(b"\r\n\r\n")
    assert (first, second) == (b'{"a"', b":1}")


@pytest.mark.parametrize(
    "headers",
    [
        [JSON],
        [JSON, LENGTH],
        [LENGTH, (b"connection", b"close")],
        [LENGTH, LENGTH],
        [LENGTH, (b"x-long", b"a" * 1_000)],
    ],
    ids=lambda headers: str(headers)[:60],
)
def test_other_heads_are_left_to_uvicorn(headers: list[tuple[bytes, bytes]]) -> None:
    """Every header is there, and the body follows."""
    sink = asyncio.run(written([start(*headers), body()]))
    whole = b"".join(sink.writes)
    for name, value in headers:
        assert b"%b: %b\r\n" % (name, value) in whole
    assert BODY in whole
    assert sink.is_closed == ((b"connection", b"close") in headers)


def test_no_body_for_head_and_an_end_for_old_clients() -> None:
    """HEAD gets the head alone; a client of HTTP/1.0 is hung up on."""
    head = b"".join(wrote([start(LENGTH, JSON), body()], GET.replace(b"GET", b"HEAD")))
    assert head.endswith(b"\r\n\r\n")
    sink = asyncio.run(written([start(LENGTH), body()], GET.replace(b"1.1", b"1.0")))
    assert sink.is_closed
    assert b"connection: close" in b"".join(sink.writes)


@pytest.mark.parametrize("header", [(b"x", b"a\r\nb: c"), (b"x y", b"a")])
def test_a_header_that_would_end_its_line_is_never_written(header: tuple[bytes, bytes]) -> None:
    """Uvicorn refuses it."""
    whole = b"".join(wrote([start(LENGTH, header), body()]))
    assert b"b: c" not in whole
    assert b"x y" not in whole


@pytest.mark.parametrize(("length", "sent"), [(b"7", b"longer than that"), (b"7", b"less")])
def test_a_body_of_another_length_is_an_error(length: bytes, sent: bytes) -> None:
    """No answer looks whole that is not."""
    sink = asyncio.run(written([start((b"content-length", length)), body(sent)]))
    assert sink.is_closed


@pytest.mark.parametrize("length", [LENGTH, (b"content-length", b"0")])
def test_an_app_that_fails_before_its_body_gets_500(length: tuple[bytes, bytes]) -> None:
    """The start that it sent is not written, even if no body was to follow."""
    whole = b"".join(wrote([start(length, JSON)], fails=True))
    assert whole.startswith(b"HTTP/1.1 500 ")
    assert whole.count(b"HTTP/1.1") == 1
