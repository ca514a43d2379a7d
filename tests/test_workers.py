"""An app notices that its server runs in more than one process, and says so."""

from __future__ import annotations

import logging
import sys

import pytest

from mockserver import create_app
from mockserver.workers import asked_workers

UVICORN = "/venv/bin/uvicorn"
APP = "mockserver:create_app"
ASKED = {
    "uvicorn": ([UVICORN, "--factory", APP, "--workers", "2"], {}, 2),
    "uvicorn as a module": (["/lib/uvicorn/__main__.py", APP, "--workers=3"], {}, 3),
    "uvicorn on Windows": ([r"uvicorn.exe", APP, "--workers", "2"], {}, 2),
    "uvicorn's variable": ([UVICORN, APP], {"WEB_CONCURRENCY": "4"}, 4),
    "the option counts more": ([UVICORN, APP, "--workers", "1"], {"WEB_CONCURRENCY": "4"}, 1),
    "gunicorn": (["/venv/bin/gunicorn", "-w", "2", APP], {}, 2),
    "gunicorn in short": (["gunicorn", "-w2", APP], {}, 2),
    "gunicorn's variable": (["gunicorn", APP], {"GUNICORN_CMD_ARGS": "--workers=5"}, 5),
    "hypercorn": (["hypercorn", "-w", "2", APP], {}, 2),
    "granian": (["granian", "--workers", "2", APP], {}, 2),
    "one": ([UVICORN, APP, "--port", "5050"], {}, 1),
    "one on a machine that says more": (["/venv/bin/mockserver"], {"WEB_CONCURRENCY": "4"}, 1),
    "a test runner": (["/venv/bin/pytest", "-w", "2"], {"WEB_CONCURRENCY": "4"}, 1),
    "no number": ([UVICORN, APP], {"WEB_CONCURRENCY": "many"}, 1),
    "no program": ([], {}, 1),
}


@pytest.mark.parametrize("name", ASKED)
def test_workers_are_counted(name: str) -> None:
    """Options and variables of the usual servers are read, and of nothing else."""
    arguments, environ, count = ASKED[name]
    assert asked_workers(arguments, environ) == count


@pytest.mark.parametrize("count", [1, 2])
def test_an_app_warns_of_more_than_one(
    count: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Two workers are one line in the log of each, one worker is none."""
    monkeypatch.setattr(sys, "argv", [UVICORN, "--factory", APP, "--workers", str(count)])
    create_app()
    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    expected = f"{count} workers were asked for: each would have worlds, ids and tokens of its own"
    if count == 1:
        assert told == []
    else:
        [(level, message)] = told
        assert level == logging.WARNING
        assert message.startswith(expected)
