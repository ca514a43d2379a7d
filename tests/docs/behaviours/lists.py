"""What the stand-in does with lists where no rule decides: order, filters and page tokens."""

from __future__ import annotations

from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH
from tests.docs.behaviours.caller import Caller, ids

__all__ = ["LISTS"]


def list_order() -> None:
    """A list has one total order: the sort field, then the order of creation, oldest first in both
    directions.
    """
    here = Caller()
    made = [ids({"items": [here.created()]})[0] for _ in range(3)]
    for direction in ("asc", "desc"):
        assert here.mine(sort="amount_cents", sort_direction=direction) == made


def list_undated_last() -> None:
    """Refunds without a timestamp come last in both directions."""
    here = Caller()
    undated, dated = here.created(), here.created(refund_timestamp="2024-01-01T00:00:00Z")
    for direction in ("asc", "desc"):
        assert here.mine(sort_direction=direction) == ids({"items": [dated, undated]})


def list_check_numbers() -> None:
    """`check_number` may be repeated; it then matches any of its values."""
    here = Caller()
    made = [here.created(check_number=number) for number in ("one", "two", "three")]
    assert sorted(here.mine(check_number=["one", "two"])) == sorted(ids({"items": made[:2]}))


def list_filters() -> None:
    """A list contains the refunds that match every filter exactly."""
    here = Caller()
    refund = here.created(invoice_id=PAGE_EXAMPLE_ID)
    here.created(check_number="MINE", invoice_id=PAGE_EXAMPLE_ID)
    here.created()
    assert here.mine(invoice_id=PAGE_EXAMPLE_ID) == ids({"items": [refund]})


def page_tokens() -> None:
    """`next_page_token` is present only if more refunds follow, `prev_page_token` only if more
    precede.
    """
    here = Caller()
    for _ in range(2):
        here.created()
    first = here.page(check_number="mine", limit=1)
    second = here.page(check_number="mine", limit=1, page_token=first["next_page_token"])
    assert first.keys() == {"items", "next_page_token"}
    assert second.keys() == {"items", "prev_page_token"}
    assert here.page(check_number="mine").keys() == {"items"}


def page_limit() -> None:
    """`limit` may change between pages; filters and sort may not."""
    here = Caller()
    token = here.page(limit=1)["next_page_token"]
    assert len(here.page(limit=7, page_token=token)["items"]) == 7
    for other in ({"sort": "amount_cents"}, {"sort_direction": "asc"}, {"check_number": "1"}):
        answer = here.client.get(REFUNDS_PATH, params={"page_token": token, **other})
        assert answer.status_code == 422, other


def page_world() -> None:
    """A page token is valid only in the world that issued it."""
    here = Caller()
    token = here.page(limit=1)["next_page_token"]
    answer = here.client.get(f"/_mock/w/other{REFUNDS_PATH}", params={"page_token": token})
    assert answer.status_code == 422


def page_walk() -> None:
    """Following next tokens visits each refund that exists throughout exactly once, even while
    others are created and deleted.
    """
    here = Caller()
    made = [here.created() for _ in range(12)]
    standing, doomed = ids({"items": made[::2]}), made[1::2]
    page = here.page(check_number="mine", limit=2)
    visited = ids(page)
    while token := page.get("next_page_token"):
        here.client.delete(here.one(doomed.pop(0)))
        here.created(refund_timestamp="2024-01-01T00:00:00Z")
        page = here.page(check_number="mine", limit=2, page_token=token)
        visited += ids(page)
    assert [refund_id for refund_id in visited if refund_id in standing] == standing


LISTS = (
    list_order,
    list_undated_last,
    list_check_numbers,
    list_filters,
    page_tokens,
    page_limit,
    page_world,
    page_walk,
)
