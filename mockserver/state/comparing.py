"""What differs between two states of one world, record by record."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.state.refund import Refund
from mockserver.state.world import Snapshot

__all__ = ["differences"]


def differences(before: Snapshot, after: Snapshot) -> Iterator[tuple[Refund | None, Refund | None]]:
    """Each record that differs, in order of creation: what it was and is, None where it is not.

    Both must be of worlds over one template. The cost follows what was changed, not what is stored.
    """
    touched = before.own.keys() | before.hidden | after.own.keys() | after.hidden
    for sequence in sorted(touched):
        pair = _record(before, sequence), _record(after, sequence)
        if pair[0] != pair[1]:
            yield pair


def _record(snapshot: Snapshot, sequence: int) -> Refund | None:
    own = snapshot.own.get(sequence)
    if own is not None or sequence in snapshot.hidden:
        return own
    return snapshot.template.refunds.records.get(sequence)
