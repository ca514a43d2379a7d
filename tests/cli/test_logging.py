"""What a client sent can forge no line of the log, as text or as JSON."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest

from mockserver.cli.running import JsonLines, TextLines
from mockserver.spec.facts import REFUNDS_PATH
from tests.client import stand_in

FORGED = "/x\nERROR mockserver: forged\x1b[2J\r\x9b1m\u2028y"


def logged(formatter: logging.Formatter, message: str, *arguments: object) -> str:
    """What one record is written as, with the traceback of an error whose text is forged too."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("mockserver")
    logger.addHandler(handler)
    try:
        raise ValueError(FORGED)
    except ValueError:
        logger.exception(message, *arguments)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def test_text_lines_begin_with_a_level_or_a_blank() -> None:
    """One line, its control characters escaped, then an indented traceback."""
    text = logged(TextLines("%(levelname)s %(name)s: %(message)s"), "GET %s failed", FORGED)
    first, *rest = text.rstrip("\n").split("\n")
    assert first == (
        "ERROR mockserver: GET /x\\nERROR mockserver: forged\\x1b[2J\\r\\x9b1m\\u2028y failed"
    )
    assert all(line.startswith("    ") for line in rest)
    assert all(line.isprintable() for line in rest)


def test_json_lines_are_one_object_each() -> None:
    """The same record as JSON is one line."""
    (line,) = logged(JsonLines(), "GET %s failed", FORGED).splitlines()
    assert json.loads(line)["message"] == f"GET {FORGED} failed"


def test_a_failing_request_is_logged_on_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A path with a line feed and an escape is escaped before it is logged, whatever the format."""
    client = stand_in(tmp_path)
    del client.app.gate.auth
    assert client.send("GET", f"{REFUNDS_PATH}/a%0Ab%1B[2J").status == 500
    (message,) = caplog.messages
    assert message.isprintable()
    assert "a\\nb\\u001b[2J" in message
