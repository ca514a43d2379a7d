"""Requests that are sent at once: each passes the layers, and all are under way together."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread

import pytest

from contracts.errors import BudgetSpent, TargetCrashed
from contracts.safety.limits import Budget
from contracts.targets.app import AppTarget, Message, Receive, SendMessage
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Reply, Request, Send

TOKEN = Credentials(token="t")
REQUESTS = [Request("GET", f"/{number}") for number in range(3)]


class Meeting:
    """An app that answers nobody before three have come, but crashes at once on /crash."""

    def __init__(self) -> None:
        self.here = 0
        self.met: asyncio.Event | None = None

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer with the path."""
        await receive()
        if scope["path"] == "/crash":
            raise ValueError("crashed")
        self.here, self.met = self.here + 1, self.met or asyncio.Event()
        if self.here == 3:
            self.met.set()
        await self.met.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})


def test_an_app_gets_them_at_once() -> None:
    """And each reply belongs to its request."""
    replies = AppTarget(Meeting(), TOKEN).send_together(REQUESTS)
    assert [reply.body for reply in replies] == [b"/0", b"/1", b"/2"]


def test_layers_see_one_after_another() -> None:
    """No layer is entered or left while another request is in one."""
    inside: list[str] = []

    def layer(request: Request, send: Send) -> Reply:
        inside.append(f"in {request.path}")
        reply = send(request)
        inside.append(f"out {request.path}")
        return reply

    budget = Budget(3)
    AppTarget(Meeting(), TOKEN, middleware=(layer, budget)).send_together(REQUESTS)
    assert sorted(inside[:3]) == ["in /0", "in /1", "in /2"]
    assert sorted(inside[3:]) == ["out /0", "out /1", "out /2"]
    assert budget.sent == 3


def test_one_that_may_not_leave_ends_as_alone() -> None:
    """The others are sent all the same."""
    app, budget = Meeting(), Budget(3)
    with pytest.raises(BudgetSpent):
        AppTarget(app, TOKEN, middleware=(budget,)).send_together([*REQUESTS, REQUESTS[0]])
    assert app.here == 3


def test_a_crash_is_raised() -> None:
    """As it is for one request alone."""
    with pytest.raises(TargetCrashed, match="crashed"):
        AppTarget(Meeting(), TOKEN).send_together([*REQUESTS, Request("GET", "/crash")])


def test_a_server_gets_them_at_once() -> None:
    """Each on a connection of its own."""
    barrier = Barrier(3)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            barrier.wait(5)
            self.send_response(200)
            self.send_header("content-length", str(len(self.path)))
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        target = HttpTarget(f"http://127.0.0.1:{server.server_port}", TOKEN)
        replies = target.send_together(REQUESTS)
    finally:
        server.shutdown()
        server.server_close()
    assert [reply.body for reply in replies] == [b"/0", b"/1", b"/2"]
