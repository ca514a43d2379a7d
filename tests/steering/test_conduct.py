"""The report on conduct: each kind is found, with its calls, and what is right is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.steering.conduct import KINDS
from tests.control.refunds import refund_of
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered

CONDUCT = f"{HERE}/conduct"
TOKEN = "/_mock/w/default/api/auth/v2/token"
UNWHOLE: dict[str, dict[str, Any]] = {
    "reset": {"break": "reset"},
    "garbled": {"break": "garbled"},
    "a 503": {"answer": 503},
    "a gateway": {"answer": {"gateway": 502}},
}


def findings(client: httpx.Client, kind: str | None = None) -> list[dict[str, Any]]:
    """What a report on the default world finds."""
    answer = client.get(CONDUCT)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["findings"]
    return [each for each in found if kind in (None, each["kind"])]


def calls(client: httpx.Client, kind: str) -> list[list[int]]:
    """The numbers of the calls of each finding of a kind, of which there are no others."""
    found = findings(client)
    assert {each["kind"] for each in found} <= {kind}, found
    return [each["calls"] for each in found]


def create_anyway(steered: Steered, **fields: Any) -> httpx.Response | None:
    """The answer to a create, or None where it is lost."""
    try:
        return steered.client.post(PATH, json=refund_of(**fields))
    except httpx.TransportError:
        return None


@pytest.fixture
def many() -> Iterator[httpx.Client]:
    """A client of a world with more refunds than two pages can hold."""
    with in_process(create_app(Settings(refunds=2_500))) as client:
        yield client


def limit(steered: Steered, **document: Any) -> None:
    """Set limits."""
    assert steered.client.post(f"{HERE}/limits", json=document).status_code == 200


def clock(steered: Steered, **document: Any) -> None:
    """Set or move the clock."""
    assert steered.client.post(f"{HERE}/clock", json=document).status_code == 200


def test_a_client_that_does_all_right_has_no_findings(steered: Steered) -> None:
    """Two equal creates, a walk to the last page and a refusal are no misuse."""
    client = steered.client
    assert findings(client) == []
    for _ in range(2):
        steered.create()
    steered.create(amount_cents=-1)
    page = client.get(PATH, params={"limit": 20}).json()
    while token := page.get("next_page_token"):
        page = client.get(PATH, params={"limit": 20, "page_token": token}).json()
    refund = page["items"][0]["non_insurance_payer_refund_id"]
    changes = {"refund_note": {"type": "set", "value": "x"}, "refund_reason": None}
    assert client.patch(f"{PATH}/{refund}", json=changes).status_code == 200
    earmark = {"type": "date_of_service", "value": "2024-01-01"}
    target = {"type": "unattributed"}
    allocation = {"amount_cents": 1, "target": target, "earmark": earmark}
    client.post(PATH, json=refund_of(allocations=[allocation]))
    assert findings(client) == []


@pytest.mark.parametrize("how", UNWHOLE)
def test_a_create_that_is_sent_again_is_found(steered: Steered, how: str) -> None:
    """After the write, a lost answer and a retry leave two records, which the report names."""
    steered.fault(operation="*.create", first=1, moment="after", **UNWHOLE[how])
    create_anyway(steered)
    second = create_anyway(steered)
    [found] = findings(steered.client)
    assert (found["kind"], found["calls"]) == ("repeated-create", [1, 2])
    assert second is not None
    assert second.json()["non_insurance_payer_refund_id"] in found["message"]
    assert "left 2 records" in found["message"]
    assert [line.split(":")[0] for line in found["seen"]] == [
        "1 non_insurance_payer_refunds.create",
        "2 non_insurance_payer_refunds.create",
    ]


@pytest.mark.parametrize("how", ["reset", "a 503", "a gateway"])
def test_a_create_that_was_not_written_may_be_sent_again(steered: Steered, how: str) -> None:
    """The same loss before the write leaves one record, and nothing is found."""
    steered.fault(operation="*.create", first=1, **UNWHOLE[how])
    create_anyway(steered)
    create_anyway(steered)
    assert findings(steered.client) == []


def test_a_second_record_that_was_deleted_is_not_left(steered: Steered) -> None:
    """A client that deletes the record too many has put it right; another create is no retry."""
    steered.fault(operation="*.create", first=1, moment="after", answer=503)
    create_anyway(steered)
    create_anyway(steered, amount_cents=2)
    assert findings(steered.client) == []
    again = create_anyway(steered)
    assert again is not None
    assert calls(steered.client, "repeated-create") == [[1, 3]]
    steered.client.delete(f"{PATH}/{again.json()['non_insurance_payer_refund_id']}")
    assert findings(steered.client) == []


@pytest.mark.parametrize("headers", ["retry-after", "x-ratelimit-reset"])
def test_an_early_retry_is_found(steered: Steered, headers: str) -> None:
    """A call that comes again at once is too early; one behind the time on the clock is not."""
    limit(steered, requests="1/10", headers=headers)
    for _ in range(2):
        steered.list()
    clock(steered, advance_seconds=11)
    steered.list()
    assert findings(steered.client) == []
    steered.list()
    steered.list()
    assert calls(steered.client, "early-retry") == [[4, 5]]
    [found] = findings(steered.client)
    assert "after a 429 that asked for 10 s" in found["message"]


def test_a_wait_without_a_retry_is_nobodys_fault(steered: Steered) -> None:
    """Without Retry-After, and for another call, there is nothing to wait for."""
    limit(steered, requests="1/10")
    for _ in range(3):
        steered.list()
    steered.fault(operation="*.get", answer={"status": 503, "headers": {"Retry-After": "soon"}})
    for _ in range(2):
        steered.client.get(f"{PATH}/00000000-0000-4000-8000-000000000000")
    assert findings(steered.client) == []


def test_retry_after_may_be_a_date(steered: Steered) -> None:
    """A Retry-After in the form of a date is read by the world's clock."""
    headers = {"Retry-After": "Mon, 15 Jan 2024 09:30:10 GMT"}
    steered.fault(operation="*.get_multi", answer={"status": 503, "headers": headers})
    for _ in range(2):
        steered.list()
    assert calls(steered.client, "early-retry") == [[1, 2]]


def fetch(client: httpx.Client) -> dict[str, str]:
    """The headers with a new token."""
    pair = {"client_id": "default", "client_secret": "x"}
    return {"authorization": f"Bearer {client.post(TOKEN, json=pair).json()['access_token']}"}


def test_a_token_for_each_call_is_found(steered: Steered) -> None:
    """Three tokens of one call each are a habit; a token of several calls is none."""
    for _ in range(2):
        steered.client.get(PATH, headers=fetch(steered.client))
    assert findings(steered.client) == []
    headers = fetch(steered.client)
    steered.client.get(PATH, headers=headers)
    assert calls(steered.client, "token-per-call") == [[1, 2, 3, 4, 5, 6]]
    steered.client.get(PATH, headers=headers)
    assert findings(steered.client) == []


def test_a_token_that_is_over_may_be_replaced(steered: Steered) -> None:
    """Tokens that have expired, or were answered 401, had to be replaced."""
    for _ in range(4):
        steered.client.get(PATH, headers=fetch(steered.client))
        clock(steered, advance_seconds=5 * 60 * 60)
    assert findings(steered.client) == []
    steered.client.delete(f"{HERE}/journal")
    for _ in range(4):
        headers = fetch(steered.client)
        steered.fault(operation="*.get_multi", tokens="expire", first=1)
        assert steered.client.get(PATH, headers=headers).status_code == 401
    assert findings(steered.client) == []


@pytest.mark.parametrize("limit", [1, 20, 998])
def test_the_beginning_of_a_list_may_be_all_that_is_wanted(many: httpx.Client, limit: int) -> None:
    """A limit says how much is wanted, however often it is sent."""
    for _ in range(2):
        assert "next_page_token" in many.get(PATH, params={"limit": limit}).json()
    assert findings(many) == []


@pytest.mark.parametrize("query", [{}, {"limit": 999}, {"sort": "amount_cents"}])
def test_a_page_of_a_whole_list_is_found(many: httpx.Client, query: dict[str, Any]) -> None:
    """Without a limit, or with the largest, a page token must be sent by a later call."""
    many.get(PATH, params=query)
    token = many.get(PATH, params=query).json()["next_page_token"]
    assert calls(many, "ignored-page") == [[1, 2]]
    if query:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        (found,) = findings(many)
        assert f'for "{asked}"' in found["message"]
    many.get(PATH, params={**query, "limit": 900, "page_token": token})
    assert calls(many, "ignored-page") == [[3]]


def test_a_walk_that_is_left_is_found(steered: Steered) -> None:
    """Who follows a token of a list must follow the next, and those of no other list."""
    client = steered.client
    first = client.get(PATH, params={"limit": 20}).json()["next_page_token"]
    client.get(PATH, params={"limit": 20, "sort": "amount_cents"})
    assert findings(client) == []
    page = client.get(PATH, params={"limit": 10, "page_token": first}).json()
    assert calls(client, "ignored-page") == [[3]]
    client.get(PATH, params={"limit": 20, "page_token": page["next_page_token"]})
    assert findings(client) == []
    client.get(PATH, params={"limit": 20})
    assert calls(client, "ignored-page") == [[5]]


@pytest.mark.parametrize("level", ["enforce", "warn", "off"])
def test_fields_that_nothing_reads_are_found(level: str) -> None:
    """Fields and parameters are found at each level of the rule, with every call, once a place."""
    app = create_app(Settings(rules={"unknown-field": level}))
    with in_process(app) as client:
        allocation = {"amount_cents": 1, "target": {"type": "unattributed", "vaule": 1}}
        for _ in range(2):
            client.post(PATH, json=refund_of(allocations=[allocation], amount=1))
        client.get(PATH, params={"size": 3, "check_number": "1"})
        found = findings(client, "unread-field")
    assert [(each["message"], each["calls"]) for each in found] == [
        ('non_insurance_payer_refunds.create does not read "$.allocations[*].target.vaule"',
         [1, 2]),
        ('non_insurance_payer_refunds.create does not read "$.amount"', [1, 2]),
        ('non_insurance_payer_refunds.get_multi does not read "query size"', [3]),
    ]  # fmt: skip


def test_bodies_that_are_none_have_no_fields(steered: Steered) -> None:
    """What is no JSON, and what is deep or of another type, breaks no report."""
    deep = b'{"allocations":' + b"[" * 50_000
    for body in (b"", b"{", b"[1]", b'{"allocations": {"x": 1}}', b'{"refund_note": 1}', deep):
        steered.client.post(PATH, content=body, headers={"content-type": "application/json"})
    nested = b'{"allocations":' + b"[" * 900 + b"]" * 900 + b"}"
    steered.client.post(PATH, content=nested, headers={"content-encoding": "gzip"})
    steered.client.post(PATH, content=nested)
    assert findings(steered.client) == []


def test_a_422_that_comes_again_is_found(steered: Steered) -> None:
    """The same call after its refusal is found; a changed one, and another status, are not."""
    for amount in (-1, -2, -1):
        steered.create(amount_cents=amount)
    for _ in range(2):
        steered.client.get(f"{PATH}/00000000-0000-4000-8000-000000000000")
    assert calls(steered.client, "repeated-refusal") == [[1, 3]]


def test_the_report_is_text_too(steered: Steered) -> None:
    """The text has each finding, why it matters, and its calls; the end counts."""
    for _ in range(30):
        steered.create(amount_cents=-1)
    text = steered.client.get(CONDUCT, params={"format": "text"}).text
    lines = text.splitlines()
    assert lines[0].startswith("repeated-refusal: non_insurance_payer_refunds.create was sent 30")
    assert lines[1].strip() == KINDS[-1].why
    assert lines[2].strip().startswith("1 non_insurance_payer_refunds.create: POST")
    assert lines[-2:] == ["  and 10 more calls", "findings: 1 in 30 calls"]


def test_calls_that_are_forgotten_are_told() -> None:
    """A report on a journal that was full says how many calls it does not have."""
    with in_process(create_app(Settings(journal_calls=2))) as client:
        for _ in range(5):
            client.get(PATH)
        report = client.get(CONDUCT).json()
        assert (report["written"], report["calls"]) == (5, 2)
        text = client.get(CONDUCT, params={"format": "text"}).text
    assert text == "findings: 0 in 2 calls (the journal no longer has the 3 before)\n"


@pytest.mark.parametrize("path", [CONDUCT, f"{HERE}/coverage", "/_mock/coverage"])
def test_without_a_journal_there_is_no_report(path: str) -> None:
    """A stand-in without a journal says so, instead of finding nothing."""
    with in_process(create_app(Settings(journal_calls=0))) as client:
        answer = client.get(path)
    assert (answer.status_code, "--journal-calls 0" in answer.json()["error"]) == (409, True)


@pytest.mark.parametrize("path", [CONDUCT, f"{HERE}/coverage", "/_mock/coverage"])
def test_a_query_that_is_none_is_told(client: httpx.Client, path: str) -> None:
    """An unknown format or parameter is a 422 that shows it."""
    for query, told in (({"format": "xml"}, 'format is "xml"; use one of json'),
                        ({"fromat": "text"}, '["fromat"]; expected format alone')):  # fmt: skip
        answer = client.get(path, params=query)
        assert (answer.status_code, told in answer.json()["error"]) == (422, True), answer.text
    assert client.get("/_mock/worlds/nobody/conduct").status_code == 404
