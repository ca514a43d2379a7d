"""One kept-alive HTTP/1.1 connection over asyncio streams, for tests that count them."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

__all__ = ["Connection", "Reply"]


class Reply(NamedTuple):
    """A status and the parsed JSON body, None where there is none."""

    status: int
    content: Any


class Connection:
    """A connection to the refunds API of one world; it is opened once and never again."""

    def __init__(self, url: str, world: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname, address.port
        self._base = f"/_mock/w/{world}/api/non-insurance-payer-refunds/v1"

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def request(self, method: str, path: str = "", document: object = None) -> Reply:
        """Send a request and read its answer; `path` follows the family's."""
        body = b"" if document is None else json.dumps(document).encode()
        head = (
            f"{method} {self._base}{path} HTTP/1.1\r\nhost: mockserver\r\nauthorization: Bearer any"
            f"\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        await self._writer.drain()
        return await self._reply()

    async def _reply(self) -> Reply:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status, *headers = head.rstrip().split("\r\n")
        length = next(h.partition(":")[2] for h in headers if h.startswith("content-length:"))
        body = await self._reader.readexactly(int(length))
        return Reply(int(status.split()[1]), json.loads(body) if body else None)
