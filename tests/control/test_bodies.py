"""What a control request may send: how much of it, and which files it may name."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from mockserver import Settings, create_app
from tests.serving import in_process


def test_a_body_over_the_limit_is_refused() -> None:
    """The limit for bodies holds under /_mock as well, and names its flag."""
    with in_process(create_app(Settings(max_body_bytes=64))) as client:
        answer = client.post("/_mock/worlds", json={"name": "x" * 100})
        assert answer.status_code == 413
        assert "64 bytes (--max-body-bytes)" in answer.json()["error"]
        assert client.post("/_mock/worlds", json={"name": "mine"}).status_code == 201


@pytest.mark.parametrize(
    "fixture", ["\ud800", "a\0/b.json", "x" * 5_000 + ".json", "/no/such.json"]
)
def test_a_fixture_that_can_be_no_file_is_told(client: httpx.Client, fixture: str) -> None:
    """Text that names no file is a 422 that says which fixtures there are."""
    body = json.dumps({"name": "mine", "fixture": fixture})
    answer = client.post("/_mock/worlds", content=body)
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
