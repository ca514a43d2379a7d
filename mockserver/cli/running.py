"""Runs the stand-in under uvicorn: binds the port, says when it is ready, watches the fixture, ends
cleanly.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import signal
import socket
import sys
from typing import Any

import click
import uvicorn

from mockserver.app import Mockserver
from mockserver.cli.lines import RequestLines
from mockserver.cli.listening import exposure, listeners, url_of
from mockserver.cli.refusing import Refusing
from mockserver.cli.watching import watch
from mockserver.errors import printable
from mockserver.settings import Settings
from mockserver.spec.facts import DEFAULT_PORT, REFUNDS_PATH
from mockserver.version import __version__

__all__ = ["Server", "configure_log", "configured", "protocol", "run"]

log = logging.getLogger("mockserver")

TICKS_A_SECOND = 10
"""How often uvicorn calls `on_tick`."""

ACCEPTED_AT_ONCE = 8
"""How many clients are let in between two rounds of requests: uvloop lets in one for each socket
that it listens on, and the last of many that come at once would wait for as many rounds.
"""


def run(settings: Settings, *notes: str) -> None:
    """Serve until a signal ends it; the log begins with the notes.

    Raises MockserverError for what cannot be served.
    """
    lines = RequestLines(sys.stdout)
    shows = settings.log_format == "text" and not settings.quiet
    app = Mockserver(settings, lines.show if shows else None)
    sockets = listeners(settings.host, settings.port)
    configure_log(settings.log_format)
    for note in (*notes, *exposure(sockets)):
        log.warning("%s", note)
    gc.freeze()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        Server(configured(app, protocol()), app).run(sockets=sockets)
    finally:
        if settings.state is not None:
            app.save()
        lines.write()


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


class Server(uvicorn.Server):
    """uvicorn's server, which announces itself once it listens."""

    def __init__(self, config: uvicorn.Config, app: Mockserver) -> None:
        super().__init__(config)
        self.mockserver = app
        self.watching: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so, with the real port."""
        assert sockets is not None
        await super().startup([each.dup() for each in sockets for _ in range(ACCEPTED_AT_ONCE)])
        settings = self.mockserver.settings
        self.announce(url_of(sockets[0]))
        if settings.watch:
            self.watching = asyncio.create_task(watch(self.mockserver))
            self.watching.add_done_callback(tell_end)

    def announce(self, url: str) -> None:
        """Print the ready line."""
        click.echo(ready_text(self.mockserver, url))

    async def on_tick(self, counter: int) -> bool:
        """Each second, refuse clients that stopped in the middle of a request."""
        if counter % TICKS_A_SECOND == 0:
            for connection in self.connections():
                connection.pass_second(self.mockserver.settings.idle_seconds)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of clients that no answer is due to, and wait a while for the others."""
        self.mockserver.worlds.end()
        for connection in self.connections():
            if not connection.is_due:
                connection.transport.close()
        seconds = self.mockserver.settings.grace_seconds
        end = asyncio.get_running_loop().call_later(seconds, self.hang_up)
        await super().shutdown(sockets)
        end.cancel()

    def hang_up(self) -> None:
        """Cut the connections that are left, and wait for nothing more."""
        left = [each for each in self.connections() if each.is_due or each.is_unread]
        if left:
            told = "answers that were not made, or not read, within %d s (--grace-seconds): %d"
            log.warning(told, self.mockserver.settings.grace_seconds, len(left))
        for connection in self.connections():
            connection.transport.abort()
        self.force_exit = True

    def connections(self) -> list[Refusing]:
        """The connections that are open now."""
        connections = list(self.server_state.connections)
        return [connection for connection in connections if isinstance(connection, Refusing)]


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


def tell_end(watching: asyncio.Task[None]) -> None:
    """Log why the watch has ended, unless the server ends too."""
    if not watching.cancelled():
        log.error("the fixture is watched no more", exc_info=watching.exception())


def configure_log(log_format: str) -> None:
    """Log warnings and worse to stderr, as text or as one JSON object a line."""
    handler = logging.StreamHandler()
    if log_format == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(TextLines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("uvicorn.error").addFilter(is_no_cancellation)


def is_no_cancellation(record: logging.LogRecord) -> bool:
    """Whether a record tells of more than that a request was given up at the end."""
    return record.exc_info is None or record.exc_info[0] is not asyncio.CancelledError


class TextLines(logging.Formatter):
    """A log record as text, in which what a client sent begins no line and moves no cursor.

    Control characters are escaped; the lines of a traceback are indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The one line of a record."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The traceback, each line indented."""
        lines = super().formatException(ei).split("\n")
        return "\n".join("    " + printable(line) for line in lines)


class JsonLines(logging.Formatter):
    """A log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's level, logger, message and, where there is one, traceback."""
        told = {"event": "log", "level": record.levelname.lower(), "logger": record.name}
        told["message"] = record.getMessage()
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told)
