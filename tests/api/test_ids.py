"""Ids are UUIDs in their canonical form, in any letter case, and are answered in lower case."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.client import Client
from tests.organization import (
    CLAIM,
    ENCOUNTER_EXTERNAL_ID,
    INVOICE,
    LINE,
    PAYER,
    PROVIDER,
    REFUND,
    UNKNOWN,
    part,
    target,
    uuid,
)

OTHER_FORMS = {
    "without dashes": REFUND.replace("-", ""),
    "in braces": f"{{{REFUND}}}",
    "as a URN": f"urn:uuid:{REFUND}",
    "with a space": f"{REFUND} ",
    "with a newline": f"\n{REFUND}",
    "one short": REFUND[:-1],
    "one long": f"{REFUND}0",
    "in other digits": REFUND.replace("0", "０"),
    "with underscores": REFUND.replace("-", "_"),
    "a word": "latest",
    "a dot": ".",
    "two dots": "..",
    "null": "null",
    "a template": "{non_insurance_payer_refund_id}",
    "a quote": '"; --',
    "unicode": "ü😀",
}
LETTERS = "abcdefab-cdef-4abc-8def-abcdefabcdef"


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_the_path_takes_any_letter_case(client: Client, change: Any) -> None:
    """A refund is got, updated and deleted by its id in any letter case."""
    refund_id = client.create().json["non_insurance_payer_refund_id"]
    sent = change(refund_id)
    assert client.get(sent).json["non_insurance_payer_refund_id"] == refund_id
    assert client.update(sent, {}).status == 200
    assert client.delete(sent).status == 200
    assert client.get(refund_id).status == 404


def test_bodies_take_any_letter_case(client: Client) -> None:
    """Ids sent in capitals are answered in lower case, in create and in update."""
    allocations = [
        part(20, target("service_line_by_id", LINE.upper())),
        part(30, target("claim_by_id", CLAIM.upper())),
        part(50, target("billing_provider_by_id", PROVIDER.upper())),
    ]
    refund = client.create(
        non_insurance_payer_id=PAYER.upper(), invoice_id=INVOICE.upper(), allocations=allocations
    ).json
    assert refund["non_insurance_payer"]["non_insurance_payer_id"] == PAYER
    assert refund["invoice_id"] == INVOICE
    shown = [found["target"] for found in refund["allocations"]]
    assert [shown[0]["service_line_id"], shown[1]["claim_id"]] == [LINE, CLAIM]
    assert shown[2]["billing_provider_id"] == PROVIDER
    change = {"invoice_id": {"type": "set", "value": INVOICE.upper()}}
    assert client.update(REFUND, change).json["invoice_id"] == INVOICE


def test_queries_take_any_letter_case(client: Client) -> None:
    """A list is filtered by ids in capitals as by the same ids in lower case."""
    plain = client.list(non_insurance_payer_id=PAYER, invoice_id=INVOICE).body
    assert b'"items":[{' in plain
    assert (
        client.list(non_insurance_payer_id=PAYER.upper(), invoice_id=INVOICE.upper()).body == plain
    )


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("refund_id", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_another_form_in_the_path_is_not_found(client: Client, method: str, refund_id: str) -> None:
    """An id in the path that is no UUID is answered 404, with that id."""
    escaped = "".join(f"%{byte:02X}" for byte in refund_id.encode())
    answer = client.send(method, f"{REFUNDS_PATH}/{escaped}")
    assert (answer.status, answer.error) == (404, "EntityNotFoundError")
    assert answer.json["content"] == {"id": refund_id}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "refund_id", [UNKNOWN, uuid(0, 0), "0" * 8 + "-0000-0000-0000-" + "0" * 12]
)
def test_an_unknown_id_is_not_found(client: Client, method: str, refund_id: str) -> None:
    """An id that no refund has is answered 404, with that id, whatever its version."""
    answer = client.send(method, f"{REFUNDS_PATH}/{refund_id}")
    assert (answer.status, answer.error) == (404, "EntityNotFoundError")
    assert answer.json["content"] == {"id": refund_id}


@pytest.mark.parametrize(
    "changes",
    [
        {"non_insurance_payer_id": LETTERS.upper()},
        {"invoice_id": LETTERS.upper()},
        {"allocations": [part(aim=target("claim_by_id", LETTERS.upper()))]},
    ],
)
def test_an_unknown_id_in_capitals_is_told_in_lower_case(
    client: Client, changes: dict[str, Any]
) -> None:
    """The id of a 404 is the canonical one."""
    assert client.create(**changes).json["content"] == {"id": LETTERS}


def test_a_free_id_keeps_its_letters(client: Client) -> None:
    """External ids are told as they were sent."""
    value = ENCOUNTER_EXTERNAL_ID.upper()
    answer = client.create(allocations=[part(aim=target("claim_by_encounter_external_id", value))])
    assert answer.json["content"] == {"id": value}
