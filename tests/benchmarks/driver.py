"""Drives the stand-in's ASGI app in this process, with no transport and no client library."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.benchmarks.scenarios import ROOT, TOKEN_PATH, nth_refund, second_line_of

App = Callable[..., Awaitable[None]]
ID_FIELD = b'"non_insurance_payer_refund_id":"'
BASE_SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "scheme": "http",
    "server": ("127.0.0.1", 5050),
    "client": ("127.0.0.1", 50000),
    "root_path": "",
}


class Driver:
    """One client of an app in this process: a token, and so a world, of its own."""

    def __init__(self, app: App, prefix: str = "") -> None:
        self._app = app
        self._prefix = prefix
        self._headers = [(b"host", b"127.0.0.1:5050"), (b"content-type", b"application/json")]

    async def sign_in(self, name: str) -> None:
        """Take a token, as an SDK does, and with it a world."""
        body = json.dumps({"client_id": name, "client_secret": "secret"}).encode()
        found = json.loads(await self.send("POST", TOKEN_PATH, body))
        self.carry(found["access_token"])

    def carry(self, token: str) -> None:
        """Send this bearer token from now on."""
        self._headers.append((b"authorization", b"Bearer " + token.encode()))

    async def send(self, method: str, path: str, body: bytes = b"", query: bytes = b"") -> bytes:
        """Send one request and give the answer's body; anything but 200 ends the bench."""
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await self._app(self._scope(method, path, query, len(body)), receive, send)
        answer = b"".join(message.get("body", b"") for message in said[1:])
        if said[0]["status"] != 200:
            raise RuntimeError(f"{method} {path} answered {said[0]['status']}: {answer[:300]!r}")
        return answer

    async def create(self, body: bytes) -> bytes:
        """Create a refund and give its id."""
        answer = await self.send("POST", ROOT, body)
        start = answer.index(ID_FIELD) + len(ID_FIELD)
        return answer[start : start + 36]

    async def get(self, refund_id: bytes) -> bytes:
        """One refund's bytes."""
        return await self.send("GET", f"{ROOT}/{refund_id.decode()}")

    async def page(self, query: bytes) -> bytes:
        """One page's bytes."""
        return await self.send("GET", ROOT, query=query)

    async def second_line(self) -> str:
        """A service line of the default fixture besides the page's example."""
        return second_line_of(json.loads(await self.page(b"limit=999")))

    def _scope(self, method: str, path: str, query: bytes, length: int) -> dict[str, object]:
        full = self._prefix + path
        headers = [*self._headers, (b"content-length", str(length).encode())]
        return {
            **BASE_SCOPE,
            "method": method,
            "path": full,
            "raw_path": full.encode(),
            "query_string": query,
            "headers": headers,
            "state": {},
        }


def bodies(first: int, count: int, second_line: str) -> list[bytes]:
    """Create bodies from the n-th on, ready to send."""
    return [json.dumps(nth_refund(n, second_line)).encode() for n in range(first, first + count)]
