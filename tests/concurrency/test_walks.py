"""Pages walked while others create and delete: each standing record is met exactly once."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from itertools import product
from typing import Any

import pytest

from mockserver.spec.facts import SORT_DIRECTIONS, SORT_FIELDS
from tests.concurrency.connection import Connection
from tests.concurrency.refunds import page_of, refund_of
from tests.serving import Served

STANDING = 60
OTHERS = 3
ORDERS = list(product(SORT_FIELDS, SORT_DIRECTIONS))
ID = "non_insurance_payer_refund_id"


def some_refund(draw: random.Random, check_number: str) -> dict[str, Any]:
    """A refund somewhere in every order: few amounts and few instants, so that there are ties."""
    fields = {}
    if draw.random() < 0.8:
        fields["refund_timestamp"] = f"2024-01-{draw.randint(1, 9):02}T00:00:00Z"
    return refund_of(draw.randint(1, 9), check_number, **fields)


class Others:
    """Those who create and delete all the while; a walker waits for them between its pages."""

    def __init__(self) -> None:
        self.changes = 0
        self.over = False
        self._changed = asyncio.Condition()

    async def change(self, connection: Connection, draw: random.Random) -> None:
        """Create refunds and delete them again, in an order of chance, until it is over."""
        own: list[str] = []
        while not self.over:
            if own and draw.random() < 0.5:
                path = "/" + own.pop(draw.randrange(len(own)))
                reply = await connection.request("DELETE", path)
            else:
                refund = some_refund(draw, "passing")
                reply = await connection.request("POST", "", refund)
                own.append(reply.content[ID])
            assert reply.status == 200, reply
            async with self._changed:
                self.changes += 1
                self._changed.notify_all()

    async def have_changed(self, times: int) -> None:
        """Wait until they have made so many more changes."""
        goal = self.changes + times
        async with self._changed:
            await self._changed.wait_for(lambda: self.changes >= goal)


@pytest.mark.parametrize(("sort", "direction"), ORDERS)
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_walk_among_changes_meets_each_standing_refund_once(
    served: Served, world: str, sort: str, direction: str, limit: int
) -> None:
    """In each order, there by next tokens and back by previous ones, each stands where it stood."""
    query = {"sort": sort, "sort_direction": direction, "limit": limit}
    forth, back, standing = asyncio.run(_walk_among_changes(served.url, world, query))
    assert [one for one in forth if one in standing] == list(standing)
    assert [one for one in back if one in standing] == list(standing)
    assert len(set(forth)) == len(forth)
    assert len(set(back)) == len(back)


async def _walk_among_changes(
    url: str, world: str, query: dict[str, Any]
) -> tuple[list[str], list[str], dict[str, None]]:
    """The ids met on the way to the end and on the way back, and those that stood all the while."""
    async with AsyncExitStack() as stack:
        walker, *connections = [
            await stack.enter_async_context(Connection(url, world)) for _ in range(OTHERS + 1)
        ]
        draw = random.Random(repr(query))
        for _ in range(STANDING):
            await walker.request("POST", "", some_refund(draw, "standing"))
        standing = dict.fromkeys(_ids(await page_of(walker, **{**query, "limit": 999})))
        others = Others()
        async with asyncio.TaskGroup() as group:
            for number, connection in enumerate(connections):
                group.create_task(others.change(connection, random.Random(number)))
            forth, back = await _there_and_back(walker, others, query)
            others.over = True
    return forth, back, standing


async def _there_and_back(
    walker: Connection, others: Others, query: dict[str, Any]
) -> tuple[list[str], list[str]]:
    page = await page_of(walker, **query)
    forth, last = _ids(page), _ids(page)
    while token := page.get("next_page_token"):
        await others.have_changed(2)
        page = await page_of(walker, page_token=token, **query)
        last = _ids(page)
        forth += last
    back = last
    while token := page.get("prev_page_token"):
        await others.have_changed(2)
        page = await page_of(walker, page_token=token, **query)
        back = _ids(page) + back
    return forth, back


def _ids(page: dict[str, Any]) -> list[str]:
    return [refund[ID] for refund in page["items"]]


@pytest.mark.parametrize(("sort", "direction"), ORDERS)
def test_walk_goes_on_where_a_deleted_refund_stood(
    served: Served, world: str, sort: str, direction: str
) -> None:
    """A page token stays good when the refund it points behind, or its whole page, is deleted."""
    query = {"sort": sort, "sort_direction": direction, "limit": 5}
    met, before = asyncio.run(_walk_and_delete(served.url, world, query))
    assert met == before


async def _walk_and_delete(
    url: str, world: str, query: dict[str, Any]
) -> tuple[list[str], list[str]]:
    async with Connection(url, world) as walker:
        before = _ids(await page_of(walker, **{**query, "limit": 999}))
        page = await page_of(walker, **query)
        met = _ids(page)
        for number in range(len(before)):
            ids = _ids(page)
            for refund_id in ids[-1:] if number % 3 else ids:
                await walker.request("DELETE", f"/{refund_id}")
            if not (token := page.get("next_page_token")):
                break
            page = await page_of(walker, page_token=token, **query)
            met += _ids(page)
    return met, before
