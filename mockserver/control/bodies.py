"""The JSON object that a control request sends, read within the body limit."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from starlette.requests import ClientDisconnect, Request

from mockserver.control.answers import ControlError
from mockserver.errors import shown

__all__ = ["read_object"]


async def read_object(
    request: Request, fields: Collection[str], most: int, example: str
) -> dict[str, Any]:
    """The object in the body, with no other fields than these.

    Raises a ControlError: 413 over `most` bytes, 422 for what is no such object.
    """
    body = await _read(request, most)
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ControlError(422, f"the body is no JSON: {error}") from None
    if not isinstance(sent, dict) or sent.keys() - set(fields):
        raise ControlError(422, f"the body is {shown(sent)}; expected an object like {example}")
    return sent


async def _read(request: Request, most: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                message = f"the body is longer than {most} bytes (--max-body-bytes)"
                raise ControlError(413, message)
    except ClientDisconnect:
        raise ControlError(400, "the client went away in the middle of the body") from None
    return bytes(body)
