"""What an answer says can neither steer a terminal nor command a CI server."""

from __future__ import annotations

import pytest

from contracts.cli.output import printable


@pytest.mark.parametrize(
    "command",
    [
        "::error ::x",
        "::stop-commands::t",
        "  ::add-mask::x",
        "##vso[task.setvariable]",
        "##[error]",
    ],
)
def test_no_line_begins_a_command(command: str) -> None:
    """Neither the first line nor a later one."""
    for text in (command, f"received\n{command}\nmore"):
        for line in printable(text).splitlines():
            assert not line.lstrip().startswith("::")
            assert "##vso[" not in line
            assert "##[" not in line


def test_colons_inside_a_line_stay() -> None:
    """Most of them are no command."""
    text = "expected 2001:db8::1\n  a::b"
    assert printable(text) == text


def test_control_characters_are_escaped() -> None:
    """Line feeds stay."""
    assert printable("a\x1b[31m\nb\r") == "a\\u001b[31m\nb\\r"
