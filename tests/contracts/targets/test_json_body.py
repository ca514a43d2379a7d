"""Answers are no deeper than those who walk them can go, however their brackets are arranged."""

import pytest

from contracts.targets.target import DEEPEST, parsed

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
