"""Timestamps: any RFC 3339 date-time, answered as the same instant in UTC."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.organization import REFUND

ANSWERED = {
    "2024-01-15T09:30:00Z": "2024-01-15T09:30:00Z",
    "2024-01-15t09:30:00z": "2024-01-15T09:30:00Z",
    "2024-01-15 09:30:00Z": "2024-01-15T09:30:00Z",
    "2024-01-15T09:30:00+00:00": "2024-01-15T09:30:00Z",
    "2024-01-15T09:30:00-00:00": "2024-01-15T09:30:00Z",
    "2024-01-15T09:30:00+14:00": "2024-01-14T19:30:00Z",
    "2024-01-15T09:30:00-12:00": "2024-01-15T21:30:00Z",
    "2024-01-15T09:30:00+23:59": "2024-01-14T09:31:00Z",
    "2024-01-15T09:30:00+05:45": "2024-01-15T03:45:00Z",
    "2024-03-01T00:30:00+01:00": "2024-02-29T23:30:00Z",
    "2024-01-15T09:30:00.1Z": "2024-01-15T09:30:00.1Z",
    "2024-01-15T09:30:00.12Z": "2024-01-15T09:30:00.12Z",
    "2024-01-15T09:30:00.123Z": "2024-01-15T09:30:00.123Z",
    "2024-01-15T09:30:00.1234Z": "2024-01-15T09:30:00.1234Z",
    "2024-01-15T09:30:00.12345Z": "2024-01-15T09:30:00.12345Z",
    "2024-01-15T09:30:00.123456+00:00": "2024-01-15T09:30:00.123456Z",
    "2024-01-15T09:30:00.1234567+01:00": "2024-01-15T08:30:00.1234567Z",
    "2024-01-15T09:30:00.12345678Z": "2024-01-15T09:30:00.12345678Z",
    "2024-01-15T09:30:00.123456789Z": "2024-01-15T09:30:00.123456789Z",
    "2024-01-15T09:30:00.123456789012345Z": "2024-01-15T09:30:00.123456789012345Z",
    "2024-01-15T09:30:00.000Z": "2024-01-15T09:30:00Z",
    "2024-01-15T09:30:00.500Z": "2024-01-15T09:30:00.5Z",
    "2024-01-15T09:30:00.0000001Z": "2024-01-15T09:30:00.0000001Z",
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00-23:59": "0001-01-01T23:59:00Z",
    "0001-01-01T14:00:00+14:00": "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999999Z": "1969-12-31T23:59:59.999999999Z",
    "9999-12-31T23:59:59.999999999Z": "9999-12-31T23:59:59.999999999Z",
    "9999-12-31T23:59:59+00:01": "9999-12-31T23:58:59Z",
}
REFUSED = (
    "0001-01-01T00:00:00+00:01",
    "0001-01-01T13:59:59+14:00",
    "9999-12-31T23:59:59-00:01",
    "2016-12-31T23:59:60Z",
    "2024-01-15T24:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-01-15T09:30",
    "2024-01-15",
)
ASCENDING = (
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.9Z",
    "1970-01-01T00:00:00Z",
    "2024-01-15T09:29:59.999999999Z",
    "2024-01-15T09:30:00Z",
    "2024-01-15T09:30:00.000000001Z",
    "2024-01-15T09:30:00.1234567Z",
    "2024-01-15T09:30:00.12345671Z",
    "2024-01-15T09:30:00.2Z",
    "9999-12-31T23:59:59.999999999Z",
)


@pytest.mark.parametrize(("sent", "answered"), ANSWERED.items())
def test_an_instant_is_answered_in_utc(client: Client, sent: str, answered: str) -> None:
    """Create and update answer the instant that was sent, in UTC, every digit of it that counts."""
    created = client.create(refund_timestamp=sent)
    assert created.status == 200, created.body
    assert created.json["refund_timestamp"] == answered
    assert client.update(REFUND, {"refund_timestamp": sent}).json["refund_timestamp"] == answered
    assert client.get(REFUND).json["refund_timestamp"] == answered


@pytest.mark.parametrize("sent", ["2024-01-15T09:30:00", "2024-01-15 09:30:00.000"])
def test_an_instant_without_an_offset_is_in_utc(client: Client, sent: str) -> None:
    """Create and update read it as UTC, as .NET and Ruby send it, and warn of it."""
    for answer in (
        client.create(refund_timestamp=sent),
        client.update(REFUND, {"refund_timestamp": sent}),
    ):
        assert (answer.status, answer.json["refund_timestamp"]) == (200, "2024-01-15T09:30:00Z")
        (warning,) = answer.all("mock-warning")
        assert warning.startswith("timestamp-offset: $.refund_timestamp is ")


@pytest.mark.parametrize("sent", REFUSED)
def test_what_is_no_instant_is_refused(client: Client, sent: str) -> None:
    """Instants outside the years 1 to 9999, leap seconds, 24:00 and missing seconds are refused."""
    before = client.export()
    for answer in (
        client.create(refund_timestamp=sent),
        client.update(REFUND, {"refund_timestamp": sent}),
    ):
        assert (answer.status, answer.error) == (422, "UnprocessableEntityError")
        assert f'$.refund_timestamp is "{sent}"' in answer.json["content"]["message"]
    assert client.export() == before


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_lists_are_ordered_to_the_nanosecond(client: Client, direction: str) -> None:
    """Refunds are listed by their instants, nanoseconds before and after 1970 included."""
    client.delete(REFUND)
    for sent in ASCENDING[::2] + ASCENDING[1::2]:
        assert client.create(refund_timestamp=sent).status == 200
    items = client.list(sort_direction=direction).json["items"]
    found = [item["refund_timestamp"] for item in items if "refund_timestamp" in item]
    assert found == [*(ASCENDING if direction == "asc" else reversed(ASCENDING))]


def test_one_instant_in_two_offsets_is_a_tie(client: Client) -> None:
    """Refunds of the same instant, however written, stand in the order of their creation."""
    client.delete(REFUND)
    sent = ("2024-01-15T09:30:00Z", "2024-01-15T11:30:00+02:00", "2024-01-15T09:30:00.000-00:00")
    ids = [
        client.create(refund_timestamp=text).json["non_insurance_payer_refund_id"] for text in sent
    ]
    for direction in ("asc", "desc"):
        items = client.list(sort_direction=direction).json["items"]
        assert [item["non_insurance_payer_refund_id"] for item in items][:3] == ids


def test_an_instant_beyond_the_years_is_refused_with_the_reason(client: Client) -> None:
    """RFC 3339 allows it, and UTC has no year for it."""
    answer = client.create(refund_timestamp="0001-01-01T00:00:00+07:00")
    assert b"within the years 0001 to 9999 in UTC" in answer.body
