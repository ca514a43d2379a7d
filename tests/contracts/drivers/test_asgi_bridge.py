"""The bridge passes requests to a session, also where the app behind it waits for something."""

from __future__ import annotations

import asyncio

from starlette.testclient import TestClient

from contracts.drivers.asgi_bridge import DOCUMENT_PATH, Bridge
from contracts.kernel.session import Session
from contracts.model import REFUNDS
from contracts.targets.app import AppTarget, Message, Receive, SendMessage
from tests.contracts.settings import terms_of
from tests.reference_server import ReferenceServer


def test_an_app_that_waits_answers_through_the_bridge() -> None:
    """The tool calls the bridge from a loop of its own, and the app finds another one."""
    terms = terms_of()
    server = ReferenceServer(terms.organization, terms.rules)

    async def app(scope: Message, receive: Receive, send: SendMessage) -> None:
        await asyncio.sleep(0.001)
        await server(scope, receive, send)

    session = Session(AppTarget(app, "bridged"), terms)
    tool = TestClient(Bridge(session, b"{}"))
    header = {"authorization": f"Bearer {session.target.bearer()}"}
    answers = [tool.get(REFUNDS, headers=header).status_code for _ in range(2)]
    assert answers == [exchange.status for exchange in session.exchanges] == [200, 200]
    assert tool.get(DOCUMENT_PATH).json() == {}
