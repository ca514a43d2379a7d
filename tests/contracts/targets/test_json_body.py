"""Answers are read as JSON says, no deeper than those who walk them can go, and pages in parts."""

import json
from typing import Any

import pytest

from contracts.targets.json_body import DEEPEST, document_of, parsed

DEEP = 2 * DEEPEST - 10


@pytest.mark.parametrize(
    "body",
    [
        "[" * DEEP + "0" + "]" * DEEP,
        '[{"a":' * (DEEP // 2) + "0" + "}]" * (DEEP // 2),
        '["]",' * DEEP + "0" + ',"["]' * DEEP,
        '["\\\\","]",' * DEEP + "0" + ',"[\\""]' * DEEP,
        "[" * 995 + '"\\ud83d\\ude00"' + "]" * 995,
    ],
    ids=["lists", "lists and objects", "brackets in strings", "escapes", "half a pair"],
)
def test_what_is_too_deep_is_no_json(body: str) -> None:
    """Brackets in strings hide no depth, nor do lists and objects by turns."""
    with pytest.raises(ValueError, match="deep"):
        parsed(body.encode())


def test_brackets_in_strings_are_no_depth() -> None:
    """A text may hold any number of brackets."""
    assert parsed(b'["' + b"[" * 1_000 + b'"]') == ["[" * 1_000]


ROWS = [{"id": f"{number:036}", "note": "é", "parts": [{"cents": number}]} for number in range(30)]


def bodies(rows: list[dict[str, Any]]) -> list[str]:
    """The same page as different servers write it."""
    page = {"items": rows, "next_page_token": "to be followed"}
    indented = json.dumps(page, indent=2)
    return [json.dumps(page), json.dumps(page, separators=(",", ":"), ensure_ascii=False), indented]


@pytest.mark.parametrize("text", bodies(ROWS), ids=["spaces", "compact", "indented"])
def test_a_page_is_read_in_parts(text: str) -> None:
    """One part is what is around the rows, and each row is one; together they are the whole."""
    found = document_of(text.encode())
    assert found.value == json.loads(text)
    around, *rows = found.parts
    assert json.loads(around.body) == around.value == {**found.value, "items": []}
    assert [json.loads(row.body) for row in rows] == [row.value for row in rows] == ROWS


def test_a_row_that_comes_again_is_the_same_part() -> None:
    """Also where it comes alone; a row that differs in its last letter is another part."""
    text = bodies(ROWS)[0]
    first, again = document_of(text.encode()).parts, document_of(text.encode()).parts
    assert first[1:] == again[1:]
    alone = document_of(json.dumps(ROWS[7]).encode()).parts
    assert alone == (again[8],)
    changed = document_of(json.dumps({**ROWS[7], "parts": [{"cents": 8}]}).encode())
    assert changed.value["parts"] == [{"cents": 8}]


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"a": 1}], "items": []}',
        '{"items": [{"a": 1}], "items": [{"a": 2}, {"a": 3}]}',
        '{"items": [{"a": 1}], "\\u0069tems": []}',
        '{"items": [{"a": 1}, 2, null]}',
        '{"items": [{}], "note": "\\"}"}',
        '{"items": []}',
        '{"next_page_token": "n", "items": [{"a": 1}]}',
        '[{"items": [{"a": 1}]}]',
    ],
)
def test_any_object_is_read_as_json_reads_it(text: str) -> None:
    """Whatever stands before, between or behind the rows."""
    assert document_of(text.encode()).value == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"a": 1},]}',
        '{"items": [{"a": 1} {"a": 2}]}',
        '{"items": [{"a": 1}}',
        '{"items": [{"a": 1}',
        '{"items": [{"a": 1}]',
        '{"items": [{"a": 1}]} more',
        '{"items": [{"a": NaN}]}',
        '{"items": [{"a": 1e400}]}',
        '{"items": [{"a": "\\ud800"}]}',
        '{"items": [{"a": ' + "[" * (DEEPEST - 2) + "0" + "]" * (DEEPEST - 2) + "}]}",
    ],
)
def test_a_row_makes_no_page_of_what_is_no_json(text: str) -> None:
    """What is wrong in a row, or between two, is wrong in the whole."""
    with pytest.raises(ValueError, match=r"."):
        document_of(text.encode())


def test_a_row_may_be_as_deep_as_any_answer() -> None:
    """The two brackets around a row count, and no more."""
    lists = DEEPEST - 3
    text = '{"items": [{"a": ' + "[" * lists + "0" + "]" * lists + "}]}"
    assert document_of(text.encode()).value == json.loads(text)


def test_only_so_many_parts_are_kept() -> None:
    """After many other texts, one that comes again is read again."""
    first = document_of(b'{"id": "first"}')
    for number in range(5_000):
        document_of(b'{"id": "%d"}' % number)
    again = document_of(b'{"id": "first"}')
    assert again.value == first.value
    assert again.parts[0] is not first.parts[0]
