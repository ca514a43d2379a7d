"""A call that fails leaves the world byte for byte what it was, and the next ids the same."""

from __future__ import annotations

import json

import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.api.conftest import Make
from tests.api.failures import FAILURES, Fail
from tests.api.operations import MEMBER
from tests.client import Client, exchange
from tests.organization import body, without
from tests.rules.case import Case
from tests.rules.table import EVERY

SERVED = "/_mock/worlds/default/export"


def world(client: Client) -> bytes:
    """The world default as the control plane exports it."""
    answer = client.send("GET", SERVED)
    assert answer.status == 200
    return answer.body


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_a_failed_call_changes_nothing(client: Client, fail: Fail) -> None:
    """The exported world is the same before and after, and so is the refund created next."""
    next_refund = client.create().body
    client.reset()
    before = world(client)
    answer = fail(client)
    assert 400 <= answer.status < 500, answer.body
    assert world(client) == before
    assert client.create().body == next_refund


@pytest.mark.parametrize(("rule", "case"), EVERY.values(), ids=EVERY)
def test_a_refused_call_changes_nothing(make: Make, rule: str, case: Case) -> None:
    """Whichever rule refuses, the exported world is the same before and after."""
    client = make(case.document, profile="lenient", rules={rule: "enforce"})
    case.breached(client)
    before = world(client)
    answer = case.breached(client)
    assert answer.error == case.error
    assert world(client) == before


@pytest.mark.parametrize(("rule", "case"), EVERY.values(), ids=EVERY)
def test_a_warning_changes_nothing_by_itself(make: Make, rule: str, case: Case) -> None:
    """A request that breaks a rule leaves the same world whether it is warned of or not."""
    worlds = []
    for level in ("warn", "off"):
        client = make(case.document, profile="lenient", rules={rule: level})
        case.breached(client)
        worlds.append(without(json.loads(client.export()), "settings"))
    assert worlds[0] == worlds[1]


@pytest.mark.parametrize(("method", "path"), [("POST", REFUNDS_PATH), ("PATCH", MEMBER)])
@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_a_client_that_goes_away_changes_nothing(
    client: Client, method: str, path: str, pieces: int
) -> None:
    """A request whose client goes away before its end is not answered, and changes nothing."""
    before = world(client)
    scope = client.scope(method, path, headers={"authorization": "Bearer x"})
    sent = str(body()).encode()
    messages = [
        {"type": "http.request", "body": sent[n : n + 10], "more_body": True} for n in range(pieces)
    ]
    assert exchange(client.app, scope, [*messages, {"type": "http.disconnect"}]) is None
    assert world(client) == before


def test_looking_changes_nothing(client: Client) -> None:
    """Gets and lists of every kind leave the world as it was."""
    before = world(client)
    for query in ({}, {"limit": 1}, {"check_number": ["1001", "x"]}, {"sort": "amount_cents"}):
        client.list(**query)
    client.get(MEMBER.rpartition("/")[2])
    client.update(MEMBER.rpartition("/")[2], {})
    assert world(client) == before
