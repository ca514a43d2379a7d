"""Runs the stand-in under uvicorn: binds the port, says when it is ready, watches the fixture, ends
cleanly.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import re
import signal
import socket
import sys
from typing import Any

import click
import uvicorn

from mockserver.app import Mockserver, create_app, file_state
from mockserver.cli.listening import listeners, url_of
from mockserver.cli.refusing import Refusing
from mockserver.errors import MockserverError
from mockserver.fixtures.catalog import locate
from mockserver.settings import Settings
from mockserver.spec.facts import DEFAULT_PORT, REFUNDS_PATH
from mockserver.version import __version__

__all__ = ["Server", "calm_collector", "configure_log", "configured", "protocol", "run"]

log = logging.getLogger("mockserver")

TICKS_A_SECOND = 10
"""How often uvicorn calls `on_tick`."""

LOOK_MS = 500
"""How long a change that no event tells of may go unseen, as behind a link, in milliseconds."""


def run(settings: Settings) -> None:
    """Serve until a signal ends it. Raises MockserverError for what cannot be served."""
    app = create_app(settings)
    sockets = listeners(settings.host, settings.port)
    configure_log(settings.log_format)
    calm_collector()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    Server(configured(app, protocol()), app).run(sockets=sockets)


def protocol() -> type[asyncio.Protocol]:
    """The HTTP protocol to serve: the fast one, where httptools is installed."""
    try:
        from mockserver.cli.protocol import Protocol
    except ImportError:
        from mockserver.cli.h11_protocol import PlainProtocol

        return PlainProtocol
    return Protocol


def configured(app: Mockserver, http: type[asyncio.Protocol]) -> uvicorn.Config:
    """How uvicorn serves the app with a protocol."""
    return uvicorn.Config(
        app,
        http=http,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_keep_alive=app.settings.keep_alive_seconds,
    )


def calm_collector() -> None:
    """Keep the garbage collector from walking the seeded records again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 1_000, 1_000)


class Server(uvicorn.Server):
    """uvicorn's server, which announces itself once it listens."""

    def __init__(self, config: uvicorn.Config, app: Mockserver) -> None:
        super().__init__(config)
        self.mockserver = app
        self.watching: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so, with the real port."""
        await super().startup(sockets)
        assert sockets is not None
        settings = self.mockserver.settings
        self.announce(url_of(sockets[0]))
        if settings.watch:
            self.watching = asyncio.create_task(watch(self.mockserver))

    def announce(self, url: str) -> None:
        """Print the ready line."""
        click.echo(ready_text(self.mockserver, url))

    async def on_tick(self, counter: int) -> bool:
        """Each second, refuse clients that stopped in the middle of a request."""
        if counter % TICKS_A_SECOND == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, Refusing):
                    connection.pass_second(self.mockserver.settings.idle_seconds)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection first: a request not read by now would be waited for."""
        for connection in list(self.server_state.connections):
            connection.transport.close()
        await super().shutdown(sockets)


def ready_text(app: Mockserver, url: str) -> str:
    """The ready line and what to try; with the json log format, one object that says the same."""
    template, settings = app.worlds.template, app.settings
    chosen: dict[str, Any] = {
        "fixture": template.fixture,
        "profile": template.profile,
        "auth": settings.auth,
        "clock": settings.clock,
    }
    if settings.random_seed:
        chosen["random_seed"] = settings.random_seed
    if settings.log_format == "json":
        return json.dumps({"event": "ready", "url": url, "version": __version__, **chosen})
    environment = "CandidApiClientEnvironment.LOCAL"
    if url.rpartition(":")[2] != str(DEFAULT_PORT):
        environment = f'CandidApiClientEnvironment(candid_api="{url}", pre_encounter="")'
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())
    return f"""mockserver {__version__} is ready on {url} ({told})
Try:  curl -H 'Authorization: Bearer any' '{url}{REFUNDS_PATH}?limit=2'
      CandidApiClient(environment={environment}, client_id="me", client_secret="x")
      {url}/_mock says what else there is; Ctrl-C ends it"""


async def watch(app: Mockserver) -> None:
    """Start the fixture's worlds again when its file changes; a bad file changes nothing."""
    from watchfiles import awatch

    path = locate(app.settings.fixture)
    events = awatch(path.resolve().parent, rust_timeout=LOOK_MS, yield_on_timeout=True)
    async for _ in events:
        if file_state(path) == app.read_state:
            continue
        try:
            names = app.reload()
        except MockserverError as error:
            log.error("%s was not reloaded: %s", path, error)
        else:
            log.warning("%s was reloaded; started again: %s", path, ", ".join(names) or "no world")


def configure_log(log_format: str) -> None:
    """Log warnings and worse to stderr, as text or as one JSON object a line."""
    handler = logging.StreamHandler()
    if log_format == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(TextLines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class TextLines(logging.Formatter):
    """A log record as text, in which what a client sent begins no line and moves no cursor.

    Control characters are escaped; the lines of a traceback are indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The one line of a record."""
        return CONTROL.sub(escaped, super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The traceback, each line indented."""
        lines = super().formatException(ei).split("\n")
        return "\n".join("    " + CONTROL.sub(escaped, line) for line in lines)


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def escaped(found: re.Match[str]) -> str:
    """How Python writes a character that is not printed."""
    return found[0].encode("unicode_escape").decode()


class JsonLines(logging.Formatter):
    """A log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's level, logger, message and, where there is one, traceback."""
        told = {"event": "log", "level": record.levelname.lower(), "logger": record.name}
        told["message"] = record.getMessage()
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told)
