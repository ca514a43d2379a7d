"""The JSON object that a control request sends, read within the body limit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.requests import ClientDisconnect, Request

from mockserver.control.answers import ControlError
from mockserver.errors import Refusal, shown
from mockserver.rules.bodies import decoded
from mockserver.spec.facts import ERROR_STATUSES
from mockserver.wire.codings import plain_body

__all__ = ["read_json", "read_object"]


async def read_object(
    request: Request, fields: Collection[str] | None, most: int, example: str
) -> dict[str, Any]:
    """The object in the body, with no other fields than these; None is for any.

    The body is read as the data plane reads one. Raises a ControlError: 413 over `most` bytes, 415
    for what is not sent as JSON, or in another coding than gzip and deflate, 422 for what is no
    such object.
    """
    sent, breaches = decoded(await read_json(request, most, f"a body like {example}"))
    for _, place, value, expected, _ in breaches:
        message = f"the body ({place}) is {shown(value)}; expected {expected}, like {example}"
        raise ControlError(422, message)
    if fields is not None and sent.keys() - set(fields):
        raise ControlError(422, f"the body is {shown(sent)}; expected an object like {example}")
    return sent


async def read_json(request: Request, most: int, expected: str) -> bytes:
    """The bytes of a body that is sent as JSON; raises a ControlError as `read_object` does."""
    media_type = request.headers.get("content-type", "")
    if media_type.partition(";")[0].strip().lower() != "application/json":
        told = f"Content-Type is {shown(media_type)}; expected application/json"
        raise ControlError(415, f"{told}, with {expected}")
    codings = ",".join(request.headers.getlist("content-encoding"))
    try:
        return plain_body(await _read(request, most), codings, most)
    except Refusal as refusal:
        raise ControlError(ERROR_STATUSES[refusal.error_name], refusal.message) from None


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
