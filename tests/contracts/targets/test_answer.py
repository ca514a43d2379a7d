"""A head that is taken in one step is read as `http.client` reads it."""

import http.client
import io
import socket

import pytest

from contracts.targets.answer import Answer

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nContent-Type: text/x; a=b\r\n\r\n{}"
HEADS = {
    "ordinary": OK,
    "error": b"HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 2\r\n\r\n{}",
    "no reason": b"HTTP/1.1 200\r\ncontent-length: 2\r\n\r\n{}",
    "an empty reason": b"HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\n{}",
    "a header twice": b"HTTP/1.1 200 OK\r\nvary: a\r\nvary: b\r\ncontent-length: 2\r\n\r\n{}",
    "a colon in a value": b"HTTP/1.1 200 OK\r\ndate: 12:30: now\r\ncontent-length: 2\r\n\r\n{}",
    "a length of 0": b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 1\r\n\r\n{}",
    "chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks and a length": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n"
        b"2\r\n{}\r\n0\r\n\r\n"
    ),
    "close": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: close\r\n\r\n{}",
    "no length": b"HTTP/1.1 200 OK\r\ncontent-type: a\r\n\r\n{}",
    "a bad length": b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
    "a negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
    "a long length": b"HTTP/1.1 200 OK\r\ncontent-length: " + b"9" * 5_000 + b"\r\n\r\n{}",
    "no headers": b"HTTP/1.1 200 OK\r\n\r\n{}",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 99 + b"content-length: 2\r\n\r\n{}",
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 101 + b"\r\n{}",
    "an old server": b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    "no content": b"HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n",
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
    "a folded header": b"HTTP/1.1 200 OK\r\na: b\r\n  c\r\ncontent-length: 2\r\n\r\n{}",
    "blanks": b"HTTP/1.1 200 OK\r\na:  b  \r\nc:d\r\ncontent-length: 2\r\n\r\n{}",
    "an empty value": b"HTTP/1.1 200 OK\r\na: \r\ncontent-length: 2\r\n\r\n{}",
    "latin-1": "HTTP/1.1 200 Schön\r\na: ü\r\ncontent-length: 2\r\n\r\n{}".encode("latin-1"),
    "bare line feeds": OK.replace(b"\r\n", b"\n"),
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a bad status": b"HTTP/1.1 2000 OK\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\ncontent-len",
    "nothing": b"",
}
AT_ONCE = {
    "ordinary",
    "error",
    "no reason",
    "an empty reason",
    "a header twice",
    "a colon in a value",
    "a length of 0",
}


class Bytes(socket.socket):
    """A socket that has received some bytes, and gets no more."""

    def __init__(self, received: bytes) -> None:
        self.received = received

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:  # type: ignore[override]
        """What was received."""
        return io.BufferedReader(io.BytesIO(self.received))


def read(kind: type[http.client.HTTPResponse], received: bytes, method: str) -> list[object]:
    """What is read of an answer, or the error."""
    answer = kind(Bytes(received), method=method)
    try:
        answer.begin()
        about = [answer.version, answer.status, answer.reason, answer.getheaders()]
        return [*about, answer.length, answer.will_close, answer.chunked, answer.read()]
    except http.client.HTTPException as error:
        return [type(error), str(error)]
    finally:
        answer.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", HEADS)
def test_it_reads_as_http_client_does(name: str, method: str) -> None:
    """The same head, the same way to the end of the body, and the same errors."""
    found = read(Answer, HEADS[name], method)
    assert found == read(http.client.HTTPResponse, HEADS[name], method)


def test_ordinary_heads_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`http.client` reads only those heads that need it."""
    slow = list[bytes]()

    def begin(answer: http.client.HTTPResponse) -> None:
        slow.append(answer.fp.peek())

    monkeypatch.setattr(http.client.HTTPResponse, "begin", begin)
    for received in HEADS.values():
        Answer(Bytes(received), method="GET").begin()
    assert {name for name, received in HEADS.items() if received not in slow} == AT_ONCE
