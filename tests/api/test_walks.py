"""Walking pages while others create, change and delete visits each standing refund just once."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.api.conftest import Make
from tests.api.listing import ORDERS, ids, many, walked
from tests.client import Client
from tests.organization import PAYER, Json

each_order = pytest.mark.parametrize(("sort", "direction"), ORDERS)


def paged(client: Client, **query: Any) -> Json:
    """A page of the client's list."""
    answer = client.list(**query)
    assert answer.status == 200, answer.body
    page: Json = answer.json
    return page


def delete_all(client: Client, page: Json) -> None:
    """Delete every refund of a page."""
    for refund_id in ids(page["items"]):
        assert client.delete(refund_id).status == 200


@each_order
def test_an_empty_page_behind_a_next_token(make: Make, sort: str, direction: str) -> None:
    """Where all that followed was deleted, the next page is empty and its prev token leads back."""
    client, order = make(many(9)), {"sort": sort, "sort_direction": direction, "limit": 5}
    first = paged(client, **order)
    delete_all(client, paged(client, **order, page_token=first["next_page_token"]))
    behind = paged(client, **order, page_token=first["next_page_token"])
    assert behind.keys() == {"items", "prev_page_token"}
    assert behind["items"] == []
    assert paged(client, **order, page_token=behind["prev_page_token"]) == {"items": first["items"]}


@each_order
def test_an_empty_page_behind_a_prev_token(make: Make, sort: str, direction: str) -> None:
    """Where all that preceded was deleted, the page is empty and its next token leads back."""
    client, order = make(many(9)), {"sort": sort, "sort_direction": direction, "limit": 5}
    first = paged(client, **order)
    second = paged(client, **order, page_token=first["next_page_token"])
    delete_all(client, first)
    before = paged(client, **order, page_token=second["prev_page_token"])
    assert before.keys() == {"items", "next_page_token"}
    assert before["items"] == []
    assert paged(client, **order, page_token=before["next_page_token"]) == {
        "items": second["items"]
    }


@each_order
def test_an_empty_world_behind_tokens(make: Make, sort: str, direction: str) -> None:
    """Where all was deleted, tokens in both directions lead to an empty page without tokens."""
    client, order = make(many(9)), {"sort": sort, "sort_direction": direction, "limit": 5}
    first = paged(client, **order)
    second = paged(client, **order, page_token=first["next_page_token"])
    delete_all(client, first)
    delete_all(client, second)
    for token in (first["next_page_token"], second["prev_page_token"]):
        assert paged(client, **order, page_token=token) == {"items": []}


@each_order
@pytest.mark.parametrize(
    "gone", ["the last of the page", "the first of the next", "the whole page"]
)
def test_deleting_where_a_token_points(make: Make, sort: str, direction: str, gone: str) -> None:
    """A token holds its place though the refunds beside it were deleted."""
    client, order = make(many(20)), {"sort": sort, "sort_direction": direction}
    whole = ids(paged(client, limit=999, **order)["items"])
    first = paged(client, limit=5, **order)
    places = {
        "the last of the page": [4], "the first of the next": [5], "the whole page": [*range(5)]
    }  # fmt: skip
    for place in places[gone]:
        client.delete(whole[place])
    rest = walked(client, token=first["next_page_token"], limit=5, **order)
    expected = [r for place, r in enumerate(whole) if place >= 5 and place not in places[gone]]
    assert [refund_id for page in rest for refund_id in ids(page["items"])] == expected


@each_order
@pytest.mark.parametrize("query", [{}, {"check_number": ["1001", "1002"]}])
def test_a_walk_among_creates_and_deletes(
    make: Make, sort: str, direction: str, query: Json
) -> None:
    """A walk sees each refund that stood throughout exactly once, and none that was gone before."""
    client, random = make(many(120)), Random(f"{sort} {direction} {query}")
    order: Json = {"sort": sort, "sort_direction": direction, "limit": 7, **query}
    standing = set(ids(paged(client, **{**order, "limit": 999})["items"]))
    seen: list[str] = []
    page = paged(client, **order)
    while True:
        assert not set(seen) & set(ids(page["items"])), "a refund was visited twice"
        seen += ids(page["items"])
        if "next_page_token" not in page:
            break
        for _ in range(5):
            disturb(client, random, standing)
        page = paged(client, **order, page_token=page["next_page_token"])
    assert standing <= set(seen)


def disturb(client: Client, random: Random, standing: set[str]) -> None:
    """Create a refund anywhere in the order, or delete any, and strike it from those that stand."""
    if random.random() < 0.5 and standing:
        gone = random.choice(sorted(standing))
        client.delete(gone)
        standing.discard(gone)
        return
    changes: Json = {
        "non_insurance_payer_id": PAYER,
        "amount_cents": random.choice([1, 2, 99, 100, 500, 501]),
        "check_number": random.choice(["1001", "1002", "1004"]),
    }
    if random.random() < 0.7:
        changes["refund_timestamp"] = f"2024-01-0{random.randint(1, 4)}T00:00:00Z"
    assert client.create(**changes).status == 200


def test_a_refund_that_moves_is_told_where_it_is(make: Make) -> None:
    """A refund whose timestamp is updated during a walk stands only at its new place afterwards."""
    client = make(many(20))
    first = paged(client, limit=5)
    moved = ids(first["items"])[0]
    client.update(moved, {"refund_timestamp": "1900-01-01T00:00:00Z"})
    rest = walked(client, token=first["next_page_token"], limit=5)
    later = [refund_id for page in rest for refund_id in ids(page["items"])]
    assert later.count(moved) == 1
    whole = ids(paged(client, limit=999)["items"])
    assert whole.count(moved) == 1
