"""What a control request may send: how much of it, and which files it may name."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.spec.facts import REFUNDS_PATH
from tests.serving import in_process

JSON = {"content-type": "application/json"}


def test_a_body_over_the_limit_is_refused() -> None:
    """The limit for bodies holds under /_mock as well, and names its flag."""
    with in_process(create_app(Settings(max_body_bytes=64))) as client:
        answer = client.post("/_mock/worlds", json={"name": "x" * 100})
        assert answer.status_code == 413
        assert "64 bytes (--max-body-bytes)" in answer.json()["error"]
        assert client.post("/_mock/worlds", json={"name": "mine"}).status_code == 201


@pytest.mark.parametrize("fixture", ["a\0/b.json", "x" * 4_000 + ".json", "/no/such.json"])
def test_a_fixture_that_can_be_no_file_is_told(client: httpx.Client, fixture: str) -> None:
    """Text that names no file is a 422 that says which fixtures there are."""
    body = json.dumps({"name": "mine", "fixture": fixture})
    answer = client.post("/_mock/worlds", content=body, headers=JSON)
    assert answer.status_code == 422
    assert "default, documented, empty" in answer.json()["error"]


def test_a_file_without_a_fixture_s_suffix_is_not_read(
    client: httpx.Client, tmp_path: Path
) -> None:
    """Over HTTP only files that end as fixtures do are read, so that no other is told of."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2", encoding="utf-8")
    answer = client.post("/_mock/worlds", json={"name": "mine", "fixture": str(secret)})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text
    assert ".json, .yaml, .yml" in answer.json()["error"]


UNREADABLE = {
    "a byte order mark": b'\xef\xbb\xbf{"name": "mine"}',
    "UTF-16": '{"name": "mine"}'.encode("utf-16"),
    "UTF-32": '{"name": "mine"}'.encode("utf-32"),
    "no UTF-8": b'{"name": "\xff"}',
    "no JSON": b"{",
    "a list": b"[]",
    "NaN": b'{"name": NaN}',
    "half a surrogate": b'{"name": "\\ud800"}',
}


@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE)
def test_both_planes_read_the_same(client: httpx.Client, sent: bytes) -> None:
    """What the data plane refuses as a body is 422 under /_mock as well, with what is expected."""
    told = client.post("/_mock/worlds", content=sent, headers=JSON)
    data = client.post(REFUNDS_PATH, content=sent, headers={"content-type": "application/json"})
    assert (told.status_code, data.status_code) == (422, 422)
    expected = data.headers["mock-refusal"].partition("; expected ")[2]
    assert f"expected {expected}, like " in told.json()["error"]


def test_a_byte_order_mark_is_told(client: httpx.Client) -> None:
    """The message says what is wrong, in words of JSON and not of Python."""
    told = client.post(
        "/_mock/worlds", content=UNREADABLE["a byte order mark"], headers=JSON
    ).json()["error"]
    assert "without a byte order mark" in told
    assert "utf-8-sig" not in told


def test_a_packed_body_is_read(client: httpx.Client) -> None:
    """Under /_mock too gzip is read, and another coding is 415."""
    packed = gzip.compress(b'{"name": "mine"}')
    for coding, status in (("gzip", 201), ("br", 415), ("deflate", 422)):
        answer = client.post(
            "/_mock/worlds", content=packed, headers={**JSON, "content-encoding": coding}
        )
        assert answer.status_code == status, answer.text
