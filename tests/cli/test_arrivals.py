"""Clients that come at once, and how soon they are let in."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack

import pytest

from mockserver import Settings, create_app
from mockserver.cli.running import Server, configured, protocol

CLIENTS = 64


def test_clients_that_come_at_once_are_let_in_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The last of many clients waits for a few rounds of the loop, and not for one a client."""
    app = create_app(Settings())
    config = configured(app, protocol())
    config.load()
    with ExitStack() as opened, asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        listener = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=CLIENTS))
        for _ in range(CLIENTS):
            opened.enter_context(socket.create_connection(listener.getsockname()))
        rounds = runner.run(rounds_to_let_in(Server(config, app), listener))
    assert rounds <= CLIENTS // 4
    assert "is ready on" in capsys.readouterr().out


async def rounds_to_let_in(server: Server, listener: socket.socket) -> int:
    """How many rounds of the loop pass until all clients that wait have a connection."""
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup([listener])
    rounds = 0
    while len(server.server_state.connections) < CLIENTS:
        rounds += 1
        await asyncio.sleep(0)
    await server.shutdown([listener])
    return rounds
