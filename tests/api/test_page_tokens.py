"""Page tokens: made for one list of one world, read in both directions, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Make
from tests.api.listing import ORDERS, ids, many, walked
from tests.client import Client, stand_in
from tests.organization import INVOICE, PAYER, Json

COUNT = 90
QUERY: Json = {"sort": "amount_cents", "sort_direction": "asc", "non_insurance_payer_id": PAYER}
OTHER_QUERIES: dict[str, Json] = {
    "the other sort": {**QUERY, "sort": "refund_timestamp"},
    "the other direction": {**QUERY, "sort_direction": "desc"},
    "the default order": {"non_insurance_payer_id": PAYER},
    "no filter": {"sort": "amount_cents", "sort_direction": "asc"},
    "another payer": {**QUERY, "non_insurance_payer_id": INVOICE},
    "one more filter": {**QUERY, "invoice_id": INVOICE},
    "a check number": {**QUERY, "check_number": "1001"},
}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A stand-in with ninety refunds, which these tests only read."""
    return stand_in(tmp_path_factory.mktemp("crowd"), many(COUNT))


def refused(client: Client, token: str, **query: Any) -> bool:
    """Whether the token is refused, by rule page-token-valid and in the envelope."""
    answer = client.list(page_token=token, **query)
    if answer.status == 200:
        return False
    assert (answer.status, answer.error) == (422, "UnprocessableEntityError")
    assert answer.json["content"]["message"].startswith("page-token-valid: query page_token is ")
    return True


@pytest.mark.parametrize("limit", [1, 7, 30, 89, 90, 91])
@pytest.mark.parametrize(("sort", "direction"), ORDERS)
def test_a_walk_visits_each_once(crowd: Client, sort: str, direction: str, limit: int) -> None:
    """The pages, put together, are the list; each is full but the last."""
    order = {"sort": sort, "sort_direction": direction}
    pages = walked(crowd, limit=limit, **order)
    whole = crowd.list(limit=999, **order).json
    assert [item for page in pages for item in page["items"]] == whole["items"]
    assert {len(page["items"]) for page in pages[:-1]} <= {limit}
    assert pages[-1]["items"]


@pytest.mark.parametrize("limit", [1, 7, 30, 89])
@pytest.mark.parametrize(("sort", "direction"), ORDERS)
def test_a_walk_back_mirrors_the_walk(crowd: Client, sort: str, direction: str, limit: int) -> None:
    """From the last page, prev tokens lead through the same refunds to the first."""
    order: Json = {"sort": sort, "sort_direction": direction, "limit": limit}
    pages = walked(crowd, **order)
    back = [pages[-1]]
    while "prev_page_token" in back[-1]:
        back.append(crowd.list(**order, page_token=back[-1]["prev_page_token"]).json)
    assert len(back) == len(pages)
    assert [item for page in back[::-1] for item in page["items"]] == crowd.list(
        limit=999, sort=sort, sort_direction=direction
    ).json["items"]


def test_tokens_are_there_when_there_is_more(crowd: Client) -> None:
    """A page has a next token only if more follow, and a prev token only if more precede."""
    first, *between, last = walked(crowd, limit=30)
    assert first.keys() == {"items", "next_page_token"}
    assert last.keys() == {"items", "prev_page_token"}
    assert [page.keys() for page in between] == [{"items", "next_page_token", "prev_page_token"}]
    assert crowd.list(limit=COUNT).json.keys() == {"items"}


def test_next_and_prev_lead_to_the_same_page(crowd: Client) -> None:
    """The page before the page after is the page, tokens and all."""
    second = walked(crowd, limit=20)[1]
    third = crowd.list(limit=20, page_token=second["next_page_token"]).json
    assert crowd.list(limit=20, page_token=third["prev_page_token"]).json == second


def test_the_limit_may_change_between_pages(crowd: Client) -> None:
    """A token goes on where it was made, however many are asked for next."""
    whole = ids(crowd.list(limit=999).json["items"])
    token, seen = None, 0
    for limit in (1, 50, 2, 999):
        query: Json = {"limit": limit} if token is None else {"limit": limit, "page_token": token}
        page = crowd.list(**query).json
        assert ids(page["items"]) == whole[seen : seen + limit]
        seen += len(page["items"])
        token = page.get("next_page_token")
    assert (seen, token) == (COUNT, None)


def test_a_token_is_plain_text(crowd: Client) -> None:
    """A token needs no escaping in a query."""
    for page in walked(crowd, limit=1):
        for name in ("next_page_token", "prev_page_token"):
            token = page.get(name, "a")
            assert token.isascii()
            assert token.replace("-", "a").replace("_", "a").isalnum()


def test_any_change_of_a_token_is_refused(crowd: Client) -> None:
    """A token with one character changed, left out or added is refused."""
    token = crowd.list(limit=1, **QUERY).json["next_page_token"]
    assert not refused(crowd, token, **QUERY)
    for place, letter in enumerate(token):
        for other in "AZaz09-_" if place % 5 == 0 else "A_":
            changed = f"{token[:place]}{other}{token[place + 1 :]}"
            assert other == letter or refused(crowd, changed, **QUERY), changed
        assert refused(crowd, token[:place], **QUERY), place
        assert refused(crowd, token[:place] + token[place + 1 :], **QUERY), place
        assert refused(crowd, f"{token[:place]}A{token[place:]}", **QUERY), place


@pytest.mark.parametrize(
    "added", ["=", "==", "A", "\n", " ", "\x00", "ü", "%", ".", "+", "/", "A" * 5_000]
)
def test_a_token_with_anything_around_it_is_refused(crowd: Client, added: str) -> None:
    """A token is read whole or not at all, padding and white space included."""
    token = crowd.list(limit=1).json["next_page_token"]
    assert refused(crowd, token + added)
    assert refused(crowd, added + token)
    assert refused(crowd, added)


@pytest.mark.parametrize("token", ["", "1", "2", "null", "AAAA", "e30", "eyJhIjoxfQ", "token", "ü"])
def test_a_token_of_our_own_making_is_refused(crowd: Client, token: str) -> None:
    """Text that no page answered is refused."""
    assert refused(crowd, token)


@pytest.mark.parametrize("query", OTHER_QUERIES.values(), ids=OTHER_QUERIES)
def test_a_token_is_for_its_own_query(crowd: Client, query: Json) -> None:
    """A token is refused with other filters or another order than it was made for."""
    first = crowd.list(limit=1, **QUERY).json
    second = crowd.list(limit=1, page_token=first["next_page_token"], **QUERY).json
    for token in (first["next_page_token"], second["prev_page_token"]):
        assert refused(crowd, token, **query)
        assert not refused(crowd, token, **QUERY)


def test_the_same_query_may_be_written_otherwise(crowd: Client) -> None:
    """Defaults told or left out, ids in capitals, check numbers in any order: it is one list."""
    token = crowd.list(limit=1).json["next_page_token"]
    assert not refused(crowd, token, sort="refund_timestamp", sort_direction="desc")
    token = crowd.list(limit=1, **QUERY).json["next_page_token"]
    assert not refused(crowd, token, **{**QUERY, "non_insurance_payer_id": PAYER.upper()})
    token = crowd.list(limit=1, check_number=["1001", "1002"]).json["next_page_token"]
    assert not refused(crowd, token, check_number=["1002", "1001", "1001"])
    assert refused(crowd, token, check_number=["1001"])


def test_a_token_of_another_world_is_refused(make: Make) -> None:
    """A token is worth nothing in another world, even one over the same fixture."""
    client = make(many(5))
    other = Client(client.app, prefix="/_mock/w/other")
    token = client.list(limit=1).json["next_page_token"]
    assert other.list(limit=1).json["items"] == client.list(limit=1).json["items"]
    assert refused(other, token)
    assert not refused(client, token)


def test_a_token_of_another_seed_is_refused(make: Make) -> None:
    """A token of a stand-in with another random seed is refused."""
    token = make(many(5), random_seed=1).list(limit=1).json["next_page_token"]
    assert refused(make(many(5), random_seed=2), token)
    assert not refused(make(many(5), random_seed=1), token)
