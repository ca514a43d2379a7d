"""Ids drawn from a seed and a sequence, so that the same requests get the same ids."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

__all__ = ["seed_key", "uuid_text"]

_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit that says how a UUID is made, for the digit that was drawn in its place."""


def seed_key(random_seed: int, world: str) -> bytes:
    """The key of one world: two worlds never draw the same id, whatever the seed."""
    return blake2b(f"{random_seed}/{world}".encode(), digest_size=32).digest()


def uuid_text(key: bytes, sequence: int) -> str:
    """The version 4 UUID that `sequence` stands for under `key`."""
    drawn = _keyed(key).copy()
    drawn.update(sequence.to_bytes(8, "big"))
    bits = drawn.hexdigest()
    variant = _VARIANT[bits[16]]
    return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-{variant}{bits[17:20]}-{bits[20:]}"


@lru_cache(maxsize=1_024)
def _keyed(key: bytes) -> blake2b:
    """The hash under a key, to be copied: to make one takes as long as all the rest of an id."""
    return blake2b(key=key, digest_size=16)
