"""Content codings: gzip and deflate are read within a size, what is garbled is told."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from contracts.errors import TargetGarbage
from contracts.model import REFUNDS
from contracts.targets import content
from contracts.targets.app import AppTarget, Message, Receive, SendMessage
from contracts.targets.content import Garbled, TooLarge, unpacked, unread_coding
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Reply, Request
from mockserver import create_app
from tests.contracts.targets.servers import served

TEXT = b'{"items": []}' * 50
RAW = zlib.compress(TEXT, wbits=-15)
GZIP, DEFLATE = gzip.compress(TEXT), zlib.compress(TEXT)
TOKEN = Credentials(token="t")


def coded(*codings: str) -> tuple[tuple[str, str], ...]:
    """Headers that name codings."""
    return (("content-type", "x"), *(("content-encoding", coding) for coding in codings))


def named(value: object) -> str:
    """The name of a case, the same in each process: packed bytes hold the time."""
    if isinstance(value, bytes):
        return str(len(value))
    return value if isinstance(value, str) else repr(value)


@pytest.mark.parametrize(
    ("codings", "body", "expected"),
    [
        ((), TEXT, TEXT),
        (("identity",), TEXT, TEXT),
        (("gzip",), GZIP, TEXT),
        ((" GZIP ",), GZIP, TEXT),
        (("x-gzip",), GZIP, TEXT),
        (("gzip",), GZIP + GZIP, TEXT + TEXT),
        (("gzip",), GZIP + bytes(9), TEXT),
        (("gzip",), gzip.compress(b""), b""),
        (("deflate",), DEFLATE, TEXT),
        (("deflate",), RAW, TEXT),
        (("deflate, gzip",), gzip.compress(DEFLATE), TEXT),
        (("deflate", "gzip"), gzip.compress(DEFLATE), TEXT),
        (("gzip",), b"", b""),
        (("br",), b"\x0b\x02\x80", b"\x0b\x02\x80"),
        (("br, gzip",), GZIP, GZIP),
    ],
    ids=named,
)
def test_what_is_read(codings: tuple[str, ...], body: bytes, expected: bytes) -> None:
    """Codings in their order, parts behind one another, and what cannot be read stays."""
    assert unpacked(coded(*codings), body) == expected


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", GZIP[:-1]),
        ("gzip", GZIP[:20]),
        ("gzip", GZIP[:5]),
        ("gzip", TEXT),
        ("gzip", GZIP[:-8] + bytes(8)),
        ("gzip", GZIP + b"more"),
        ("gzip", gzip.compress(b"") * 101),
        ("gzip, gzip, gzip, gzip", GZIP),
        ("deflate", DEFLATE[:-1]),
        ("deflate", RAW[:-1]),
        ("deflate", TEXT),
    ],
    ids=named,
)
def test_what_is_garbled_or_cut_short_is_told(coding: str, body: bytes) -> None:
    """A checksum that is wrong, an end that is missing, and what follows an end."""
    with pytest.raises(Garbled):
        unpacked(coded(coding), body)


def test_a_small_body_cannot_become_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the bound is unpacked, over all parts."""
    monkeypatch.setattr(content, "MOST_BYTES", 1_000)
    assert len(unpacked(coded("gzip"), gzip.compress(bytes(1_000)))) == 1_000
    for body in (gzip.compress(bytes(1_001)), gzip.compress(bytes(600)) * 2):
        with pytest.raises(TooLarge, match="once unpacked"):
            unpacked(coded("gzip"), body)


def test_the_coding_that_is_not_read_is_named() -> None:
    """An empty body has nothing to read."""
    assert unread_coding(Reply(200, coded("gzip", "Zstd"), b"x")) == "zstd"
    assert unread_coding(Reply(200, coded("gzip"), b"x")) is None
    assert unread_coding(Reply(204, coded("br"), b"")) is None


class Packing:
    """Packs every answer of an app, asked or not; `cut` leaves that many bytes out."""

    def __init__(self, cut: int = 0) -> None:
        self._inner, self._cut = create_app(), cut
        self.accepted: set[bytes] = set()

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer in gzip."""
        self.accepted.add(dict(scope["headers"]).get(b"accept-encoding", b""))
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(dict(message))

        await self._inner(scope, receive, keep)
        body = gzip.compress(b"".join(message.get("body", b"") for message in sent))
        body = body[: len(body) - self._cut]
        pairs = [pair for pair in sent[0]["headers"] if pair[0] != b"content-length"]
        length = (b"content-length", b"%d" % len(body))
        headers = [*pairs, (b"content-encoding", b"gzip"), length]
        await send({**sent[0], "headers": headers})
        await send({"type": "http.response.body", "body": body})


def test_both_targets_read_what_a_gateway_packs() -> None:
    """The suite asks for no coding, and reads gzip all the same; a cut body is no answer."""
    packing, request = Packing(), Request("GET", REFUNDS, "limit=1")
    with served(packing) as url, served(Packing(cut=3)) as cut:
        for target in (AppTarget(packing, TOKEN), HttpTarget(url, TOKEN)):
            reply = target.send(request)
            assert (reply.status, len(reply.json()["items"])) == (200, 1)
            assert json.loads(reply.body) == reply.json()
            target.close()
        for target in (AppTarget(Packing(cut=3), TOKEN), HttpTarget(cut, TOKEN)):
            with pytest.raises(TargetGarbage, match="ends before its end"):
                target.send(request)
            target.close()
    assert packing.accepted == {b"", b"identity"}
