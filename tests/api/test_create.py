"""Create answers the refund that was asked for: every field as sent, nothing that was not."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from mockserver import Settings, create_app
from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH
from tests.client import Client
from tests.organization import (
    INVOICE,
    LINE,
    MODEST,
    NOW,
    OTHER_PAYER,
    PAYER,
    body,
    part,
    target,
    without,
)

OPTIONAL = {
    "refund_timestamp": NOW,
    "refund_note": "a note",
    "check_number": "1001",
    "refund_reason": "OVERCHARGED",
    "invoice_id": INVOICE,
}
REQUIRED = {"non_insurance_payer_refund_id", "non_insurance_payer", "amount_cents", "allocations"}

PAGE_REQUEST = """{
  "non_insurance_payer_id": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
  "amount_cents": 1,
  "allocations": [
    {
      "amount_cents": 1,
      "target": {
        "type": "service_line_by_id",
        "value": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
      }
    },
    {
      "amount_cents": 1,
      "target": {
        "type": "service_line_by_id",
        "value": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
      }
    }
  ]
}"""


def is_v4(text: str) -> bool:
    """Whether the text is a version 4 UUID in its canonical form."""
    return UUID(text).version == 4 and str(UUID(text)) == text


def test_the_pages_own_example_works() -> None:
    """The vendor's curl, word for word, answers 200 and the page's shape by default settings."""
    client = Client(create_app(Settings()), token="<token>")
    answer = client.send("POST", REFUNDS_PATH, body=PAGE_REQUEST.encode())
    assert answer.status == 200, answer.body
    refund = answer.json
    assert refund["non_insurance_payer"]["non_insurance_payer_id"] == PAGE_EXAMPLE_ID
    assert refund["amount_cents"] == 1
    assert [found["amount_cents"] for found in refund["allocations"]] == [1, 1]
    for found in refund["allocations"]:
        assert found["target"]["type"] == "service_line"
        assert found["target"]["service_line_id"] == PAGE_EXAMPLE_ID
        assert found["target"].keys() == {"type", "service_line_id", "claim_id", "encounter_id"}
        assert found.keys() == {"amount_cents", "target", "allocation_id", "allocated_on"}
    told = [line.partition(":")[0] for line in answer.all("mock-warning")]
    assert told == ["allocation-sum", "allocation-target-unique"]


def test_a_bare_refund_has_the_required_fields_alone(client: Client) -> None:
    """What was left out of a create is absent from the answer: no null, no default."""
    answer = client.create()
    assert (answer.status, answer.one("content-type")) == (200, "application/json")
    assert answer.json.keys() == REQUIRED
    assert b"null" not in answer.body


def test_a_full_refund_has_every_field_as_sent(client: Client) -> None:
    """Every optional field is answered with the value that was sent."""
    refund = client.create(**OPTIONAL).json
    assert {name: refund[name] for name in OPTIONAL} == OPTIONAL
    assert refund.keys() == REQUIRED | OPTIONAL.keys()


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_optional_field_comes_alone(client: Client, name: str) -> None:
    """One optional field that was sent is the only one that is answered."""
    refund = client.create(**{name: OPTIONAL[name]}).json
    assert refund.keys() == REQUIRED | {name}


def test_null_means_omitted(client: Client) -> None:
    """A create with null for every optional field answers the same as one without them."""
    nulls: dict[str, Any] = dict.fromkeys(OPTIONAL)
    answer = client.create(**nulls, allocations=[part(earmark=None)])
    client.reset()
    assert answer.body == client.create().body
    assert answer.all("mock-warning") == []


@pytest.mark.parametrize("reason", ["OVERCHARGED", "ENTERED_IN_ERROR", "TRANSFER"])
def test_every_reason_is_kept(client: Client, reason: str) -> None:
    """Each documented reason is answered as sent."""
    assert client.create(refund_reason=reason).json["refund_reason"] == reason


@pytest.mark.parametrize(
    "text", ["", " ", "ü", "€ 5", "a\nb\tc", "\u0000", "\u2028", "😀", '"\\/', "x" * 10_000, "null"]
)
def test_free_text_is_kept_to_the_letter(client: Client, text: str) -> None:
    """Notes and check numbers are answered exactly as they were sent."""
    refund = client.create(refund_note=text, check_number=text).json
    assert (refund["refund_note"], refund["check_number"]) == (text, text)
    assert client.get(refund["non_insurance_payer_refund_id"]).json == refund


def test_escaped_text_is_the_text_it_stands_for(client: Client) -> None:
    """A note sent in escapes, a pair of surrogates among them, is the text that they stand for."""
    sent = json.dumps(body(refund_note="ü😀/")).replace("/", r"\/").encode("ascii")
    assert client.send("POST", REFUNDS_PATH, body=sent).json["refund_note"] == "ü😀/"


def test_every_id_is_new_and_of_version_4(client: Client) -> None:
    """The refund and each of its allocations and earmarks get version 4 UUIDs, all different."""
    earmark = {"type": "external_encounter_id", "value": "e"}
    ids = []
    for _ in range(20):
        refund = client.create(allocations=[part(), part(earmark=earmark)]).json
        ids.append(refund["non_insurance_payer_refund_id"])
        ids += [found["allocation_id"] for found in refund["allocations"]]
        ids.append(refund["allocations"][1]["earmark"]["id"])
    assert all(map(is_v4, ids))
    assert len(set(ids)) == len(ids) == 80


def test_allocations_stand_in_the_order_sent(client: Client) -> None:
    """A hundred allocations are answered in the order in which they were sent."""
    refund = client.create(amount_cents=5_050, allocations=[part(n) for n in range(1, 101)]).json
    assert [found["amount_cents"] for found in refund["allocations"]] == [*range(1, 101)]


def test_allocations_are_made_now(client: Client) -> None:
    """`allocated_on` is the present instant by the world's clock, whatever the refund's own."""
    refund = client.create(refund_timestamp="2020-01-01T00:00:00Z").json
    assert refund["allocations"][0]["allocated_on"] == NOW


def test_the_payer_is_answered_in_full(client: Client) -> None:
    """The payer is embedded as the organization has it, without what only rules ask of it."""
    refund = client.create(non_insurance_payer_id=PAYER).json
    payer = refund["non_insurance_payer"]
    assert payer["clinical_trials"][0]["clinical_trial_phase"] == "Phase 2"
    assert payer.keys() == {
        "non_insurance_payer_id", "name", "enabled", "clinical_trials", "description", "address",
    }  # fmt: skip


def test_amounts_may_be_written_as_any_integer_of_json(client: Client) -> None:
    """5.0 and 5E0 are the integer 5, in an amount and in an allocation."""
    for written in (b"5", b"5.0", b"5E0", b"0.5e1", b"50e-1"):
        sent = json.dumps(body(amount_cents=5, allocations=[part(5)])).encode()
        sent = sent.replace(b'"amount_cents": 5', b'"amount_cents": ' + written)
        refund = client.send("POST", REFUNDS_PATH, body=sent).json
        assert (refund["amount_cents"], type(refund["amount_cents"])) == (5, int)
        assert refund["allocations"][0]["amount_cents"] == 5


def test_a_created_refund_is_got_and_listed(client: Client) -> None:
    """Get answers the very bytes that create answered, and the list holds the refund once."""
    answer = client.create(**OPTIONAL)
    refund_id = answer.json["non_insurance_payer_refund_id"]
    assert client.get(refund_id).body == answer.body
    assert client.list(limit=999).json["items"].count(answer.json) == 1


def test_creates_of_one_body_are_two_refunds(client: Client) -> None:
    """The same body sent twice makes two refunds: there are no idempotency keys."""
    first, second = client.create().json, client.create().json
    assert without(first, "allocations") != without(second, "allocations")
    assert len(client.list().json["items"]) == 4


def test_a_target_is_not_the_payers(client: Client) -> None:
    """Any target of the organization can be refunded to any of its payers."""
    for payer_id in (PAYER, OTHER_PAYER, MODEST):
        allocations = [part(aim=target("service_line_by_id", LINE))]
        assert client.create(non_insurance_payer_id=payer_id, allocations=allocations).status == 200
