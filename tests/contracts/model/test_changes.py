"""A difference of two values has a kind, with numbers that measure it."""

from typing import Any

import pytest

from contracts.model.changes import change_of
from contracts.model.match import ABSENT, ANY_UUID, Moment, Perhaps

UUID, OTHER = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32", "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("due", "came", "kind", "by"),
    [
        ("a", ABSENT, "missing", ()),
        (Perhaps(ANY_UUID), 5, "type", ("number", "text")),
        (ABSENT, "a", "extra", ()),
        (ABSENT, None, "null", ()),
        (1, "1", "type", ("text", "number")),
        (True, 1, "type", ("number", "boolean")),
        ({}, None, "type", ("null", "object")),
        ({}, b"<html>", "type", ("bytes", "object")),
        (" both ", "both", "trimmed", (True, True)),
        ("end ", "end", "trimmed", (False, True)),
        (" ", "", "trimmed", (True, True)),
        ("a  b", "a b", "blanks", ()),
        ("abcdef", "abc", "cut", (3, 6)),
        ("0001", "1", "zeros", (3,)),
        ("Aé", "aé", "case", (True, False)),
        ("Aé", "AÉ", "case", (False, True)),
        ("e\u0301", "é", "normalised", ("NFC",)),
        ("a\u00a0b", "a b", "blanks", ()),
        ("abc", "xabcyz", "padded", (1, 2)),
        ("abc", "abX", "text", (3, 3, 3)),
        ("abc", "", "text", (1, 3, 0)),
        (Moment("2024-01-01T00:00:00Z"), "2024-01-01T01:00:00Z", "shifted", (3600.0, True)),
        ("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00Z", "shifted", (-0.5, True)),
        (UUID, OTHER, "id", ()),
        (100, 101, "off", (1, 0)),
        (100, 10_000, "off", (9_900, 100)),
        (100, 1, "off", (-99, -100)),
        ([1, 2, 3], [3, 2, 1], "order", (3, 3, 3)),
        ([1, 2, 3], [1, 3], "dropped", (1, 3, 2)),
        ([1, 2], [1, 2, 2], "repeated", (1, 2, 3)),
        ([1, 2], [1, 2, 9], "added", (1, 2, 3)),
        ([1, 2], [1, 9], "rows", (1, 2, 2)),
        (True, False, "value", ()),
    ],
)
def test_a_change_has_a_kind(due: Any, came: Any, kind: str, by: tuple[Any, ...]) -> None:
    """The most special kind that fits is named."""
    change = change_of(due, came)
    assert (change.kind, change.by) == (kind, by)
