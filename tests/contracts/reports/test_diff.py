"""Expected and received are lined up so that only what differs is marked."""

import re

import pytest

from contracts.reports.page.diff import diff
from contracts.reports.page.fitting import fitted, structure


def test_letters_that_differ_are_marked() -> None:
    """In short texts the letters that differ are marked on their sides."""
    text = diff("'  both ends  '", "'both ends'")
    assert re.findall("<del>(.*?)</del>", text) == ["  ", "  "]
    assert "<ins>" not in text


def test_texts_with_little_in_common_stay_whole() -> None:
    """A status and another status with a body are not cut to shreds."""
    text = diff("401 UnauthorizedError", '{"errorName":"EntityNotFoundError"}')
    assert "<del>" not in text
    assert "401 UnauthorizedError" in text


def test_long_objects_are_compared_line_by_line() -> None:
    """Of two long objects, in whatever order of members, only the line that differs is marked."""
    due = {f"key_{n}": "value" for n in range(20)}
    came = dict(reversed(list({**due, "key_7": "other"}.items())))
    text = diff(repr(due), repr(came))
    marked = re.findall("<(del|ins)>[-+]  +(.*)\n", text)
    assert marked == [
        ("del", "&quot;key_7&quot;: &quot;value&quot;,"),
        ("ins", "&quot;key_7&quot;: &quot;other&quot;,"),
    ]
    assert "key_15" not in text


def test_a_place_before_the_value_is_told_apart() -> None:
    """An expectation that begins with its path is compared without it."""
    rows = [{"amount_cents": number, "note": "as it was"} for number in range(5)]
    text = diff(f"/allocations {rows!r}", repr(rows[:4]))
    assert "at /allocations" in text
    assert text.count("as it was") == 1 + 1, text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, {'a': None}]", [1, {"a": None}]),
        ('{"a": null}', {"a": None}),
        ("{'a': <any uuid>, 'b': <absent>}", {"a": "<any uuid>", "b": "<absent>"}),
        ("(1, 2)", (1, 2)),
        ("{'a': <function f>}", None),
        ("200", None),
        ("[" * 5_000, None),
        ("", None),
    ],
)
def test_structures_are_read_back(text: str, value: object) -> None:
    """JSON and Python literals are read, open places in them too, and anything else is not."""
    assert structure(text) == value


def test_open_places_are_filled() -> None:
    """Where anything may stand, what stands there is no difference; a member too few is."""
    due = {
        "id": "<any uuid>",
        "on": "<perhaps any date-time>",
        "gone": "<absent>",
        "n": [1, "<any x>"],
    }
    assert fitted(due, {"id": "1", "n": [1, 2]}) == {"id": "1", "n": [1, 2]}
    assert fitted(due, {"gone": 1, "n": [1]}) == {
        "id": "<any uuid>",
        "gone": "<absent>",
        "n": [1, "<any x>"],
    }
    assert fitted([1, "<any x>"], "text") == [1, "<any x>"]
