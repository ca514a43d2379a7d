"""Many creates at once over many connections: none fails, none is lost, none is there twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

from tests.concurrency.connection import Connection
from tests.concurrency.refunds import refund_of, walk
from tests.serving import Served

CREATES = 1000
CONNECTIONS = 64


def test_a_thousand_creates_over_64_connections_all_succeed(served: Served, world: str) -> None:
    """Each create is answered 200 with its own id, and the list then holds each exactly once."""
    created, listed = asyncio.run(_create_and_list(served.url, world))
    assert [refund["amount_cents"] for refund in created] == list(range(1, CREATES + 1))
    ids = [refund["non_insurance_payer_refund_id"] for refund in created]
    assert len(set(ids)) == CREATES
    assert sorted(refund["non_insurance_payer_refund_id"] for refund in listed) == sorted(ids)
    answers = {refund["non_insurance_payer_refund_id"]: refund for refund in created}
    assert all(answers[refund["non_insurance_payer_refund_id"]] == refund for refund in listed)


def test_worlds_used_at_once_keep_to_themselves(served: Served, world: str) -> None:
    """Each of 64 connections creates in a world of its own, and each world holds its own alone."""
    found = asyncio.run(_create_in_worlds(served.url, world))
    amounts = [list(range(1, number + 2)) for number in range(CONNECTIONS)]
    assert found == amounts


async def _create_in_worlds(url: str, world: str) -> list[list[int]]:
    """The amounts that each world's list holds: in the first 1, in the next 1 and 2, and so on."""

    async def create_some(number: int) -> list[int]:
        async with Connection(url, f"{world}-{number}") as connection:
            await _create(connection, iter(range(1, number + 2)))
            listed = await walk(
                connection, check_number="one of many", sort="amount_cents", sort_direction="asc"
            )
        return [refund["amount_cents"] for refund in listed]

    return await asyncio.gather(*map(create_some, range(CONNECTIONS)))


async def _create_and_list(url: str, world: str) -> tuple[list[Any], list[Any]]:
    """What the creates answered, by amount, and what the list has under their check number."""
    amounts = iter(range(1, CREATES + 1))
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(Connection(url, world)) for _ in range(CONNECTIONS)
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_create(one, amounts)) for one in connections]
        created = [refund for task in tasks for refund in task.result()]
        assert all(task.result() for task in tasks), "a connection was left out"
        listed = await walk(connections[0], limit=99, check_number="one of many")
    return sorted(created, key=lambda refund: refund["amount_cents"]), listed


async def _create(connection: Connection, amounts: Iterator[int]) -> list[Any]:
    created = []
    for amount_cents in amounts:
        reply = await connection.request("POST", "", refund_of(amount_cents, "one of many"))
        assert reply.status == 200, reply
        created.append(reply.content)
    return created
