"""Expected and received are lined up so that only what differs is marked."""

import pytest

from contracts.kernel.departure import Departure
from contracts.kernel.expect import matches
from contracts.kernel.law import Breach
from contracts.model.changes import Change, change_of
from contracts.model.match import ABSENT, ANY_INSTANT, ANY_UUID, Difference, Moment, Perhaps
from contracts.reports.diff import DiffLine, diff


def differing(expected: object, received: object, at: str = "/refund_note") -> list[DiffLine]:
    """The difference of two values at a place of an answer."""
    change = change_of(expected, received)
    return diff(Departure(None, "get", at, change, expected, received, at), None)


def as_seen(expected: str, received: str) -> list[DiffLine]:
    """The difference of two texts of a law that no place of an answer explains."""
    change = Change("law", ("a-law",))
    return diff(Departure(None, "get", "a-law", change, expected, received, is_own=True), None)


def marked(lines: list[DiffLine]) -> list[tuple[str, str]]:
    """The pieces that are marked, each with the sign of its line."""
    return [(line.sign, piece) for line in lines for piece, differs in line.parts if differs]


def test_letters_that_differ_are_marked() -> None:
    """In short texts the letters that differ are marked on their sides."""
    lines = differing("  both ends  ", "both ends")
    assert marked(lines) == [("-", "  "), ("-", "  ")]
    assert lines[1].text == '/refund_note "both ends"'


def test_texts_with_little_in_common_stay_whole() -> None:
    """A status and another status with a body are not cut to shreds."""
    lines = as_seen("401 UnauthorizedError", '{"errorName":"EntityNotFoundError"}')
    assert marked(lines) == []
    assert lines[0].text == "401 UnauthorizedError"


def test_long_texts_are_cut_round_what_differs() -> None:
    """Of two long texts the pieces round the first difference are shown, with the lengths."""
    due, came = differing("a" * 300 + "b" * 300, "a" * 300)
    assert (len(due.text), len(came.text)) < (100, 100)
    assert "600 characters" in due.text
    assert "bbb" in due.text
    assert "300 characters" in came.text


def test_long_objects_are_compared_line_by_line() -> None:
    """Of two long objects, in whatever order of members, only the line that differs is marked."""
    due = {f"key_{n}": "value" for n in range(20)}
    came = dict(reversed(list({**due, "key_7": "other"}.items())))
    lines = differing(due, came)
    assert [(line.sign, line.text.strip()) for line in lines if line.sign in "-+"] == [
        ("-", '"key_7": "value",'),
        ("+", '"key_7": "other",'),
    ]
    assert "key_15" not in "".join(line.text for line in lines)


def test_a_long_list_of_values_is_shown_from_where_it_differs() -> None:
    """Of 75 ids a few are shown, and how many there are."""
    ids = [f"id-{number}" for number in range(75)]
    due, came = differing(ids, [*ids[:30], *reversed(ids[30:])], "")
    assert due.text == '75 values, from place 31 on: "id-30", "id-31", "id-32", "id-33", …'
    assert came.text.startswith('75 values, from place 31 on: "id-74"')


def test_the_place_of_a_difference_is_shown() -> None:
    """A list that lacks a row is compared line by line, under its place."""
    rows = [{"amount_cents": number, "note": "as it was"} for number in range(5)]
    lines = differing(rows, rows[:4], "/allocations")
    assert lines[0].text == "at /allocations"
    assert sum("as it was" in line.text for line in lines if line.sign == "-") == 1


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
    changed = [(line.sign, line.text.strip()) for line in differing(due, came) if line.sign in "-+"]
    assert changed == [("-", '"a text that makes it long",')]


def test_instants_and_missing_values_are_words() -> None:
    """An instant is shown as its text, and a member that is not there as absent."""
    due, came = differing(Moment("2024-01-15T09:30:00Z"), ABSENT, "/refund_timestamp")
    assert (due.text, came.text) == (
        '/refund_timestamp "2024-01-15T09:30:00Z"',
        "/refund_timestamp absent",
    )


def test_an_expectation_keeps_its_values() -> None:
    """What a law compares stays two values with their place, beside the texts for print."""
    with pytest.raises(Breach) as raised:
        matches({"a": [1, 2]}, {"a": [1, 3]})
    assert raised.value.difference == Difference("/a/1", 3, 2)
    assert (raised.value.expected, raised.value.received) == ("/a/1 3", "2")
