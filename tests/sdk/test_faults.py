"""Faults through the official Python SDK: what its retries leave behind."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from candid.core.api_error import ApiError

from tests.sdk.clients import Connect
from tests.sdk.organization import refund_of

RETRIES: Any = {"max_retries": 3}


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits a second before it tries again; here it does not."""

    async def no_wait(_seconds: float) -> None:
        """Go on at once."""

    monkeypatch.setattr("candid.core.http_client.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("candid.core.http_client.asyncio.sleep", no_wait)


def left(
    connect: Connect, control: httpx.Client, url: str, world: str, **fault: Any
) -> tuple[int, int]:
    """How many refunds one create of the SDK leaves, and how many requests it takes."""
    place = f"/_mock/worlds/{world}"
    before = control.post(f"{place}/reset").json()["refunds"]
    document = {"operation": "*.create", "first": 1, **fault}
    assert control.post(f"{place}/faults", json=document).status_code == 201
    with connect(url, client_id=world, client_secret="x") as sdk:
        created = sdk.refunds.create(request=refund_of(), request_options=RETRIES)
        assert sdk.refunds.get(created.non_insurance_payer_refund_id) == created
    [told] = control.get(f"{place}/faults").json()["faults"]
    return control.get(place).json()["refunds"] - before, told["seen"]


@pytest.mark.parametrize("answer", [503, {"gateway": 502}, {"gateway": 504}])
def test_a_create_whose_answer_is_lost_after_the_write_leaves_two(
    connect: Connect, control: httpx.Client, served_url: str, world: str, answer: Any
) -> None:
    """The SDK sends the create again, and does not know of the first refund."""
    assert left(connect, control, served_url, world, moment="after", answer=answer) == (2, 2)


@pytest.mark.parametrize("answer", [503, {"gateway": 502}, {"gateway": 504}])
def test_a_create_that_fails_before_the_write_leaves_one(
    connect: Connect, control: httpx.Client, served_url: str, world: str, answer: Any
) -> None:
    """The SDK sends the create again, and there is one refund."""
    assert left(connect, control, served_url, world, moment="before", answer=answer) == (1, 2)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_that_breaks_is_not_tried_again(
    connect: Connect, control: httpx.Client, served_url: str, world: str, moment: str
) -> None:
    """The Python SDK retries answers alone: a reset is raised, and the refund may be there."""
    place = f"/_mock/worlds/{world}"
    before = control.post(f"{place}/reset").json()["refunds"]
    document = {"operation": "*.create", "moment": moment, "break": "reset"}
    control.post(f"{place}/faults", json=document)
    with (
        connect(served_url, client_id=world, client_secret="x") as sdk,
        pytest.raises(httpx.ReadError),
    ):
        sdk.refunds.create(request=refund_of(), request_options=RETRIES)
    assert control.get(place).json()["refunds"] - before == (moment == "after")
    assert control.get(f"{place}/faults").json()["faults"][0]["seen"] == 1


def test_an_unknown_member_and_an_extra_field_break_nothing(
    connect: Connect, control: httpx.Client, served_url: str, world: str
) -> None:
    """The SDK reads a page with either."""
    with connect(served_url, client_id=world, client_secret="x") as sdk:
        for kind in ("extra-field", "unknown-enum", "missing-optional"):
            document = {"operation": "*.get_multi", "evolve": kind, "first": 1}
            control.post(f"/_mock/worlds/{world}/faults", json=document)
            assert len(sdk.refunds.get_multi(limit=999).items) > 40


def test_an_unknown_type_is_not_read(
    connect: Connect, control: httpx.Client, served_url: str, world: str
) -> None:
    """A target of an unknown type breaks the SDK: the refund is written, and it raises."""
    document = {"operation": "*.create", "evolve": "unknown-type"}
    control.post(f"/_mock/worlds/{world}/faults", json=document)
    with (
        connect(served_url, client_id=world, client_secret="x") as sdk,
        pytest.raises(Exception, match=r"added_tomorrow|type|parse") as raised,
    ):
        sdk.refunds.create(request=refund_of())
    assert not isinstance(raised.value, httpx.TransportError)
    assert not isinstance(raised.value, ApiError) or raised.value.status_code == 200


@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_conduct_of_a_retried_create_is_reported(
    connect: Connect, control: httpx.Client, served_url: str, world: str, moment: str
) -> None:
    """The report says that the SDK's retry left two refunds, and names both; or finds nothing."""
    made, _ = left(connect, control, served_url, world, moment=moment, answer=503)
    found = control.get(f"/_mock/worlds/{world}/conduct").json()["findings"]
    assert [each["kind"] for each in found] == ["repeated-create"] * (made - 1)
    assert all("left 2 records" in each["message"] for each in found)


def test_the_sdk_does_nothing_wrong_on_its_own(
    connect: Connect, control: httpx.Client, served_url: str, world: str
) -> None:
    """One client of the SDK has one token, sends known fields, and waits as a 429 asks."""
    control.post(f"/_mock/worlds/{world}/reset")
    retry = {"status": 429, "headers": {"Retry-After": "0"}}
    fault = {"operation": "*.get", "first": 1, "answer": retry}
    control.post(f"/_mock/worlds/{world}/faults", json=fault)
    with connect(served_url, client_id=world, client_secret="x") as sdk:
        created = sdk.refunds.create(request=refund_of())
        refund_id = created.non_insurance_payer_refund_id
        assert sdk.refunds.get(refund_id, request_options=RETRIES) == created
        sdk.refunds.delete(refund_id)
    assert control.get(f"/_mock/worlds/{world}/conduct").json()["findings"] == []
