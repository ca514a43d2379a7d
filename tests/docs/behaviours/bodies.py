"""What the stand-in reads in a body and answers for it, where no rule decides."""

from __future__ import annotations

import gzip
import json
import zlib

from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH, TARGET_KINDS
from tests.docs.behaviours.caller import ABSENT, UNATTRIBUTED, Caller

__all__ = ["BODIES"]


def body_codings() -> None:
    """A body in gzip or deflate is read, within the limit for bodies; any other `Content-Encoding`
    gets 415 `InvalidContentTypeError`.
    """
    here = Caller(max_body_bytes=1_000)
    plain = here.create().request.content
    json_in = {"content-type": "application/json"}
    for coding, content, status in (
        ("gzip", gzip.compress(plain), 200),
        ("deflate", zlib.compress(plain), 200),
        ("gzip", gzip.compress(plain.ljust(2_000)), 413),
        ("br", plain, 415),
    ):
        headers = {**json_in, "content-encoding": coding}
        answer = here.client.post(REFUNDS_PATH, content=content, headers=headers)
        assert answer.status_code == status, coding


def json_mark() -> None:
    """A byte order mark, UTF-16 and UTF-32 are refused by rule `body-json`."""
    here = Caller()
    text = here.create().request.content.decode()
    for charset in ("utf-8-sig", "utf-16", "utf-32"):
        answer = here.post(text.encode(charset))
        assert answer.headers["mock-refusal"].startswith("body-json: "), charset


def json_duplicate_keys() -> None:
    """If an object repeats a key, the last value counts."""
    here = Caller()
    answer = here.create()
    sent = json.loads(answer.request.content)
    twice = json.dumps(sent)[:-1] + ', "refund_note": "first", "refund_note": "last"}'
    assert here.post(twice).json()["refund_note"] == "last"


def json_null() -> None:
    """`null` in an optional field of a request counts as an absent field."""
    refund = Caller().created(refund_note=None, refund_timestamp=None, invoice_id=None)
    assert not {"refund_note", "refund_timestamp", "invoice_id"} & refund.keys()


def json_integers() -> None:
    """`5.0` and `5e0` are the integer 5; `5.5`, `"5"` and `true` are not integers."""
    here = Caller()
    body = here.create().request.content.decode()
    for number in ("5.0", "5e0"):
        answer = here.post(body.replace('"amount_cents": 1', f'"amount_cents": {number}'))
        assert answer.json()["amount_cents"] == 5, number
    for value in ("5.5", '"5"', "true"):
        answer = here.post(body.replace('"amount_cents": 1', f'"amount_cents": {value}'))
        assert answer.status_code == 422, value


def json_uuids() -> None:
    """A UUID is 32 hexadecimal digits in groups of 8-4-4-4-12, in any letter case; answers use
    lower case.
    """
    here = Caller()
    refund = here.created(invoice_id=PAGE_EXAMPLE_ID.upper())
    assert refund["invoice_id"] == PAGE_EXAMPLE_ID
    for text in (PAGE_EXAMPLE_ID.replace("-", ""), f"{{{PAGE_EXAMPLE_ID}}}", PAGE_EXAMPLE_ID[1:]):
        assert here.create(invoice_id=text).status_code == 422, text


def json_text() -> None:
    """Text of any length and script is kept as sent, including empty text."""
    here = Caller()
    for text in ("", "  ", "返金済み ✅", "\u0000\n", "x" * 10_000):
        assert here.created(refund_note=text)["refund_note"] == text


def target_kinds() -> None:
    """Answers show each kind of target as its counterpart: `service_line_by_id` as `service_line`,
    the two kinds of claim as `claim`, `billing_provider_by_id` as `billing_provider_id`,
    `appointment_by_id_and_patient_external_id` as `appointment`, `unattributed` as itself.
    """
    here = Caller()
    provider = "a73522d5-6ab7-483e-8370-62aea0e38796"
    keys = {
        "service_line_by_id": {"value": PAGE_EXAMPLE_ID},
        "claim_by_id": {"value": PAGE_EXAMPLE_ID},
        "claim_by_encounter_external_id": {"value": "ENC-EXAMPLE"},
        "billing_provider_by_id": {"value": provider},
        "appointment_by_id_and_patient_external_id": {
            "appointment_id": "APT-1001",
            "patient_external_id": "PT-2001",
        },
        "unattributed": {},
    }
    refund = here.created(*({"type": kind, **key} for kind, key in keys.items()))
    answered = [allocation["target"]["type"] for allocation in refund["allocations"]]
    assert dict(zip(keys, answered, strict=True)) == TARGET_KINDS


def target_first_claim() -> None:
    """`claim_by_encounter_external_id` refers to the encounter's first claim."""
    aim = {"type": "claim_by_encounter_external_id", "value": "ENC-2023-0202"}
    target = Caller().created(aim)["allocations"][0]["target"]
    assert target["claim_id"] == "bc3c5385-2597-4c81-a438-a3078597f77d"


def allocation_ids() -> None:
    """Each allocation in an answer has its own id, and `allocated_on` is the time of the create by
    the world's clock.
    """
    allocations = Caller().created(UNATTRIBUTED, UNATTRIBUTED)["allocations"]
    assert len({allocation["allocation_id"] for allocation in allocations}) == 2
    assert {a["allocated_on"] for a in allocations} == {"2024-01-15T09:30:00Z"}


def earmark_amount() -> None:
    """An earmark has the whole amount and the id of its allocation."""
    earmark = {"type": "date_of_service", "value": "2024-02-29"}
    allocation = Caller().created(earmark=earmark)["allocations"][0]
    answered = allocation["earmark"]
    assert answered["target"] == earmark
    assert answered["amount_earmarked_cents"] == allocation["amount_cents"]
    assert answered["created_by_allocation_id"] == allocation["allocation_id"]


def shape_at_once() -> None:
    """One answer lists every error in the shape of a body."""
    answer = Caller().post('{"amount_cents": "1", "refund_reason": "OTHER"}')
    places = ("$.amount_cents", "$.refund_reason", "$.non_insurance_payer_id", "$.allocations")
    assert answer.status_code == 422
    assert all(place in answer.json()["content"]["message"] for place in places), answer.text


def order_of_judgement() -> None:
    """Shape is checked before existence, existence (payer, invoice, then targets in order) before
    business; a 404 has the first id that was not found.
    """
    here = Caller()
    gone = {"type": "claim_by_id", "value": ABSENT}
    unknown = "ffffffff-0000-4000-8000-000000000000"
    assert here.create(invoice_id=ABSENT, amount_cents="0").status_code == 422
    answer = here.create(gone, invoice_id=unknown, amount_cents=0)
    assert answer.json() == {"errorName": "EntityNotFoundError", "content": {"id": unknown}}
    assert here.create(gone, amount_cents=0).json()["content"] == {"id": ABSENT}
    assert here.create(amount_cents=0).status_code == 422


def refused_unchanged() -> None:
    """A refused request changes nothing, including the sequence of ids."""
    here = Caller()
    refund = here.created()
    before = here.export()
    refused = (
        here.create(amount_cents=0),
        here.create(invoice_id=ABSENT),
        here.update(refund, {"refund_note": {"type": "set", "value": 5}}),
        here.client.delete(here.one(ABSENT)),
    )
    assert [answer.status_code for answer in refused] == [422, 404, 422, 404]
    assert here.export() == before


BODIES = (
    body_codings,
    json_mark,
    json_duplicate_keys,
    json_null,
    json_integers,
    json_uuids,
    json_text,
    target_kinds,
    target_first_claim,
    allocation_ids,
    earmark_amount,
    shape_at_once,
    order_of_judgement,
    refused_unchanged,
)
