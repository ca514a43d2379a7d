"""What a fault does, in this process: answers, losses, breaks, delays, evolution and tokens."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered


def test_an_error_comes_in_the_place_of_the_write(steered: Steered) -> None:
    """A named error is the vendor's envelope, names the fault, and nothing is written."""
    before = steered.count()
    steered.fault(operation="*.create", answer="UnprocessableEntityError")
    answer = steered.create()
    assert (answer.status_code, answer.json()["errorName"]) == (422, "UnprocessableEntityError")
    assert answer.headers["mock-fault"] == "f1"
    assert steered.count() == before


def test_any_answer_can_be_given(steered: Steered) -> None:
    """Status, headers and body are as the fault has them."""
    body = {"anything": [1]}
    steered.fault(answer={"status": 429, "headers": {"Retry-After": "1"}, "body": body})
    answer = steered.list()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert (answer.json(), answer.headers["content-type"]) == (body, "application/json")


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_answers_html(steered: Steered, status: int) -> None:
    """The page of a gateway is HTML with its status."""
    steered.fault(answer={"gateway": status})
    answer = steered.list()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")
    assert f"<h1>{status} " in answer.text


LOST: dict[str, type[Exception]] = {
    "reset": httpx.ReadError,
    "close": httpx.RemoteProtocolError,
    "stall": httpx.ReadTimeout,
}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("kind", LOST)
def test_an_answer_is_lost(steered: Steered, kind: str, moment: str) -> None:
    """A loss raises what httpx raises; the refund is written if the loss comes after the write."""
    before = steered.count()
    steered.fault(operation="*.create", moment=moment, first=1, **{"break": kind})
    with pytest.raises(LOST[kind]):
        steered.create()
    assert steered.count() == before + (moment == "after")
    assert steered.create().status_code == 200


def test_a_write_can_end_in_an_error(steered: Steered) -> None:
    """A 503 after the write hides a refund that is there."""
    before = steered.count()
    steered.fault(operation="*.create", moment="after", answer=503)
    assert steered.create().status_code == 503
    assert steered.count() == before + 1


def test_bodies_are_broken(steered: Steered) -> None:
    """A broken body has the status of a good one, and is no JSON; a wrong type keeps the body."""
    good = steered.list().content
    for kind in ("garbled", "malformed-json", "empty"):
        steered.client.delete(f"{HERE}/faults")
        steered.fault(operation="*.get_multi", **{"break": kind})
        answer = steered.list()
        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r"."):
            json.loads(answer.content)
    steered.client.delete(f"{HERE}/faults")
    steered.fault(operation="*.get_multi", **{"break": "wrong-content-type"})
    assert steered.list().headers["content-type"] == "text/html"
    assert steered.list().content == good


def test_a_body_is_cut_short(steered: Steered) -> None:
    """A truncated answer to a create raises what httpx raises, and the refund is there."""
    before = steered.count()
    steered.fault(operation="*.create", **{"break": "truncated"})
    with pytest.raises(httpx.RemoteProtocolError):
        steered.create()
    assert steered.count() == before + 1


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the stand-in of the test would have waited."""
    waited: list[float] = []
    monkeypatch.setattr("mockserver.in_process.time.sleep", waited.append)
    return waited


def test_delays_are_waited(steered: Steered, waits: list[float]) -> None:
    """A fixed delay is waited before the answer, which is as ever."""
    steered.fault(operation="*.get_multi", delay_ms=250)
    steered.fault(operation="*.create", delay_ms=750, moment="after")
    assert (steered.list().status_code, steered.create().status_code) == (200, 200)
    assert waits == [0.25, 0.75]


def test_delays_by_chance_are_repeatable(steered: Steered, waits: list[float]) -> None:
    """A seed draws the same delays again, uniform ones within their bounds."""
    for _ in range(2):
        steered.client.post(f"{HERE}/reset")
        steered.fault(operation="*.get_multi", delay_ms={"uniform": [100, 200]}, seed=3, first=3)
        steered.fault(operation="*.get_multi", delay_ms={"lognormal": [100, 0.5]}, seed=3)
        for _ in range(6):
            steered.list()
    assert waits[:6] == waits[6:]
    assert len(set(waits[:6])) == 6
    assert all(0.1 <= seconds <= 0.2 for seconds in waits[:3])


def test_a_body_is_slow(steered: Steered, waits: list[float]) -> None:
    """A body in chunks is whole, with a wait between them."""
    good = steered.list().content
    size = len(good) // 2
    steered.fault(operation="*.get_multi", chunks={"bytes": size, "delay_ms": 10})
    assert steered.list().content == good
    assert waits == [0.01] * (-(-len(good) // size) - 1)


def evolved(steered: Steered, kind: str, operation: str = "*.create") -> tuple[Any, Any]:
    """A refund as it is, and as it is answered with an evolution."""
    steered.fault(operation=operation, evolve=kind)
    answer = steered.create().json()
    steered.client.delete(f"{HERE}/faults")
    path = f"{PATH}/{answer['non_insurance_payer_refund_id']}"
    return steered.client.get(path).json(), answer


def test_answers_evolve(steered: Steered) -> None:
    """An extra field, an unknown type: one thing is new, and the refund itself is as it was."""
    plain, extra = evolved(steered, "extra-field")
    assert {key: value for key, value in extra.items() if key in plain} == plain
    assert len(extra) == len(plain) + 1
    plain, other = evolved(steered, "unknown-type")
    assert other["allocations"][0]["target"]["type"] == "added_tomorrow"
    assert plain["allocations"][0]["target"]["type"] == "unattributed"


def test_enums_grow_and_optional_fields_go(steered: Steered) -> None:
    """A page has one unknown member of an enum, or one optional field less."""
    good = steered.list().json()
    steered.fault(operation="*.get_multi", evolve="unknown-enum", first=1)
    assert "ADDED_TOMORROW" in steered.list().text
    steered.fault(operation="*.get_multi", evolve="missing-optional", first=1)
    differing = [a for a, b in zip(good["items"], steered.list().json()["items"], strict=True)
                 if a != b]  # fmt: skip
    assert len(differing) == 1
    assert steered.list().json() == good


def test_breaking_changes_come_when_asked_for(steered: Steered) -> None:
    """A required field missing, and a number as text: by their names alone."""
    before = steered.list().json()["items"][0]
    steered.fault(operation="*.get_multi", evolve="missing-required", first=1)
    assert steered.list().json() == {}
    steered.fault(operation="*.get", evolve="missing-required", first=1)
    path = f"{PATH}/{before['non_insurance_payer_refund_id']}"
    assert len(before.keys() - steered.client.get(path).json().keys()) == 1
    plain, other = evolved(steered, "changed-type")
    assert (plain["amount_cents"], other["amount_cents"]) == (1, "1")


def token(client: httpx.Client) -> dict[str, Any]:
    """A token of the world `mine`, and how long it lives."""
    pair = {"client_id": "mine", "client_secret": "x"}
    answer: dict[str, Any] = client.post("/api/auth/v2/token", json=pair).json()
    return answer


def test_tokens_expire_now(client: httpx.Client) -> None:
    """The next call finds its token expired; a new token counts, the old one never again."""
    old = {"authorization": f"Bearer {token(client)['access_token']}"}
    assert client.get(PATH, headers=old).status_code == 200
    client.post("/_mock/worlds/mine/faults", json={"tokens": "expire"})
    answer = client.get(PATH, headers=old)
    assert (answer.status_code, answer.json()["errorName"]) == (401, "UnauthorizedError")
    new = {"authorization": f"Bearer {token(client)['access_token']}"}
    assert client.get(PATH, headers=new).status_code == 200
    assert client.get(PATH, headers=old).status_code == 401


def test_tokens_live_as_long_as_a_fault_says(client: httpx.Client) -> None:
    """A token call says how long its token lives, and one of no seconds is over at once."""
    document = {"operation": "auth.get_token", "tokens": 0, "first": 1}
    client.post("/_mock/worlds/mine/faults", json=document)
    short = token(client)
    assert short["expires_in"] == 0
    headers = {"authorization": f"Bearer {short['access_token']}"}
    assert client.get(PATH, headers=headers).status_code == 401
    assert token(client)["expires_in"] == 18_000


def test_a_request_prefers_a_status(steered: Steered) -> None:
    """`Prefer: code=503` is answered so, which is said; nothing is written."""
    before = steered.count()
    answer = steered.create(headers={"prefer": "code=503"})
    assert (answer.status_code, answer.headers["preference-applied"]) == (503, "code=503")
    assert (answer.headers["mock-fault"], steered.count()) == ("prefer", before)


def test_a_request_prefers_to_wait(steered: Steered, waits: list[float]) -> None:
    """`Prefer: wait=2` is answered after two seconds, also beside faults that do not act."""
    assert steered.list().headers.get("preference-applied") is None
    answer = steered.create(headers={"prefer": "respond-async, wait=2"})
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=2")
    steered.fault(operation="*.get", answer=500)
    assert steered.create(headers={"prefer": 'code="418"; x=1, wait=1'}).status_code == 418
    assert waits == [2, 1]


@pytest.mark.parametrize("wish", ["code=99", "code=abc", "return=minimal", "wait=999", ""])
def test_other_preferences_are_ignored(steered: Steered, wish: str) -> None:
    """A wish that is not known, or cannot be met, changes nothing (RFC 7240, 2)."""
    answer = steered.create(headers={"prefer": wish})
    assert (answer.status_code, answer.headers.get("preference-applied")) == (200, None)


def test_faults_leave_the_body_to_the_operation() -> None:
    """A fault that reads a body and does not act leaves it whole, also one that is too long."""
    with in_process(create_app(Settings(max_body_bytes=1_000))) as client:
        steered = Steered(client)
        steered.fault(body={"pointer": "/no"}, answer=503)
        assert steered.create().status_code == 200
        assert client.post(PATH, content=b"[" + b" " * 2_000 + b"]").status_code == 413
