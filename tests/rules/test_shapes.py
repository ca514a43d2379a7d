"""Rule body-shape at every place of a body: what does not fit is told by path and value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.client import Answer, Client
from tests.organization import REFUND, body, part
from tests.rules.conftest import Make
from tests.rules.misfits import CREATE, CREATE_MISFITS, MISSING, UPDATE, UPDATE_MISFITS, placed


def shown(value: Any) -> str:
    """How a message begins to show the value."""
    return "missing" if value is MISSING else json.dumps(value)[:60]


def posted(client: Client, document: Any) -> Answer:
    """The answer to a create."""
    return client.send("POST", REFUNDS_PATH, document)


def assert_told(answer: Answer, path: str, expected: str, value: Any) -> None:
    """The answer is a 422 of one breach, of body-shape, at this path, of this value."""
    (line,) = answer.all("mock-refusal") or [f"none, but {answer.status}: {answer.body!r}"]
    assert line.startswith(f"body-shape: {path} is {shown(value)}"), (line, value)
    assert f"; expected {expected}" in line
    assert (answer.status, answer.error) == (422, "UnprocessableEntityError")
    assert answer.json["content"] == {"message": line}


def test_the_bodies_fit(make: Make) -> None:
    """The bodies that the misfits are put into are answered 200 without a remark."""
    client = make(profile="strict")
    for answer in (posted(client, CREATE), client.update(REFUND, UPDATE)):
        assert answer.status == 200, answer.body
        assert answer.all("mock-warning") == []


@pytest.mark.parametrize("path", CREATE_MISFITS)
def test_a_create_that_does_not_fit(make: Make, path: str) -> None:
    """Each misfit of a create is refused with its path, its value and what would fit."""
    client, (expected, misfits) = make(), CREATE_MISFITS[path]
    for value in misfits:
        assert_told(posted(client, placed(CREATE, path, value)), path, expected, value)


@pytest.mark.parametrize("path", UPDATE_MISFITS)
def test_an_update_that_does_not_fit(make: Make, path: str) -> None:
    """Each misfit of an update is refused with its path, its value and what would fit."""
    client, (expected, misfits) = make(), UPDATE_MISFITS[path]
    for value in misfits:
        assert_told(client.update(REFUND, placed(UPDATE, path, value)), path, expected, value)


def test_all_misfits_are_told_at_once(make: Make) -> None:
    """Every misfit of a body is told, in the order of the schema, in one refusal."""
    document = {
        "amount_cents": "1",
        "allocations": [
            part("2"),
            5,
            {"amount_cents": 3},
            part(aim={"type": "claim_by_id", "value": "x"}, earmark={"type": "date_of_service"}),
        ],
        "refund_timestamp": "today",
        "refund_reason": "none",
    }
    answer = posted(make(), document)
    assert [line.split(" is ")[0] for line in answer.all("mock-refusal")] == [
        f"body-shape: $.{place}"
        for place in (
            "non_insurance_payer_id",
            "amount_cents",
            "allocations[0].amount_cents",
            "allocations[1]",
            "allocations[2].target",
            "allocations[3].target.value",
            "allocations[3].earmark.value",
            "refund_timestamp",
            "refund_reason",
        )
    ]
    assert answer.json["content"]["message"] == ". ".join(answer.all("mock-refusal"))


def test_many_misfits_are_counted_in_the_headers(make: Make) -> None:
    """A body tells all of fifty misfits; the headers tell some and count the others."""
    answer = posted(make(), body(allocations=[part("x")] * 50))
    told = answer.json["content"]["message"]
    assert all(f"$.allocations[{place}].amount_cents" in told for place in range(50))
    lines = answer.all("mock-refusal")
    assert 10 < len(lines) < 30
    assert lines[-1] == f"and {51 - len(lines)} more"


def test_amounts_and_offset_are_told_at_once(make: Make) -> None:
    """Of a body that fits, every amount out of range and the missing offset are told together."""
    parts = [part(2**31), part(-(2**31) - 1), part(1)]
    document = body(amount_cents=2**40, allocations=parts, refund_timestamp="2024-01-15T09:30:00")
    answer = posted(make(rules={"timestamp-offset": "enforce"}), document)
    assert [line.split(" is ")[0] for line in answer.all("mock-refusal")] == [
        "amount-int32: $.amount_cents",
        "amount-int32: $.allocations[0].amount_cents",
        "amount-int32: $.allocations[1].amount_cents",
        "timestamp-offset: $.refund_timestamp",
    ]


def test_a_long_value_is_cut(make: Make) -> None:
    """A misfit of a hundred thousand characters is shown by its beginning."""
    answer = posted(make(), body(refund_reason="x" * 100_000))
    assert len(answer.body) < 500
    assert '"' + "x" * 50 in answer.all("mock-refusal")[0]


@pytest.mark.parametrize("level", ["warn", "off"])
def test_a_required_field_is_refused_at_any_level(make: Make, level: str) -> None:
    """Where body-shape is relaxed, optional misfits are dropped and required ones still refused."""
    client = make(rules={"body-shape": level})
    before = client.export()
    for path in ("$.non_insurance_payer_id", "$.amount_cents", "$.allocations[0].target.value"):
        document = {**placed(CREATE, path, "x"), "refund_note": 5}
        answer = posted(client, document)
        assert (answer.status, answer.error) == (422, "UnprocessableEntityError")
        assert [line.split(" is ")[0] for line in answer.all("mock-refusal")] == [
            f"body-shape: {path}"
        ]
    assert client.export() == before


@pytest.mark.parametrize("path", ["$.invoice_id", "$.refund_timestamp", "$.check_number"])
def test_an_optional_misfit_is_dropped_where_relaxed(make: Make, path: str) -> None:
    """Where body-shape is off, any optional field that does not fit counts as left out."""
    client = make(rules={"body-shape": "off"})
    for value in CREATE_MISFITS[path][1]:
        answer = posted(client, placed(CREATE, path, value))
        assert answer.status == 200, (value, answer.body)
        assert path[2:] not in answer.json


@pytest.mark.parametrize("path", UPDATE_MISFITS)
def test_an_update_misfit_is_dropped_where_relaxed(make: Make, path: str) -> None:
    """Where body-shape is off, a change that does not fit leaves its field as it was."""
    client, name = make(rules={"body-shape": "off"}), path.split(".")[1]
    before = client.get(REFUND).json[name]
    for value in UPDATE_MISFITS[path][1]:
        answer = client.update(REFUND, placed(UPDATE, path, value))
        assert answer.status == 200, (value, answer.body)
        assert answer.json[name] == before, value
