"""Answers that are not the API's: how they are told apart, and where a redirect leads."""

from __future__ import annotations

import pytest

from contracts.model import REFUNDS
from contracts.targets.strangers import advice_on, is_of_api, redirected_base
from contracts.targets.target import Pairs, Reply

JSON: Pairs = (("content-type", "application/json"),)
BASE = "http://api.test"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"items": []}', True),
        (200, b"[]", False),
        (200, b"<html>", False),
        (200, b"", False),
        (308, b"{}", False),
        (401, b'{"errorName": "UnauthorizedError", "content": {}}', True),
        (403, b'{"message": "Forbidden"}', False),
        (500, b'{"errorName": "x"}', True),
    ],
)
def test_the_form_of_this_api_s_answers(status: int, body: bytes, expected: bool) -> None:
    """An object; a refusal has an errorName."""
    assert is_of_api(Reply(status, JSON, body)) is expected


@pytest.mark.parametrize(
    ("location", "base"),
    [
        (f"https://api.test{REFUNDS}", "https://api.test"),
        (f"https://api.test{REFUNDS}/?limit=1", "https://api.test"),
        (f"http://other.test:8080/v2{REFUNDS}?limit=1#x", "http://other.test:8080/v2"),
        (f"//other.test{REFUNDS}", "http://other.test"),
        (f"/v2{REFUNDS}", "http://api.test/v2"),
        (f"{REFUNDS}/", None),
        ("https://login.test/?back=x", None),
        (f"ftp://api.test{REFUNDS}", None),
        (f"https://me:hush@api.test{REFUNDS}", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_where_a_redirect_leads(location: str | None, base: str | None) -> None:
    """To another base URL only where the path is the same; the query and the end do not count."""
    headers = () if location is None else (("location", location),)
    reply = Reply(308, headers, b"")
    assert redirected_base(BASE, REFUNDS, reply) == base
    expected = "which the API never does" if base is None else f"use --target {base}"
    assert expected in advice_on(BASE, REFUNDS, reply)
    assert redirected_base(BASE, REFUNDS, Reply(200, headers, b"")) is None


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "--header"),
        (403, "--header"),
        (407, "USER:PASSWORD"),
        (502, "proxy"),
        (404, "base URL"),
    ],
)
def test_each_has_its_advice(status: int, advice: str) -> None:
    """What to try next depends on who answers."""
    assert advice in advice_on(BASE, REFUNDS, Reply(status, JSON, b"{}"))
