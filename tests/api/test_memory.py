"""What clients send is kept only while it is short: no request makes the stand-in grow for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest

from mockserver.api import jwts, pages
from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH, TOKEN_PATH
from tests.api.conftest import Make
from tests.client import Client


def test_long_queries_are_not_kept(client: Client) -> None:
    """A list with many parameters is answered as ever, and forgotten."""
    pages._kept.cache_clear()
    for number in range(5):
        query = b"&".join(b"p%d-%d=x" % (number, place) for place in range(21_000))
        assert client.send("GET", REFUNDS_PATH, query=query).status == 200
    assert pages._kept.cache_info().currsize == 0
    client.send("GET", REFUNDS_PATH, query=b"limit=1&check_number=" + b"x" * 491)
    assert pages._kept.cache_info().currsize == 1


def test_long_tokens_are_not_kept(make: Make, signing_key: str) -> None:
    """A bearer token of a megabyte that begins as a JWT does is any other text."""
    client = make(signing_key=signing_key)
    app = client.app
    for letter in "abc":
        assert Client(app, token="ey" + letter * 1_000_000).list().status == 200
    assert app.gate._kept.cache_info().currsize == 0


KINDS: dict[str, Callable[[Client], object]] = {
    "create": lambda client: client.create(),
    "a wrong shape": lambda client: client.send("POST", REFUNDS_PATH, {"amount_cents": "x"}),
    "no JSON": lambda client: client.send("POST", REFUNDS_PATH, body=b"{"),
    "list": lambda client: client.list(),
    "not found": lambda client: client.send("GET", f"{REFUNDS_PATH}/{PAGE_EXAMPLE_ID}"),
    "a rule": lambda client: client.send("GET", REFUNDS_PATH, query=b"limit=0"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_call_keeps_its_world(kind: str, client: Client) -> None:
    """A world that was reset is freed at once: the collector of circles seldom runs."""
    gc.collect()
    gc.disable()
    try:
        KINDS[kind](client)
        old = weakref.ref(client.app.worlds.get("default"))
        client.app.worlds.reset("default")
        assert old() is None
    finally:
        gc.enable()


def test_every_token_of_ours_is_short_enough(make: Make, signing_key: str) -> None:
    """The longest name of a world, and the largest key in use, fit."""
    client = make(signing_key=signing_key, auth="issued")
    sent = {"client_id": "😀" * 512, "client_secret": "x"}
    token = client.send("POST", TOKEN_PATH, sent).json["access_token"]
    assert Client(client.app, token=token).list().status == 200
    head, claims, _ = token.split(".")
    signature_bytes = 16_384 // 8
    assert len(head) + len(claims) + 2 + signature_bytes * 4 // 3 + 2 < jwts.LONGEST_TOKEN
