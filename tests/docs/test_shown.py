"""What is shown counts as what came only when it is, whatever was left out of it."""

from __future__ import annotations

import pytest

from mockserver.spec.facts import PAGE_EXAMPLE_ID
from tests.docs.shown import same

DRAWN = "4dc9a47f-4852-4ce7-9145-91463513a1a2"
OTHER = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("shown", "came", "language"),
    [
        ("one ... four", "one two three four\n", "text"),
        ("one\n...", "one  \ntwo\nthree", "text"),
        ('{"a": 1,\n "b": ...}', '{"a":1,"b":{"c":2}}', "json"),
        (f"id {DRAWN}", f"id {OTHER}", "text"),
        ("at 2024-01-15T09:30:00Z", "at 2026-01-01T00:00:00.123Z", "text"),
        ('"uptime_seconds": 1.5', '"uptime_seconds": 12', "text"),
    ],
)
def test_the_same(shown: str, came: str, language: str) -> None:
    """Left out text, drawn ids, instants and, in JSON, white space make no difference."""
    assert same(shown, came, language)


@pytest.mark.parametrize(
    ("shown", "came", "language"),
    [
        ("one ... four", "one two three", "text"),
        ("one", "one two", "text"),
        ("one\ntwo", "one two", "text"),
        ('{"a": 1}', '{"a":2}', "json"),
        (f"id {PAGE_EXAMPLE_ID}", f"id {OTHER}", "text"),
        ("at 2024-01-15T09:30:00Z", "at noon", "text"),
        ("a.c", "abc", "text"),
    ],
)
def test_not_the_same(shown: str, came: str, language: str) -> None:
    """Anything else does, the ids of shipped fixtures included."""
    assert not same(shown, came, language)
