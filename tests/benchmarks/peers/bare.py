"""A bare uvicorn ASGI app that answers bytes it was handed: the limit that others are a share of.

`BENCH_ANSWERS` names a JSON file: request path to status, headers and body. The app does
nothing but look the path up; it does not even read a request's body.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

Message = dict[str, object]
Send = Callable[[Message], Awaitable[None]]


def messages(answer: Mapping[str, Any]) -> tuple[Message, Message]:
    """The two ASGI messages of one answer, ready to send."""
    body: bytes = answer["body"].encode()
    headers = [*answer["headers"], ("content-length", str(len(body)))]
    raw = [(name.lower().encode(), text.encode()) for name, text in headers]
    start: Message = {
        "type": "http.response.start",
        "status": answer["status"],
        "headers": raw,
    }
    return start, {"type": "http.response.body", "body": body}


def load(path: Path) -> dict[str, tuple[Message, Message]]:
    """The messages for each path."""
    return {key: messages(answer) for key, answer in json.loads(path.read_text()).items()}


ANSWERS = load(Path(os.environ["BENCH_ANSWERS"]))


async def app(scope: Mapping[str, Any], receive: object, send: Send) -> None:
    """Answer the path's stored bytes; the query string plays no part."""
    start, body = ANSWERS[scope["path"]]
    await send(start)
    await send(body)
