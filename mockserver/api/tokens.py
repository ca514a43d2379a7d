"""Page tokens: a place in one list of one world, sealed so that no other text passes for one."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import NamedTuple

__all__ = ["Place", "read_token", "token_for"]

_SEAL_BYTES = 10
_QUERY_BYTES = 6


class Place(NamedTuple):
    """Where a page starts: behind the key, or, `backwards`, ends in front of it.

    `query` is the digest of the filters and the sort that the token was made for.
    """

    backwards: bool
    key: int
    query: bytes


def query_digest(query: object) -> bytes:
    """A short digest of whatever a token is bound to."""
    return blake2b(repr(query).encode(), digest_size=_QUERY_BYTES).digest()


def token_for(world_key: bytes, place: Place) -> str:
    """The opaque text of a place, sealed with the world's key."""
    size = place.key.bit_length() // 8 + 1
    payload = b"%c%b%b" % (place.backwards, place.query, place.key.to_bytes(size, signed=True))
    return urlsafe_b64encode(_seal(world_key, payload) + payload).rstrip(b"=").decode()


def read_token(world_key: bytes, text: str) -> Place | None:
    """The place a token stands for, or None if this world did not make it."""
    try:
        sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    payload = sealed[_SEAL_BYTES:]
    if len(payload) < _QUERY_BYTES + 2 or _seal(world_key, payload) != sealed[:_SEAL_BYTES]:
        return None
    place = Place(
        bool(payload[0]),
        int.from_bytes(payload[_QUERY_BYTES + 1 :], signed=True),
        payload[1 : _QUERY_BYTES + 1],
    )
    return place if token_for(world_key, place) == text else None


def _seal(world_key: bytes, payload: bytes) -> bytes:
    return blake2b(payload, key=world_key, digest_size=_SEAL_BYTES).digest()
