"""A body in gzip or deflate is read as it is without; other codings are refused by name."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

import pytest

from tests.api.conftest import Make
from tests.api.operations import SENDS_BODY, assert_refused
from tests.client import Client
from tests.organization import body

BODIES = {"get_token": {"client_id": "me", "client_secret": "x"}, "create": body(), "update": {}}
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "GZip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "gzip, deflate": lambda plain: zlib.compress(gzip.compress(plain)),
    "identity, gzip": gzip.compress,
    "identity": bytes,
    "": bytes,
}
each_body = pytest.mark.parametrize("name", BODIES)


def bare(plain: bytes) -> bytes:
    """Deflate without zlib's wrapping, as some clients send it."""
    return zlib.compress(plain, wbits=-15)


def two_parts(plain: bytes) -> bytes:
    """A gzip of two members."""
    return gzip.compress(plain[:10]) + gzip.compress(plain[10:])


@each_body
@pytest.mark.parametrize("coding", CODINGS)
def test_a_coded_body_is_read(client: Client, name: str, coding: str) -> None:
    """The answer is that to the plain body."""
    method, path = SENDS_BODY[name]
    plain = json.dumps(BODIES[name]).encode()
    expected = client.send(method, path, body=plain)
    client.reset()
    packed = CODINGS[coding](plain)
    answer = client.send(method, path, body=packed, headers={"content-encoding": coding})
    assert (answer.status, answer.json.keys()) == (200, expected.json.keys())


@pytest.mark.parametrize(("coding", "pack"), [("deflate", bare), ("gzip", two_parts)])
def test_other_forms_are_read(client: Client, coding: str, pack: Callable[[bytes], bytes]) -> None:
    """Bare deflate, and gzip of several members."""
    method, path = SENDS_BODY["create"]
    packed = pack(json.dumps(body()).encode())
    answer = client.send(method, path, body=packed, headers={"content-encoding": coding})
    assert answer.status == 200, answer.body


@each_body
@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "gzip" + ", gzip" * 3, "x" * 5_000])
def test_another_coding_is_refused_by_name(client: Client, name: str, coding: str) -> None:
    """415, which names what was sent and what is read."""
    method, path = SENDS_BODY[name]
    answer = client.send(method, path, BODIES[name], headers={"content-encoding": coding})
    assert_refused(answer, "InvalidContentTypeError")
    assert answer.one("accept-encoding") == "gzip, deflate"
    message = answer.json["content"]["message"]
    assert f'Content-Encoding is "{coding}'[:80] in message
    assert "expected gzip, deflate or none" in message
    assert len(answer.body) < 300


@each_body
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_is_not_coded_so_is_refused(client: Client, name: str, coding: str) -> None:
    """A plain body, one that is cut, one with something behind it, and one of too many parts."""
    method, path = SENDS_BODY[name]
    packed = CODINGS[coding](json.dumps(BODIES[name]).encode())
    for sent in (b"{}", packed[:-1], packed + b"x", CODINGS[coding](b"") * 101):
        answer = client.send(method, path, body=sent, headers={"content-encoding": coding})
        assert_refused(answer, "UnprocessableEntityError")
        assert f"the body is not in {coding}" in answer.json["content"]["message"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, deflate"])
def test_the_limit_holds_for_what_is_unpacked(make: Make, coding: str) -> None:
    """A small body that unpacks to more than the limit gets 413, and costs no more than that."""
    client, plain = make(max_body_bytes=10_000), json.dumps(body()).encode()
    method, path = SENDS_BODY["create"]
    for size, status in ((10_000, 200), (10_001, 413), (3_000_000, 413)):
        packed = CODINGS[coding](plain.ljust(size))
        answer = client.send(method, path, body=packed, headers={"content-encoding": coding})
        assert answer.status == status, size
