"""The same script of requests gives the same bytes after a reset, and from another stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Make
from tests.api.failures import FAILURES
from tests.client import Answer, Client
from tests.organization import BARE_REFUND, NOW, OTHER_PAYER, REFUND, part
from tests.rules.table import EVERY

EARMARK = {"type": "external_encounter_id", "value": "later"}


def script(client: Client) -> list[Answer]:
    """Every answer to a long script of all operations, good and bad."""
    answers: list[Answer] = [client.list(limit=1), client.get(REFUND)]
    for number in range(8):
        amount = number % 4 + 1
        changes: dict[str, Any] = {
            "check_number": str(number % 3),
            "amount_cents": amount,
            "allocations": [part(amount)],
        }
        if number % 2:
            changes |= {"refund_timestamp": NOW, "allocations": [part(amount, earmark=EARMARK)]}
        answers.append(client.create(**changes))
    made = [answer.json["non_insurance_payer_refund_id"] for answer in answers[2:]]
    answers += [fail(client) for fail in FAILURES.values()]
    answers.append(client.update(made[0], {"refund_note": {"type": "set", "value": "ü"}}))
    answers.append(client.update(REFUND, {"refund_timestamp": "2024-02-01T00:00:00+01:00"}))
    answers += [client.delete(made[1]), client.delete(made[1]), client.delete(BARE_REFUND)]
    answers += [client.create(non_insurance_payer_id=OTHER_PAYER, extra=[1])]
    page = client.list(limit=2)
    while "next_page_token" in page.json:
        answers.append(page)
        page = client.list(limit=2, page_token=page.json["next_page_token"])
    answers += [page, client.list(limit=2, page_token=page.json["prev_page_token"])]
    answers += [case.breached(client) for _rule, case in EVERY.values()]
    return [*answers, Answer(0, (), client.export())]


@pytest.mark.parametrize("profile", ["default", "strict", "lenient"])
def test_a_reset_gives_the_same_bytes(make: Make, profile: str) -> None:
    """After a reset by the control plane every answer is the same: status, headers and body."""
    client = make(profile=profile)
    first = script(client)
    for _ in range(2):
        assert client.send("POST", "/_mock/worlds/default/reset").status == 200
        assert script(client) == first


def test_another_stand_in_gives_the_same_bytes(make: Make) -> None:
    """A stand-in started anew, over the same fixture and with the same seed, answers the same."""
    assert script(make(random_seed=5)) == script(make(random_seed=5))


def test_another_seed_gives_other_ids(make: Make) -> None:
    """With another seed no id is drawn that was drawn before."""
    first, second = (make(random_seed=seed).create().json for seed in (1, 2))
    assert first["non_insurance_payer_refund_id"] != second["non_insurance_payer_refund_id"]
    ids = [refund["allocations"][0]["allocation_id"] for refund in (first, second)]
    assert ids[0] != ids[1]


def test_another_world_draws_other_ids(client: Client) -> None:
    """Two worlds of one stand-in, asked the same, answer the same but for the ids."""
    worlds = [Client(client.app, prefix=f"/_mock/w/{name}") for name in ("one", "two")]
    first, second = (world.create().json for world in worlds)
    for refund in (first, second):
        del refund["non_insurance_payer_refund_id"], refund["allocations"][0]["allocation_id"]
    assert first == second
    ids = [world.create().json["non_insurance_payer_refund_id"] for world in worlds]
    assert ids[0] != ids[1]


def test_a_reset_leaves_other_worlds(client: Client) -> None:
    """Starting one world again leaves what was created in another."""
    other = Client(client.app, prefix="/_mock/w/other")
    refund_id = other.create().json["non_insurance_payer_refund_id"]
    client.create()
    assert client.send("POST", "/_mock/worlds/default/reset").status == 200
    assert other.get(refund_id).status == 200
    assert len(client.list().json["items"]) == 2
