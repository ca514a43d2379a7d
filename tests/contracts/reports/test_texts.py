"""Words that every report shares are printable, and say no more than they know."""

import xml.etree.ElementTree as ET
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.match import ANY_UUID, Perhaps
from contracts.reports.texts import body_text, clipped, counted, duration, printable, shown


@given(st.text(st.characters(exclude_categories=())))
def test_printable_text_is_valid_everywhere(text: str) -> None:
    """Any text at all, lone surrogates included, becomes valid UTF-8 and valid XML."""
    told = printable(text)
    told.encode()
    assert ET.fromstring(f"<a>{escape(told)}</a>").text == (told or None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain – café\n\ttab", "plain – café\n\ttab"),
        ("\x00\x1b", "\\x00\\x1b"),
        ("\r\n", "\\r\n"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("\ufffe\U0001ffff", "\\ufffe\\U0001ffff"),
        ("\U0001f4b8", "\U0001f4b8"),
    ],
)
def test_what_is_not_for_print_is_escaped(text: str, told: str) -> None:
    """Control characters, turned text and halves of characters show as their escapes."""
    assert printable(text) == told


def test_open_places_are_named() -> None:
    """A place that the server fills reads as its kind, without an address of this process."""
    told = shown([ANY_UUID, Perhaps(ANY_UUID), test_open_places_are_named])
    assert told.startswith("[<any uuid>, <perhaps any uuid>, <function"), told
    assert "0x" not in told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (None, ""),
        (b"", ""),
        (b'{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'),
        (b"\xff{", "\\xff{"),
        (b"[" * 9_000, "[" * 9_000),
    ],
)
def test_a_body_reads_well(body: bytes | None, told: str) -> None:
    """JSON is indented, other bytes are escaped, and no depth of nesting breaks it."""
    assert body_text(body) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2567, "0.26 s"), (9.5, "9.5 s"), (12.34, "12 s"), (185, "3 min 5 s"), (7260, "2 h 1 min")],
)
def test_durations_are_for_people(seconds: float, told: str) -> None:
    """A span has two figures, or two units."""
    assert duration(seconds) == told


def test_cut_text_says_how_much_is_missing() -> None:
    """A text that is too long ends with the number of characters left out."""
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("a" * 1_005, 5) == "aaaaa\n… 1,000 more characters"
    assert (counted(1, "law"), counted(2_000, "law")) == ("1 law", "2,000 laws")
