"""The allocations of a create, encoded as the answer shows them, with the ids they are given."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mockserver.rules.proposal import AskedAllocation
from mockserver.state.refund import encode_allocation
from mockserver.state.stand_ins import stand_in_target
from mockserver.state.world import World
from mockserver.wire.requests import EarmarkType

__all__ = ["encoded_allocations"]

_UNATTRIBUTED = b'{"type":"unattributed"}'


def encoded_allocations(world: World, allocations: Sequence[AskedAllocation]) -> bytes:
    """The JSON array, in the order sent; draws an id for each allocation and each earmark."""
    now = world.now_text()
    return b"[%b]" % b",".join([_allocation(world, asked, now) for asked in allocations])


def _allocation(world: World, asked: AskedAllocation, now: str) -> bytes:
    amount_cents, kind, key, sent = asked
    allocation_id = world.draw_id()
    earmark = None if sent is None else _earmark(world, sent, amount_cents, allocation_id)
    target = _UNATTRIBUTED
    if key is not None:
        target = world.organization.target(kind, key) or stand_in_target(kind, key)
    return encode_allocation(amount_cents, target, allocation_id, earmark, now)


def _earmark(world: World, earmark: EarmarkType, amount_cents: int, allocation_id: str) -> bytes:
    """A BalanceEarmark that holds the allocation's whole amount (assumed)."""
    document = {
        "id": world.draw_id(),
        "target": {"type": earmark.type, "value": earmark.value},
        "amount_earmarked_cents": amount_cents,
        "created_by_allocation_id": allocation_id,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
