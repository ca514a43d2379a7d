"""What calls meet of the contract: counted as they come, in each world and in all."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from mockserver.rules import ALL
from mockserver.spec import openapi
from mockserver.spec.facts import EARMARK_KINDS, TARGET_KINDS
from tests.control.refunds import refund_of
from tests.serving import in_process
from tests.steering.world import HERE, PATH, Steered

CREATE = "non_insurance_payer_refunds.create"
UPDATE = "non_insurance_payer_refunds.update"
LIST = "non_insurance_payer_refunds.get_multi"
ABSENT = "00000000-0000-4000-8000-000000000000"


def coverage(client: httpx.Client, place: str = HERE) -> dict[str, Any]:
    """A report on the coverage of a world, or of all."""
    answer = client.get(f"{place}/coverage")
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def met(client: httpx.Client, operation: str, part: str, place: str = HERE) -> list[str]:
    """What was met of one part of an operation."""
    rows = coverage(client, place)["operations"]
    [row] = [row for row in rows if row["operation"] == operation]
    found: list[str] = row[part]["met"]
    return found


def create(client: httpx.Client, kind: str, **fields: Any) -> httpx.Response:
    """The answer to a create with one target of a kind, which need not be known."""
    allocation = {"amount_cents": 1, "target": {"type": kind}, **fields}
    return client.post(PATH, json=refund_of(allocations=[allocation]))


def test_what_can_be_met_is_what_is_published(client: httpx.Client) -> None:
    """Each status of the document is counted, and each rule and kind of target is somewhere."""
    report = coverage(client)
    assert (report["percent"], report["met"]) == (0, 0)
    rows = report["operations"]
    statuses = [name.split()[0] for row in rows for name in row["statuses"]["not_met"]]
    documented = [
        status
        for item in openapi()["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
        for status in operation["responses"]
    ]
    assert sorted(statuses) == sorted(documented)
    rules = {n for row in rows for part in ("not_met", "off") for n in row["rules"][part]}
    assert rules == {rule.id for rule in ALL}
    [members] = [row["members"]["not_met"] for row in rows if row["operation"] == CREATE]
    assert {name.split(".")[1] for name in members} == {*TARGET_KINDS, *EARMARK_KINDS}
    assert report["of"] == sum(
        len(row[part]["not_met"]) for row in rows for part in ("statuses", "rules", "members")
    )


def test_statuses_count_with_their_errors(steered: Steered) -> None:
    """A status is met with the error that the document has for it, by a fault too."""
    steered.list()
    steered.client.get(PATH, params={"limit": 0})
    for answer in (503, {"status": 500, "body": {"errorName": "Strange"}}, {"gateway": 502}):
        steered.fault(operation="*.get_multi", answer=answer, first=1)
        steered.list()
    assert met(steered.client, LIST, "statuses") == [
        "200",
        "422 UnprocessableEntityError",
        "503 HttpServiceUnavailableError",
    ]


def test_an_answer_that_is_lost_is_not_met(steered: Steered) -> None:
    """A success that the client did not get does not count."""
    steered.fault(operation="*.create", moment="after", **{"break": "garbled"})
    steered.create()
    assert met(steered.client, CREATE, "statuses") == []


def test_rules_count_if_they_refuse_or_warn(steered: Steered) -> None:
    """A rule is met by a call that breaks it; one that is off cannot be, and does not count."""
    steered.client.post(PATH, json=refund_of(-1, extra=1))
    assert met(steered.client, CREATE, "rules") == ["unknown-field", "amount-positive"]
    [row] = [row for row in coverage(steered.client)["operations"] if row["operation"] == CREATE]
    assert row["rules"]["off"] == ["refund-within-payments"]
    with in_process(create_app(Settings(profile="strict"))) as client:
        assert coverage(client)["of"] == coverage(steered.client)["of"] + 1


@pytest.mark.parametrize("kind", TARGET_KINDS)
def test_kinds_of_targets_count_when_they_are_sent(client: httpx.Client, kind: str) -> None:
    """A kind is met by a create that has it, even if it is refused."""
    create(client, kind)
    assert met(client, CREATE, "members") == [f"AllocationTargetCreate.{kind}"]


def test_members_of_other_unions_count(client: httpx.Client) -> None:
    """Unions with members of the same name are told apart, and text in a string is none."""
    client.patch(f"{PATH}/{ABSENT}", json={"refund_reason": {"type": "set", "value": '"remove"'}})
    assert met(client, UPDATE, "members") == ["RefundReasonUpdate.set"]
    client.patch(f"{PATH}/{ABSENT}", json={"refund_note": {"type": "remove"}})
    assert met(client, UPDATE, "members") == ["NoteUpdate.remove", "RefundReasonUpdate.set"]
    create(client, "unattributed", earmark={"type": "date_of_service", "value": "2024-01-01"})
    assert met(client, CREATE, "members") == [
        "AllocationTargetCreate.unattributed",
        "AllocationEarmarkType.date_of_service",
    ]


def test_a_coded_body_is_read(client: httpx.Client) -> None:
    """A body in gzip has members as any other; one that is none has none."""
    body = gzip.compress(json.dumps(refund_of()).encode())
    for content in (body[:-9], b"\x1f"):
        client.post(PATH, content=content, headers={"content-encoding": "gzip"})
    assert met(client, CREATE, "members") == []
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    assert client.post(PATH, content=body, headers=headers).status_code == 200
    assert met(client, CREATE, "members") == ["AllocationTargetCreate.unattributed"]


def test_no_call_is_forgotten() -> None:
    """What left the journal's ring still counts, however many calls came since."""
    with in_process(create_app(Settings(journal_calls=1))) as client:
        create(client, "claim_by_id")
        for number in range(200):
            client.post(PATH, json=refund_of(refund_note="x" * 1_000 if number > 100 else "x"))
        assert met(client, CREATE, "members") == [
            "AllocationTargetCreate.claim_by_id",
            "AllocationTargetCreate.unattributed",
        ]
        assert "404 EntityNotFoundError" not in met(client, CREATE, "statuses")


def test_worlds_count_for_themselves_and_together(app: Mockserver, client: httpx.Client) -> None:
    """A world begins anew with a reset; all together count on, deleted worlds too."""
    for name, kind in (("a", "claim_by_id"), ("b", "service_line_by_id")):
        allocation = {"amount_cents": 1, "target": {"type": kind}}
        client.post(f"/_mock/w/{name}{PATH}", json=refund_of(allocations=[allocation]))
    first, second = (f"AllocationTargetCreate.{k}" for k in ("claim_by_id", "service_line_by_id"))
    assert met(client, CREATE, "members", "/_mock/worlds/a") == [first]
    assert met(client, CREATE, "members", "/_mock/worlds/b") == [second]
    client.post("/_mock/worlds/a/reset")
    client.delete("/_mock/worlds/b")
    assert met(client, CREATE, "members", "/_mock/worlds/a") == []
    assert met(client, CREATE, "members", "/_mock") == [second, first]
    assert len(app.worlds) == 1


def test_coverage_is_forgotten(client: httpx.Client) -> None:
    """A delete begins anew, in a world or in all together, and calls then count again."""
    for forgotten, other in ((HERE, "/_mock"), ("/_mock", HERE)):
        create(client, "claim_by_id")
        assert client.delete(f"{forgotten}/coverage").status_code == 204
        assert met(client, CREATE, "members", forgotten) == []
        assert met(client, CREATE, "members", other) == ["AllocationTargetCreate.claim_by_id"]
        create(client, "claim_by_id")
        assert len(met(client, CREATE, "members", forgotten)) == 1


@pytest.mark.parametrize("forgotten", [HERE, "/_mock"])
def test_a_call_counts_again_after_it_was_forgotten(client: httpx.Client, forgotten: str) -> None:
    """That a call had nothing to add before is forgotten too: it was answered or refused."""
    for _ in range(2):
        client.get(PATH)
        client.get(PATH)
        client.post(PATH, json=refund_of(amount_cents=0))
        assert met(client, LIST, "statuses", forgotten) == ["200"]
        assert met(client, CREATE, "rules", forgotten) == ["amount-positive"]
        assert client.delete(f"{forgotten}/coverage").status_code == 204
        assert coverage(client, forgotten)["met"] == 0


def test_the_journal_does_not_clear_coverage(client: httpx.Client) -> None:
    """A cleared journal leaves what was met."""
    create(client, "claim_by_id")
    client.delete(f"{HERE}/journal")
    assert len(met(client, CREATE, "members")) == 1


def test_a_client_without_a_token_meets_401(client: httpx.Client) -> None:
    """A call that is refused before its world is there counts for that world."""
    del client.headers["authorization"]
    client.get(f"/_mock/w/mine{PATH}")
    client.headers["authorization"] = "Bearer any"
    client.get(f"/_mock/w/mine{PATH}")
    assert met(client, LIST, "statuses", "/_mock/worlds/mine") == ["200", "401 UnauthorizedError"]


def test_unknown_paths_do_not_count(client: httpx.Client) -> None:
    """A path or a method that nothing is served under is no part of the contract."""
    client.get("/api/nothing")
    client.put(PATH)
    assert coverage(client)["met"] == 0


def test_reports_are_text_and_markdown(client: httpx.Client) -> None:
    """Both forms begin with the share, and name what was not met."""
    client.get(PATH)
    text = client.get(f"{HERE}/coverage", params={"format": "text"}).text
    whole = coverage(client)["of"]
    assert text.startswith(f"1 of {whole} met: {1_000 // whole / 10} %\n")
    assert "  rules not met: query-shape, unknown-field, limit-range" in text
    markdown = client.get(f"{HERE}/coverage", params={"format": "markdown"}).text
    heading, _, head, rule, row, *_ = markdown.splitlines()
    assert heading == f"### Coverage of the contract: {1_000 // whole / 10} % (1 of {whole})"
    assert head.count("|") == rule.count("|") == row.count("|") == 6
    assert f"| `{LIST}` | 1 of 10 | `401 UnauthorizedError`, " in row


def test_each_rule_that_a_call_breaks_is_one_of_its_operation(
    app: Mockserver, client: httpx.Client
) -> None:
    """The document lists what the token call and a list are held to."""
    client.get(PATH, params={"size": 1, "limit": 0})
    token = "/api/auth/v2/token"
    client.post(token, json={"client_id": "default", "extra": 1})
    client.post(token, content=b"[", headers={"content-type": "application/json"})
    calls = client.get(f"{HERE}/journal").json()["calls"]
    assert len(calls) == 3
    for call in calls:
        listed = app.contract.operations[call["operation"]].rules
        assert call["rules"], call
        assert set(call["rules"]) <= set(listed), call
