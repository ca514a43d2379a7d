"""Ids are version 4 UUIDs in their canonical form, drawn from a key and a sequence."""

from __future__ import annotations

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.state.ids import seed_key, uuid_text


@settings(derandomize=True, deadline=None, database=None)
@given(key=st.binary(min_size=1, max_size=64), sequence=st.integers(0, 2**63))
def test_every_id_is_of_version_4(key: bytes, sequence: int) -> None:
    """Any key and sequence make a lower-case UUID of version 4, and always the same."""
    text = uuid_text(key, sequence)
    found = UUID(text)
    assert (str(found), found.version, found.variant) == (text, 4, RFC_4122)
    assert uuid_text(key, sequence) == text


def test_ids_do_not_repeat() -> None:
    """A hundred thousand ids of two worlds are all different."""
    keys = [seed_key(0, "one"), seed_key(0, "two")]
    ids = {uuid_text(key, sequence) for key in keys for sequence in range(50_000)}
    assert len(ids) == 100_000


def test_ids_use_all_their_bits() -> None:
    """Over many ids every digit takes every value, but for version and variant."""
    ids = [uuid_text(seed_key(0, "w"), sequence).replace("-", "") for sequence in range(2_000)]
    digits = [len({text[place] for text in ids}) for place in range(32)]
    assert digits == [1 if place == 12 else 4 if place == 16 else 16 for place in range(32)]


@pytest.mark.parametrize(
    ("one", "other"),
    [((0, "w"), (1, "w")), ((0, "w"), (0, "v")), ((1, "1"), (11, "")), ((-1, "w"), (1, "w"))],
)
def test_each_seed_and_world_has_its_key(one: tuple[int, str], other: tuple[int, str]) -> None:
    """Another seed or another world has another key."""
    assert seed_key(*one) != seed_key(*other)
    assert seed_key(*one) == seed_key(*one)
