"""Expected and received are lined up so that only what differs is marked."""

import re

import pytest

from contracts.kernel.expect import matches
from contracts.kernel.law import Breach
from contracts.model.match import ABSENT, ANY_INSTANT, ANY_UUID, Difference, Perhaps
from contracts.reports.page.diff import diff


def differing(expected: object, received: object, at: str = "") -> str:
    """The page's difference of two values at a place."""
    found = Difference(at, expected, received)
    return diff(Breach(f"{at} {expected!r}".strip(), repr(received), difference=found))


def test_letters_that_differ_are_marked() -> None:
    """In short texts the letters that differ are marked on their sides."""
    text = diff(Breach("'  both ends  '", "'both ends'"))
    assert re.findall("<del>(.*?)</del>", text) == ["  ", "  "]
    assert "<ins>" not in text


def test_texts_with_little_in_common_stay_whole() -> None:
    """A status and another status with a body are not cut to shreds."""
    text = diff(Breach("401 UnauthorizedError", '{"errorName":"EntityNotFoundError"}'))
    assert "<del>" not in text
    assert "401 UnauthorizedError" in text


def test_long_objects_are_compared_line_by_line() -> None:
    """Of two long objects, in whatever order of members, only the line that differs is marked."""
    due = {f"key_{n}": "value" for n in range(20)}
    came = dict(reversed(list({**due, "key_7": "other"}.items())))
    text = differing(due, came)
    marked = re.findall("<(del|ins)>[-+]  +(.*)\n", text)
    assert marked == [
        ("del", "&quot;key_7&quot;: &quot;value&quot;,"),
        ("ins", "&quot;key_7&quot;: &quot;other&quot;,"),
    ]
    assert "key_15" not in text


def test_the_place_of_a_difference_is_shown() -> None:
    """A list that lacks a row is compared line by line, under its place."""
    rows = [{"amount_cents": number, "note": "as it was"} for number in range(5)]
    text = differing(rows, rows[:4], "/allocations")
    assert "at /allocations" in text
    assert text.count("as it was") == 1 + 1, text


def test_open_places_are_filled() -> None:
    """Where anything may stand, what stands there is no difference; a member too few is."""
    due = {
        "id": ANY_UUID,
        "on": Perhaps(ANY_INSTANT),
        "gone": ABSENT,
        "n": [1, ANY_UUID],
        "texts": ["a text that makes it long"] * 6,
    }
    came = {"id": "1", "n": [1, 2], "texts": ["a text that makes it long"] * 5}
    text = differing(due, came)
    marked = re.findall(r"<(?:del|ins)>([-+]  +.*)\n", text)
    assert marked == ["-     &quot;a text that makes it long&quot;,"], text


def test_an_expectation_keeps_its_values() -> None:
    """What a law compares stays two values with their place, beside the texts for print."""
    with pytest.raises(Breach) as raised:
        matches({"a": [1, 2]}, {"a": [1, 3]})
    assert raised.value.difference == Difference("/a/1", 3, 2)
    assert (raised.value.expected, raised.value.received) == ("/a/1 3", "2")
