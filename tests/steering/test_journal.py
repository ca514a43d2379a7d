"""The journal: what it keeps, what it hides, how it is asked, exported and verified."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from tests.control.refunds import refund_of
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered

JOURNAL = f"{HERE}/journal"


def calls(client: httpx.Client, world: str = "default", **query: Any) -> list[dict[str, Any]]:
    """The calls of a world that a query chooses."""
    answer = client.get(f"/_mock/worlds/{world}/journal", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["calls"]
    return found


def test_a_call_is_kept_whole(steered: Steered) -> None:
    """An entry has the instant, the operation, both messages, the duration, rules and fault."""
    answer = steered.create(headers={"x-try": "1"})
    [entry] = calls(steered.client)
    assert entry["duration_ms"] >= 0
    assert (entry["number"], entry["at"]) == (1, "2024-01-15T09:30:00Z")
    assert entry["operation"] == "non_insurance_payer_refunds.create"
    assert (entry["request"]["method"], entry["request"]["path"]) == ("POST", PATH)
    assert entry["request"]["headers"]["x-try"] == "1"
    assert entry["request"]["body"]["amount_cents"] == 1
    assert entry["answer"]["status"] == 200
    assert entry["answer"]["body"] == answer.json()
    assert (entry["rules"], entry["fault"]) == ([], None)


def test_rules_are_named(steered: Steered) -> None:
    """A refusal and a warning name their rules."""
    steered.create(amount_cents=-1)
    steered.client.get(PATH, params={"limit": 1000})
    assert [entry["rules"] for entry in calls(steered.client, rule="amount-positive")] == [
        ["amount-positive"]
    ]
    assert [entry["request"]["query"] for entry in calls(steered.client, rule="limit-range")] == [
        "limit=1000"
    ]


def test_broken_rules_are_told_in_full(steered: Steered) -> None:
    """What the headers of an answer only count, the journal has line for line."""
    unknown = {"type": "claim_by_id", "value": "00000000-0000-4000-8000-000000000000"}
    allocations = [{"amount_cents": 1, "target": unknown}] * 20
    body = refund_of(20, allocations=allocations, **{f"field_{n:02}": "x" for n in range(40)})
    answer = steered.client.post(PATH, json=body)
    assert "more" in answer.headers.get_list("mock-refusal")[-1]
    [entry] = calls(steered.client, rule="unknown-field")
    assert [line.partition(" is ")[0] for line in entry["refusals"]] == [
        f"target-exists: $.allocations[{place}].target" for place in range(20)
    ]
    assert [line.partition(" is ")[0] for line in entry["warnings"]] == [
        f"unknown-field: $.field_{n:02}" for n in range(40)
    ]
    assert entry["rules"] == ["target-exists", "unknown-field"]


def test_faults_are_named(steered: Steered) -> None:
    """A call that a fault lost has no answer, and the one that was kept back."""
    steered.fault(operation="*.create", moment="after", **{"break": "reset"})
    with pytest.raises(httpx.ReadError):
        steered.create()
    [entry] = calls(steered.client, fault="f1")
    assert (entry["answer"], entry["lost"]["status"]) == (None, 200)
    assert entry["lost"]["body"]["amount_cents"] == 1
    assert calls(steered.client, status="none") == [entry]


@pytest.mark.parametrize("fault", [{"answer": 503}, {"break": "garbled"}, {"break": "empty"}])
def test_an_answer_that_does_not_come_whole_is_kept(
    steered: Steered, fault: dict[str, Any]
) -> None:
    """What the operation answered stands beside what a fault made of it, if the operation ran."""
    steered.fault(operation="*.create", moment="after", first=1, **fault)
    steered.fault(operation="*.create", **fault)
    after = steered.create()
    before = steered.create()
    first, second = calls(steered.client)
    assert first["answer"]["status"] == after.status_code
    assert first["lost"]["status"] == 200
    assert first["lost"]["body"]["amount_cents"] == 1
    assert second["answer"]["status"] == before.status_code
    assert ("lost" in second) == (steered.count() == 50)


def test_credentials_are_hidden(client: httpx.Client) -> None:
    """No token, secret or cookie can be read in any form of the journal."""
    pair = {"client_id": "mine", "client_secret": "hush-1"}
    token = client.post("/api/auth/v2/token", json=pair).json()["access_token"]
    client.post("/api/auth/v2/token", data={**pair, "client_secret": "hush-2"})
    client.post("/api/auth/v2/token", content=b'{"client_secret": "hush-3"', headers={
        "content-type": "application/json"})  # fmt: skip
    headers = {"authorization": f"Bearer {token}", "cookie": "hush=4"}
    client.get(PATH, headers=headers)
    for world in ("mine", "default"):
        for form in ("json", "jsonl", "har", "curl"):
            text = client.get(f"/_mock/worlds/{world}/journal", params={"format": form}).text
            assert "hush" not in text
            assert token not in text
    assert calls(client, "mine")[0]["request"]["body"] == {
        "client_id": "mine",
        "client_secret": "[redacted]",
    }


def test_unknown_paths_and_methods_are_kept(steered: Steered) -> None:
    """An unknown path has the nearest known one; an unknown method has no operation."""
    steered.client.get(PATH.replace("refunds", "refund"))
    steered.client.put(PATH)
    unknown, method = calls(steered.client)
    assert (unknown["operation"], unknown["answer"]["status"]) == (None, 404)
    assert unknown["nearest_path"] == PATH
    assert (method["operation"], method["answer"]["status"]) == (None, 405)


def test_a_refused_call_is_kept(client: httpx.Client) -> None:
    """A call without a token is in the journal of the world that its path names."""
    del client.headers["authorization"]
    client.get(f"/_mock/w/mine{PATH}")
    assert [entry["answer"]["status"] for entry in calls(client, "mine")] == [401]


def test_calls_are_chosen(steered: Steered) -> None:
    """Operation, status, method, path and number choose, all together."""
    steered.list()
    steered.create()
    steered.create(amount_cents=-1)
    chosen: list[tuple[dict[str, Any], list[int]]] = [
        ({}, [1, 2, 3]),
        ({"operation": "*.create"}, [2, 3]),
        ({"status": "4xx"}, [3]),
        ({"status": 200, "method": "POST"}, [2]),
        ({"path": "/api/*", "after": 2}, [3]),
    ]
    for query, numbers in chosen:
        assert [entry["number"] for entry in calls(steered.client, **query)] == numbers


def test_calls_are_chosen_by_their_body_and_their_time(steered: Steered) -> None:
    """A pointer must lead somewhere, to the value if one is named; instants are of the clock."""
    for amount in (7, 8):
        steered.create(amount)
        steered.client.post(f"{HERE}/clock", json={"advance_seconds": 60})
    steered.client.get("/elsewhere")
    chosen: list[tuple[dict[str, Any], list[int]]] = [
        ({"pointer": "/amount_cents"}, [1, 2]),
        ({"pointer": "/amount_cents", "value": "8"}, [2]),
        ({"pointer": "/allocations/0/target/type", "value": "unattributed"}, [1, 2]),
        ({"pointer": "/none"}, []),
        ({"since": "2024-01-15T09:31:00Z"}, [2, 3]),
        ({"since": "2024-01-15T09:31:00Z", "until": "2024-01-15T10:32:00+01:00"}, [2]),
        ({"operation": "none"}, [3]),
    ]
    for query, numbers in chosen:
        assert [entry["number"] for entry in calls(steered.client, **query)] == numbers, query
    expected = {"operation": "none", "since": "2024-01-15T09:32:00Z"}
    assert verified(steered, expected).json() == {"found": [[3]]}


def test_coded_bodies_are_read(steered: Steered) -> None:
    """A gzip body is told as what it says, found by a pointer, and meets a fault; secrets hide."""
    coded = {"content-encoding": "gzip", "content-type": "application/json"}
    body = {"pointer": "/amount_cents", "value": 7}
    steered.fault(operation="*.create", body=body, answer=503)
    sent = gzip.compress(json.dumps(refund_of(7)).encode())
    assert steered.client.post(PATH, content=sent, headers=coded).status_code == 503
    [entry] = calls(steered.client, pointer="/amount_cents", value="7")
    assert entry["request"]["body"] == refund_of(7)
    pair = {"client_id": "default", "client_secret": "hush"}
    sent = gzip.compress(json.dumps(pair).encode())
    steered.client.post("/api/auth/v2/token", content=sent, headers=coded)
    [entry] = calls(steered.client, operation="auth.get_token")
    assert entry["request"]["body"]["client_secret"] == "[redacted]"


def test_calls_are_followed_over_a_port_alone(steered: Steered) -> None:
    """An app in this process, which cannot wait, refuses to be followed."""
    answer = steered.client.get(f"{JOURNAL}/follow")
    assert (answer.status_code, "no port leads here" in answer.json()["error"]) == (409, True)
    for query in ("after=x", "operation=*.creat", "value=1"):
        assert steered.client.get(f"{JOURNAL}/follow?{query}").status_code == 422


def test_worlds_have_journals_of_their_own(client: httpx.Client) -> None:
    """A call is in the journal of its world alone; a reset and a clear empty it."""
    client.get(f"/_mock/w/mine{PATH}")
    assert len(calls(client, "mine")) == 1
    assert calls(client) == []
    assert client.delete("/_mock/worlds/mine/journal").status_code == 204
    client.get(f"/_mock/w/mine{PATH}")
    assert [entry["number"] for entry in calls(client, "mine")] == [2]
    client.post("/_mock/worlds/mine/reset")
    assert calls(client, "mine") == []


def test_calls_of_the_control_plane_are_not_kept(steered: Steered) -> None:
    """What steers is no call."""
    steered.client.get("/_mock/health")
    steered.client.get("/openapi.json")
    assert calls(steered.client) == []


def test_the_ring_is_bounded() -> None:
    """The oldest calls make room by number and by size; with none, nothing is kept."""
    bounds: list[tuple[dict[str, Any], list[int]]] = [
        ({"journal_calls": 3}, [8, 9, 10]),
        ({"journal_bytes": 4_500}, [8, 9, 10]),
        ({"journal_bytes": 1}, []),
        ({"journal_calls": 0}, []),
    ]
    for settings, kept in bounds:
        with in_process(create_app(Settings(clock="frozen", **settings))) as client:
            for _ in range(10):
                client.get(f"{PATH}/00000000-0000-4000-8000-000000000000")
            assert [entry["number"] for entry in calls(client)] == kept, settings


def test_json_lines_and_curl_have_a_line_a_call(steered: Steered) -> None:
    """Each export has every call; a curl command has the token as a variable."""
    steered.list()
    steered.create()
    text = steered.client.get(JOURNAL, params={"format": "jsonl"}).text
    assert [json.loads(line) for line in text.splitlines()] == calls(steered.client)
    first, second = steered.client.get(JOURNAL, params={"format": "curl"}).text.splitlines()
    assert first.startswith(f"curl -X GET 'http://mockserver/_mock/w/default{PATH}?limit=999'")
    assert '-H "Authorization: Bearer $TOKEN"' in second
    assert """--data-raw '{"non_insurance_payer_id":""" in second


def test_har_is_what_browsers_read(steered: Steered) -> None:
    """An entry of the HAR has method, URL, both bodies and the time."""
    steered.create()
    log = steered.client.get(JOURNAL, params={"format": "har"}).json()["log"]
    [entry] = log["entries"]
    assert (log["version"], entry["request"]["method"]) == ("1.2", "POST")
    assert entry["request"]["url"] == f"http://mockserver/_mock/w/default{PATH}"
    assert json.loads(entry["request"]["postData"]["text"])["amount_cents"] == 1
    assert json.loads(entry["response"]["content"]["text"])["amount_cents"] == 1
    assert entry["startedDateTime"].endswith("Z")


def verified(steered: Steered, *expected: dict[str, Any], in_order: bool = False) -> httpx.Response:
    """What comes of asking whether calls were seen."""
    body = {"calls": list(expected), "in_order": in_order}
    return steered.client.post(f"{JOURNAL}/verify", json=body)


def test_calls_are_verified(steered: Steered) -> None:
    """Calls that were seen are found, by number, so many times and in order."""
    steered.list()
    steered.create(amount_cents=7)
    steered.create(amount_cents=8)
    create = {"operation": "*.create"}
    answer = verified(steered, {**create, "times": 2}, {"operation": "*.get_multi"})
    assert (answer.status_code, answer.json()) == (200, {"found": [[2, 3], [1]]})
    seven = {**create, "body": {"pointer": "/amount_cents", "value": 7}}
    assert verified(steered, seven).json() == {"found": [[2]]}
    assert verified(steered, {"operation": "*.delete", "times": 0}).status_code == 200
    ordered = ({"operation": "*.get_multi"}, seven, create)
    assert verified(steered, *ordered, in_order=True).json() == {"found": [[1], [2], [3]]}
    assert verified(steered, *ordered[::-1], in_order=True).status_code == 409


def test_a_failed_verification_shows_what_was_seen(steered: Steered) -> None:
    """A call that was not seen is a 409 with the nearest one, its differences, and all others."""
    steered.create(amount_cents=7)
    wanted = {"operation": "*.create", "body": {"pointer": "/amount_cents", "value": 9}}
    answer = verified(steered, wanted)
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "call 1 was expected at least once and seen 0 times; the nearest is call 1: the"
        " body at /amount_cents is 7, expected 9",
        "seen": [f"1 non_insurance_payer_refunds.create: POST {PATH}: 200"],
    }
    answer = verified(steered, {"operation": "*.create", "status": 503, "times": 2})
    assert "expected 2 times and seen 0 times" in answer.json()["error"]
    assert 'status is "200", expected "503"' in answer.json()["error"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"operation": "*.creat"}, "did you mean"),
        ({"opration": "*.create"}, "did you mean operation?"),
        ({"status": "abc"}, "use 503, 5xx or none"),
        ({"format": "xml"}, "use one of json, jsonl, har, curl"),
        ({"after": "x"}, "expected the number of a call"),
        ({"pointer": "amount"}, "write it like /amount"),
        ({"value": "1"}, "needs a pointer"),
        ({"body": "1"}, "use pointer and value"),
        ({"since": "yesterday"}, 'since is "yesterday"; expected an instant'),
    ],
)
def test_a_query_that_is_none_is_told(steered: Steered, query: dict[str, str], told: str) -> None:
    """A query that can choose nothing is a 422 that says what would do."""
    answer = steered.client.get(JOURNAL, params=query)
    assert answer.status_code == 422
    assert told in answer.json()["error"]


def test_a_verification_of_many_calls_is_refused(steered: Steered) -> None:
    """100 calls may be expected; the first of those not seen are told with the nearest call."""
    steered.list()
    expected = [{"path": f"/{number}"} for number in range(101)]
    answer = steered.client.post(f"{JOURNAL}/verify", json={"calls": expected})
    assert answer.status_code == 422
    assert answer.json()["error"] == "101 calls are expected; use 100 at most"
    answer = steered.client.post(f"{JOURNAL}/verify", json={"calls": expected[:100]})
    assert answer.status_code == 409
    told = answer.json()["error"]
    assert (told.count("was expected"), told.count("the nearest is")) == (100, 10)


@pytest.mark.parametrize(
    "body",
    [{}, {"calls": []}, {"calls": [1]}, {"calls": [{"times": -1}]}, {"calls": [{"x": 1}]},
     {"calls": [{}], "in_order": 1}, {"calls": [{"body": 1}]}, {"calls": [{"path": 1}]}],
)  # fmt: skip
def test_expectations_that_are_none_are_told(steered: Steered, body: Any) -> None:
    """Expectations that cannot be read are a 422."""
    answer = steered.client.post(f"{JOURNAL}/verify", json=body)
    assert answer.status_code == 422, answer.text
