"""Numbers of any size and nesting of any depth get a clear answer, and never half a change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Make
from tests.api.operations import SENDS_BODY, assert_refused
from tests.client import Client
from tests.organization import body, part

GOOD = json.dumps(body()).encode()


def with_amount(written: str) -> bytes:
    """A create of this amount, as it is written in JSON."""
    return GOOD.replace(b'"amount_cents": 100', b'"amount_cents": ' + written.encode(), 1)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2147483648", "amount-int32"),
        ("-2147483649", "amount-int32"),
        ("4294967297", "amount-int32"),
        (str(2**53 + 1), "amount-int32"),
        (str(2**63 - 1), "amount-int32"),
        (str(2**63), "amount-int32"),
        (str(-(2**64)), "amount-int32"),
        ("2147483648.0", "amount-int32"),
        ("1e10", "amount-int32"),
        ("1e300", "amount-int32"),
        ("1" + "0" * 4_000, "amount-int32"),
        ("1" + "0" * 5_000, "body-json"),
        ("-" + "9" * 100_000, "body-json"),
        ("1e400", "body-shape"),
        ("-1e400", "body-shape"),
        ("1e999999999", "body-shape"),
        ("0.5", "body-shape"),
        ("1e-1", "body-shape"),
        ("NaN", "body-json"),
        ("-Infinity", "body-json"),
        ("0", "amount-positive"),
        ("-0", "amount-positive"),
        ("-0.0", "amount-positive"),
        ("0e9", "amount-positive"),
        ("-1", "amount-positive"),
    ],
)
def test_numbers_that_are_no_amount(client: Client, written: str, rule: str) -> None:
    """Each is answered 422 by the rule that it breaks, with a message of bearable length."""
    before = client.export()
    answer = client.send(*SENDS_BODY["create"], body=with_amount(written))
    assert_refused(answer, "UnprocessableEntityError")
    assert answer.json["content"]["message"].startswith(f"{rule}: $"), answer.body
    assert len(answer.body) < 600
    assert client.export() == before


@pytest.mark.parametrize("digits", [4_290, 4_299, 4_300])
def test_amounts_of_any_size_where_they_are_let_pass(make: Make, digits: int) -> None:
    """Where amounts of any size are kept, the largest readable ones are kept, listed and summed."""
    client = make(profile="lenient")
    huge = 10 ** (digits - 1)
    for level in ("off", "warn", "enforce"):
        client = make(profile="lenient", rules={"allocation-sum": level})
        answer = client.create(amount_cents=huge, allocations=[part(huge * 9)] * 20)
        if level == "enforce":
            assert_refused(answer, "UnprocessableEntityError")
            continue
        assert answer.status == 200, answer.body
        assert answer.json["amount_cents"] == huge
        for direction in ("asc", "desc"):
            page = client.list(sort="amount_cents", sort_direction=direction, limit=1)
            assert page.status == 200
            rest = client.list(
                sort="amount_cents",
                sort_direction=direction,
                page_token=page.json["next_page_token"],
            )
            assert len(rest.json["items"]) == 2


DEEP: dict[str, Any] = {"lists": (b"[", b"]"), "objects": (b'{"a":', b"}")}


@pytest.mark.parametrize("depth", [100, 150, 200, 250, 500, 900, 1_000, 2_000, 10_000, 100_000])
@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("place", ["an unknown field", "a text", "a target", "the allocations"])
def test_nesting_of_any_depth(client: Client, depth: int, shape: str, place: str) -> None:
    """A deeply nested value is warned of in an unknown field, or refused: clearly, at any depth."""
    opening, closing = DEEP[shape]
    deep = opening * depth + b"1" + closing * depth
    fields: dict[str, dict[str, Any]] = {
        "an unknown field": {"extra": "DEEP"},
        "a text": {"refund_note": "DEEP"},
        "a target": {"allocations": [part(aim="DEEP")]},
        "the allocations": {"allocations": "DEEP"},
    }
    before = client.export()
    sent = json.dumps(body(**fields[place])).encode().replace(b'"DEEP"', deep)
    answer = client.send(*SENDS_BODY["create"], body=sent)
    if answer.status == 200:
        assert place == "an unknown field"
        assert len(answer.all("mock-warning")) == 1
    else:
        assert_refused(answer, "UnprocessableEntityError")
        assert client.export() == before
    assert answer.status == 422 or depth < 100_000
    assert answer.status == 200 or depth > 500 or place != "an unknown field"
