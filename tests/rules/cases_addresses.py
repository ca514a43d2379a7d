"""Cases of the rules about the id in the path and the query of a list."""

from __future__ import annotations

from typing import Any

from tests.client import Answer, Client
from tests.organization import (
    BARE_REFUND,
    DOCUMENT,
    OTHER_PAYER,
    PAYER,
    REFUND,
    UNKNOWN,
    uuid,
)
from tests.rules.case import Case, Send, listed, listing

__all__ = ["ADDRESS_CASES"]

MANY = {
    **DOCUMENT,
    "refunds": [
        {**DOCUMENT["refunds"][1], "non_insurance_payer_refund_id": uuid(0x9, number)}
        for number in range(1_001)
    ],
}
PATH_ID = "path non_insurance_payer_refund_id"
NOT_FOUND: dict[str, Any] = {"status": 404, "error": "EntityNotFoundError"}


def page(direction: str, suffix: str = "") -> Send:
    """A page by the token of the first page from the lowest amount, and perhaps more behind it."""

    def send(client: Client) -> Answer:
        first = client.list(limit=1, sort="amount_cents", sort_direction="asc").json
        token = first["next_page_token"] + suffix
        query = {"sort": "amount_cents", "sort_direction": direction, "page_token": token}
        return client.list(limit=1, **query)

    return send


def getting(refund_id: str) -> Send:
    """Get a refund."""
    return lambda client: client.get(refund_id)


def deleting(refund_id: str) -> Send:
    """Delete a refund."""
    return lambda client: client.delete(refund_id)


def deleting_twice(refund_id: str) -> Send:
    """Delete a refund that was deleted before."""

    def send(client: Client) -> Answer:
        client.delete(refund_id)
        return client.delete(refund_id)

    return send


def count(number: int) -> Any:
    """A page of so many refunds was answered."""

    def then(_client: Client, answer: Answer) -> None:
        assert len(answer.json["items"]) == number

    return then


def nothing(client: Client, answer: Answer) -> None:
    """An empty body was answered, and the other refunds are there."""
    assert answer.body == b""
    assert client.get(BARE_REFUND).status == 200


def not_found(_client: Client, answer: Answer) -> None:
    """The refund was not found for the reason that there is none."""
    assert answer.error == "EntityNotFoundError"
    assert [line.partition(":")[0] for line in answer.all("mock-refusal")] == ["refund-exists"]


ALL_OF_THEM = listed(REFUND, BARE_REFUND)

ADDRESS_CASES: dict[str, tuple[Case, ...]] = {
    "query-shape": (
        Case(
            "limit",
            listing(b"limit=1"),
            listing(b"limit=one"),
            'query limit is "one"',
            "an integer",
            ALL_OF_THEM,
        ),
        Case(
            "payer",
            listing(f"non_insurance_payer_id={OTHER_PAYER.upper()}".encode()),
            listing(f"non_insurance_payer_id={OTHER_PAYER}0".encode()),
            f'query non_insurance_payer_id is "{OTHER_PAYER}0"',
            "a UUID",
            ALL_OF_THEM,
        ),
        Case(
            "invoice",
            listing(f"invoice_id={UNKNOWN}".encode()),
            listing(b"invoice_id="),
            'query invoice_id is ""',
            "a UUID",
            ALL_OF_THEM,
        ),
        Case(
            "sort",
            listing(b"sort=amount_cents"),
            listing(b"sort=amount"),
            'query sort is "amount"',
            "amount_cents or refund_timestamp",
            ALL_OF_THEM,
        ),
        Case(
            "direction",
            listing(b"sort_direction=asc"),
            listing(b"sort_direction=ASC"),
            'query sort_direction is "ASC"',
            "asc or desc",
            ALL_OF_THEM,
        ),
        Case(
            "repeated",
            listing(b"check_number=1001&check_number=1002"),
            listing(
                f"non_insurance_payer_id={OTHER_PAYER}&non_insurance_payer_id={PAYER}".encode()
            ),
            f'query non_insurance_payer_id is ["{OTHER_PAYER}", "{PAYER[:30]}',
            "one value",
            listed(REFUND),
        ),
    ),
    "limit-range": (
        Case(
            "too low",
            listing(b"limit=1"),
            listing(b"limit=0"),
            "query limit is 0",
            "from 1 to 999",
            listed(REFUND),
        ),
        Case(
            "too high",
            listing(b"limit=999"),
            listing(b"limit=1000"),
            "query limit is 1000",
            "from 1 to 999",
            count(999),
            document=MANY,
        ),
    ),
    "page-token-valid": (
        Case(
            "altered",
            page("asc"),
            page("asc", suffix="A"),
            'query page_token is "',
            "that this API answered",
            listed(BARE_REFUND),
        ),
        Case(
            "of another query",
            page("asc"),
            page("desc"),
            'query page_token is "',
            "the same filters, sort and sort_direction",
            listed(REFUND),
        ),
    ),
    "path-id-shape": (
        Case(
            "too short",
            getting(REFUND),
            getting(REFUND[:-1]),
            f'{PATH_ID} is "{REFUND[:-1]}"',
            "a UUID",
            not_found,
            entity_id=REFUND[:-1],
            relaxed_status=404,
            **NOT_FOUND,
        ),
        Case(
            "a word",
            getting(REFUND.upper()),
            getting("latest"),
            f'{PATH_ID} is "latest"',
            "a UUID",
            not_found,
            entity_id="latest",
            relaxed_status=404,
            **NOT_FOUND,
        ),
    ),
    "refund-exists": (
        Case(
            "never created",
            deleting(REFUND),
            deleting(UNKNOWN),
            f'{PATH_ID} is "{UNKNOWN}"',
            "the id of a refund of this organization",
            nothing,
            entity_id=UNKNOWN,
            **NOT_FOUND,
        ),
        Case(
            "deleted",
            deleting(REFUND),
            deleting_twice(REFUND),
            f'{PATH_ID} is "{REFUND}"',
            "the id of a refund of this organization",
            nothing,
            entity_id=REFUND,
            **NOT_FOUND,
        ),
    ),
}
