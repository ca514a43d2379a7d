"""The allocations of a create, encoded as the answer shows them, with the ids they are given."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mockserver.rules.proposal import target_key
from mockserver.state.refund import encode_allocation
from mockserver.state.stand_ins import stand_in_target
from mockserver.state.world import World
from mockserver.wire.requests import Allocation, EarmarkType, TargetCreate

__all__ = ["encoded_allocations"]

_UNATTRIBUTED = b'{"type":"unattributed"}'


def encoded_allocations(world: World, allocations: Sequence[Allocation]) -> bytes:
    """The JSON array, in the order sent; draws an id for each allocation and each earmark."""
    now = world.now_text()
    return b"[%b]" % b",".join([_allocation(world, sent, now) for sent in allocations])


def _allocation(world: World, sent: Allocation, now: str) -> bytes:
    allocation_id = world.draw_id()
    earmark = None
    if sent.earmark is not None:
        earmark = _earmark(world, sent.earmark, sent.amount_cents, allocation_id)
    target = _target(world, sent.target)
    return encode_allocation(sent.amount_cents, target, allocation_id, earmark, now)


def _target(world: World, target: TargetCreate) -> bytes:
    key = target_key(target)
    if key is None:
        return _UNATTRIBUTED
    known = world.organization.target(target.type, key)
    return stand_in_target(target.type, key) if known is None else known


def _earmark(world: World, earmark: EarmarkType, amount_cents: int, allocation_id: str) -> bytes:
    """A BalanceEarmark that holds the allocation's whole amount (assumed)."""
    document = {
        "id": world.draw_id(),
        "target": {"type": earmark.type, "value": earmark.value},
        "amount_earmarked_cents": amount_cents,
        "created_by_allocation_id": allocation_id,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
