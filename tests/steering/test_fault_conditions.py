"""When a fault acts: by operation, path, header and body, and by the number of the call."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from mockserver.control.documents import _INDEX
from mockserver.errors import SettingsError
from mockserver.state.faults import MOST_FAULTS
from mockserver.steering.documents import read_flag
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered


def statuses(steered: Steered, calls: int) -> list[int]:
    """The statuses of so many creates."""
    return [steered.create().status_code for _ in range(calls)]


COUNTED: dict[str, tuple[dict[str, Any], list[int]]] = {
    "all": ({}, [503, 503, 503, 503]),
    "the first two": ({"first": 2}, [503, 503, 200, 200]),
    "the third": ({"nth": 3}, [200, 200, 503, 200]),
    "every second": ({"every": 2}, [200, 503, 200, 503]),
    "every second of the first three": ({"every": 2, "first": 3}, [200, 503, 200, 200]),
}


@pytest.mark.parametrize("case", COUNTED)
def test_calls_are_counted(steered: Steered, case: str) -> None:
    """A fault acts on the calls that its counts name, and tells how many it saw and hit."""
    counts, expected = COUNTED[case]
    kept = steered.fault(operation="*.create", answer=503, **counts)
    assert statuses(steered, 4) == expected
    [told] = steered.client.get(f"{HERE}/faults").json()["faults"]
    assert told == {**kept, "seen": 4, "hits": expected.count(503)}


def test_chance_is_repeatable(steered: Steered) -> None:
    """The same seed acts on the same calls after a reset; about half of many are hit."""
    runs = []
    for _ in range(2):
        steered.client.post(f"{HERE}/reset")
        steered.fault(operation="*.create", answer=503, probability=0.5, seed=7)
        runs.append(statuses(steered, 40))
    assert runs[0] == runs[1]
    assert 8 < runs[0].count(503) < 32


@pytest.mark.parametrize(
    ("when", "hit", "missed"),
    [
        ({"operation": "non_insurance_payer_refunds.create"}, "create", "list"),
        ({"operation": "*.get_multi"}, "list", "create"),
        ({"method": "POST"}, "create", "list"),
        ({"path": "/api/*/v1", "method": "GET"}, "list", "create"),
    ],
)
def test_operations_and_paths_are_told_apart(
    steered: Steered, when: dict[str, Any], hit: str, missed: str
) -> None:
    """A fault on some calls leaves the others alone."""
    steered.fault(answer=503, **when)
    assert getattr(steered, missed)().status_code == 200
    assert getattr(steered, hit)().status_code == 503


def test_a_path_is_compared_without_the_world(client: httpx.Client) -> None:
    """The prefix of a world is no part of the path, and an unknown path can be faulted too."""
    client.post("/_mock/worlds/mine/faults", json={"path": "/elsewhere", "answer": 418})
    assert client.get("/_mock/w/mine/elsewhere").status_code == 418
    assert client.get("/elsewhere").status_code == 404


def test_a_header_is_compared(steered: Steered) -> None:
    """A header must be there, and have the value if one is named."""
    steered.fault(operation="*.create", header={"name": "X-Try", "value": "2"}, answer=503)
    steered.fault(operation="*.create", header={"name": "X-Any"}, answer=500)
    assert steered.create().status_code == 200
    assert steered.create(headers={"x-try": "1"}).status_code == 200
    assert steered.create(headers={"x-try": "2"}).status_code == 503
    assert steered.create(headers={"x-any": ""}).status_code == 500


@pytest.mark.parametrize(
    ("body", "hit"),
    [
        ({"pointer": "/amount_cents", "value": 7}, True),
        ({"pointer": "/amount_cents", "value": 8}, False),
        ({"pointer": "/amount_cents", "value": True}, False),
        ({"pointer": "/allocations/0/target/type"}, True),
        ({"pointer": "/allocations/1/target/type"}, False),
        ({"pointer": "/refund_note"}, False),
    ],
)
def test_a_body_is_compared(steered: Steered, body: dict[str, Any], hit: bool) -> None:
    """A pointer must lead somewhere, and to the value if one is named."""
    steered.fault(operation="*.create", body=body, answer=503)
    assert (steered.create(7).status_code == 503) is hit


def test_a_body_is_read_once_for_all_faults(
    steered: Steered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many faults look at it, and however it is broken."""
    for number in range(50):
        body = {"pointer": "/refund_note", "value": number}
        steered.fault(operation="*.create", body=body, answer=503)
    read = list[bytes]()
    real = json.loads

    def loads(text: bytes) -> Any:
        read.append(text)
        return real(text)

    monkeypatch.setattr("mockserver.state.faults.json.loads", loads)
    for sent in (b'{"refund_note": 49}', b'{"refund_note": 51}', b'{"refund_note"'):
        answer = steered.client.post(PATH, content=sent)
        assert (answer.status_code == 503) == (b"49" in sent)
    assert max(read.count(sent) for sent in read) <= 3


def test_a_world_has_so_many_faults(steered: Steered, app: Mockserver) -> None:
    """One more is refused, with what to do."""
    faults = app.worlds.get("default").faults
    spec = read_flag("*.create=503", app.faults.known)
    for _ in range(MOST_FAULTS - 1):
        faults.add(spec, datetime(2024, 1, 15, tzinfo=UTC))
    steered.fault(operation="*.create", answer=503)
    answer = steered.client.post(f"{HERE}/faults", json={"operation": "*.create", "answer": 503})
    assert answer.status_code == 409
    assert answer.json()["error"] == "all 10000 faults are set; clear some first"


def test_the_first_in_order_acts(steered: Steered) -> None:
    """Of two faults the first acts; both count the call, and the second acts once it is cleared."""
    first = steered.fault(operation="*.create", answer=503)
    steered.fault(operation="*.create", answer=500)
    assert steered.create().status_code == 503
    assert steered.client.delete(f"{HERE}/faults/{first['id']}").status_code == 204
    assert steered.create().status_code == 500
    told = steered.client.get(f"{HERE}/faults/f2").json()
    assert (told["seen"], told["hits"]) == (2, 1)


def test_the_order_can_be_given(steered: Steered) -> None:
    """The smallest order acts first; those without one have 0."""
    for answer, order in ((503, 5), (500, None), (502, -1)):
        given = {} if order is None else {"order": order}
        steered.fault(operation="*.create", first=1, answer=answer, **given)
    ids = [each["id"] for each in steered.client.get(f"{HERE}/faults").json()["faults"]]
    assert ids == ["f3", "f2", "f1"]
    assert steered.create().status_code == 502


def test_a_fault_lasts_for_a_time_of_the_clock(steered: Steered) -> None:
    """It matches until its time is over, tells when that is, and begins anew with a reset."""
    kept = steered.fault(operation="*.create", answer=503, for_seconds=60)
    assert kept["until"] == "2024-01-15T09:31:00Z"
    found = []
    for seconds in (59.5, 0.5, -1):
        steered.client.post(f"{HERE}/clock", json={"advance_seconds": seconds})
        found.append(steered.create().status_code)
    assert found == [503, 200, 503]
    steered.client.post(f"{HERE}/clock", json={"advance_seconds": 3600})
    assert steered.create().status_code == 200
    again = steered.client.post(f"{HERE}/faults/f1/reset").json()
    assert (again["seen"], again["hits"], again["until"]) == (0, 0, "2024-01-15T10:31:59Z")
    assert steered.create().status_code == 503


def test_counts_begin_again(steered: Steered) -> None:
    """A reset of a fault counts its calls from 0."""
    steered.fault(operation="*.create", answer=503, first=1)
    assert statuses(steered, 2) == [503, 200]
    steered.client.post(f"{HERE}/faults/f1/reset")
    assert statuses(steered, 2) == [503, 200]


def test_many_faults_of_many_worlds_are_told_apart(client: httpx.Client) -> None:
    """Each world meets its own fault, however many other worlds have some of the operation."""
    for number in range(10):
        fault = {"operation": "*.get_multi", "answer": 500 + number}
        client.post(f"/_mock/worlds/w{number}/faults", json=fault)
    found = [client.get(f"/_mock/w/w{number}{PATH}").status_code for number in range(11)]
    assert found == [*range(500, 510), 200]


def test_faults_are_cleared(steered: Steered) -> None:
    """All faults are cleared at once, and by a reset; ids are not given again before one."""
    steered.fault(operation="*.create", answer=503)
    assert steered.client.delete(f"{HERE}/faults").status_code == 204
    assert steered.create().status_code == 200
    assert steered.fault(operation="*.create", answer=503)["id"] == "f2"
    steered.client.post(f"{HERE}/reset")
    assert steered.create().status_code == 200
    assert steered.fault(operation="*.create", answer=503)["id"] == "f1"


def test_worlds_have_faults_of_their_own(client: httpx.Client) -> None:
    """A fault of one world acts in no other; setting it makes the world."""
    client.post("/_mock/worlds/mine/faults", json={"answer": 503})
    assert client.get(f"/_mock/w/mine{PATH}").status_code == 503
    assert client.get(PATH).status_code == 200
    assert client.get("/_mock/worlds/nobody/faults").status_code == 404


def test_a_token_call_belongs_to_the_world_of_its_client(client: httpx.Client) -> None:
    """A token call meets the faults of the client id's world, sent as JSON or as a form."""
    client.post("/_mock/worlds/mine/faults", json={"operation": "auth.get_token", "answer": 503})
    for name, status in (("mine", 503), ("other", 200)):
        pair = {"client_id": name, "client_secret": "x"}
        assert client.post("/api/auth/v2/token", json=pair).status_code == status
        assert client.post("/api/auth/v2/token", data=pair).status_code == status


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing to do": ({"operation": "*.create"}, "does nothing without one of answer"),
    "an unknown field": ({"opration": "*.create"}, "did you mean operation?"),
    "an unknown verb": (
        {"operation": "*.creat", "answer": 503},
        'operation "*.creat" is not known; did you mean *.create?',
    ),
    "an unknown operation": (
        {"operation": "auth.get_tokens", "answer": 503},
        "did you mean auth.get_token?",
    ),
    "operation and path": ({"operation": "*.get", "path": "/a", "answer": 503}, "not both"),
    "an unknown method": ({"method": "FETCH", "answer": 503}, "did you mean PATCH? use one of GET"),
    "a relative path": ({"path": "api", "answer": 503}, "a path begins with /"),
    "a path of ours": ({"path": "/_mock/health", "answer": 503}, "nothing under /_mock"),
    "a header without a name": ({"header": {"value": "x"}, "answer": 503}, "header name null"),
    "an invalid pointer": (
        {"body": {"pointer": "amount_cents"}, "answer": 503},
        "write it like /amount_cents",
    ),
    "a bad escape": ({"body": {"pointer": "/a~2"}, "answer": 503}, "no JSON pointer"),
    "a status too small": ({"answer": 99}, "status 99 can end no answer; use 200 to 599, 200 say"),
    "a status too large": ({"answer": {"status": 600}}, "599 say"),
    "an unknown error": ({"answer": "InternlError"}, "did you mean InternalError?"),
    "an unknown break": ({"break": "resett"}, "did you mean reset?"),
    "a body of a 204": ({"answer": {"status": 204, "body": "x"}}, "status 204 has no body"),
    "a length": ({"answer": {"headers": {"Content-Length": "1"}}}, "cannot be set"),
    "two lines of a header": ({"answer": {"headers": {"a": "b\nc"}}}, "one line"),
    "a gateway of another status": ({"answer": {"gateway": 500}}, "use 502, 503 or 504"),
    "a null": ({"operation": None, "answer": 503}, "operation is null; leave it out"),
    "a header's value of two lines": (
        {"header": {"name": "a", "value": "b\nc"}, "answer": 503},
        "can never match; write it as one line",
    ),
    "the third of the first two": ({"first": 2, "nth": 3, "answer": 503}, "first 2, nth 3 never"),
    "the third of every second": ({"nth": 3, "every": 2, "answer": 503}, "nth 3, every 2 never"),
    "the fifth of the first three": ({"first": 3, "every": 5, "answer": 503}, "first 3, every 5"),
    "no time": ({"for_seconds": 0, "answer": 503}, "expected more than 0"),
    "an order that is no number": ({"order": "first", "answer": 503}, "expected an integer"),
    "a wild delay": ({"delay_ms": {"lognormal": [1, 11]}, "seed": 1}, "a sigma of at most 10"),
    "the zeroth call": ({"nth": 0, "answer": 503}, "calls are counted from 1"),
    "a count that is no integer": ({"first": "2", "answer": 503}, "expected an integer"),
    "a chance without a seed": ({"probability": 0.5, "answer": 503}, "needs a seed"),
    "a chance of none": ({"probability": 0, "seed": 1, "answer": 503}, "more than 0"),
    "a delay without a seed": ({"delay_ms": {"uniform": [1, 2]}}, "needs a seed"),
    "a delay turned round": ({"delay_ms": {"uniform": [2, 1]}, "seed": 1}, "the smaller first"),
    "a long delay": ({"delay_ms": 600_001}, "expected 0 to 600000"),
    "an unknown delay": ({"delay_ms": {"normal": [1, 2]}, "seed": 1}, "did you mean lognormal?"),
    "chunks of nothing": ({"chunks": {"bytes": 0}}, "expected 1 or more"),
    "chunks of a lost answer": ({"chunks": {"bytes": 1}, "break": "reset"}, "no chunks"),
    "half of no answer": ({"break": "truncated", "moment": "before"}, '"moment": "after"'),
    "an unknown evolution": ({"evolve": "unknown-enums"}, "did you mean unknown-enum?"),
    "an evolution without a place": (
        {"operation": "auth.get_token", "evolve": "unknown-enum"},
        "can never act",
    ),
    "tokens of no age": ({"tokens": -1}, "the seconds that they live"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_fault_that_can_never_match_is_refused(steered: Steered, case: str) -> None:
    """What no call could meet, and what could not be done, is a 422 that says what would do."""
    document, told = REFUSED[case]
    assert told in steered.refused(**document)
    assert steered.client.get(f"{HERE}/faults").json() == {"faults": []}


def test_unknown_faults_are_told(steered: Steered) -> None:
    """A fault that is not set is a 404 that names those that are."""
    steered.fault(answer=503)
    answer = steered.client.get(f"{HERE}/faults/f9")
    assert (answer.status_code, answer.json()["error"]) == (
        404,
        'fault "f9" is not set; faults: f1',
    )


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("*.create=503", {"operation": "*.create", "answer": 503}),
        ("auth.get_token=after-reset", {"operation": "auth.get_token", "moment": "after",
                                        "break": "reset"}),
        ("*.get=InternalError", {"operation": "*.get", "answer": "InternalError"}),
        ('{"answer":503,"first":1}', {"answer": 503, "first": 1}),
    ],
)  # fmt: skip
def test_worlds_start_with_the_faults_of_the_flag(text: str, document: dict[str, Any]) -> None:
    """Every world has the faults of `--fault`, from its first request on and after a reset."""
    with in_process(create_app(Settings(fault=(text,)))) as client:
        client.post("/_mock/worlds/mine/reset")
        [told] = client.get("/_mock/worlds/mine/faults").json()["faults"]
        assert told == {"id": "f1", **document, "seen": 0, "hits": 0}


def test_the_first_request_of_a_world_meets_the_faults_of_the_flag() -> None:
    """A world that was not there before has its faults at once."""
    with in_process(create_app(Settings(fault=("*.get_multi=503",)))) as client:
        assert client.get(f"/_mock/w/mine{PATH}").status_code == 503


@pytest.mark.parametrize("text", ["503", "*.create=", "*.creat=503", "{", "*.create=resett"])
def test_a_flag_that_can_never_act_is_refused(text: str) -> None:
    """A fault of the flag that cannot be used ends the start with a message."""
    with pytest.raises(SettingsError):
        create_app(Settings(fault=(text,)))


def test_the_index_names_the_faults() -> None:
    """The index of the control plane has the paths."""
    assert {"/_mock/worlds/{name}/faults", "/_mock/worlds/{name}/faults/{fault}"} <= set(_INDEX)
