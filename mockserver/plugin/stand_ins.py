"""The stand-in of a run: a child process on a free port, or an app in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from mockserver.cli.launching import launched
from mockserver.cli.serve import settings_of
from mockserver.errors import MockserverError
from mockserver.in_process import InProcessTransport
from mockserver.plugin.wishes import rooted
from mockserver.settings import Settings

__all__ = ["StandIn", "in_process", "served"]

_LAST_LINES = 20


class StandIn(NamedTuple):
    """Where it is, how it is reached, and what it logs."""

    base_url: str
    control: httpx.BaseTransport
    transport: InProcessTransport | None
    log_file: Path | None

    def log(self) -> str:
        """The end of the log of a child process."""
        if self.log_file is None:
            return ""
        lines = self.log_file.read_text("utf-8", "replace").splitlines()
        return "\n".join(("its log ends with:", *lines[-_LAST_LINES:]))


@contextmanager
def served(config: pytest.Config, folder: Path) -> Iterator[StandIn]:
    """A stand-in that listens, until the run is over; it ends with this process in any case."""
    log_file = folder / "mockserver.log"
    try:
        process, url = launched(_settings(config), log_file, is_attached=True)
    except MockserverError as error:
        pytest.fail(f"mockserver does not start: {error}", pytrace=False)
    with process:
        pool = httpx.HTTPTransport(verify=False)
        yield StandIn(url, _Shared(pool), None, log_file)
        pool.close()
        process.terminate()


@contextmanager
def in_process(config: pytest.Config) -> Iterator[StandIn]:
    """A stand-in that answers in this process."""
    from mockserver.app import create_app

    try:
        transport = InProcessTransport(create_app(_settings(config)))
    except MockserverError as error:
        pytest.fail(f"mockserver does not start: {error}", pytrace=False)
    yield StandIn("http://mockserver", transport, transport, None)


def _settings(config: pytest.Config) -> Settings:
    """The flags of the run as settings, their paths from the root folder on."""
    root = config.rootpath
    settings = settings_of(config.getini("mockserver_args"))
    key = settings.signing_key
    return replace(
        settings,
        port=0,
        fixture=rooted(settings.fixture, root),
        fixtures_dir=str(root / (settings.fixtures_dir or "")),
        signing_key=None if key is None else str(root / key),
    )


class _Shared(httpx.BaseTransport):
    """The connections of a run, which outlive the clients that use them."""

    def __init__(self, pool: httpx.HTTPTransport) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._pool.handle_request(request)
