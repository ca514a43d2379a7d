"""How the control plane routes and answers: a function a method, readable JSON, problems in one
shape.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.errors import MockserverError, shown

__all__ = ["HANDLERS", "ControlError", "Endpoint", "at", "pretty"]

Endpoint = Callable[[Request], Awaitable[Response]]


class ControlError(Exception):
    """A request to the control plane that cannot be done; the text says what to do instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def at(path: str, **endpoints: Endpoint) -> Route:
    """One route a path, so that a 405 allows every method the path has."""

    async def dispatch(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return Route(path, dispatch, methods=list(endpoints))


def pretty(document: Any, status: int = 200) -> Response:
    """JSON as a person reads it, indented by two, with a last newline."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    body = text.encode("utf-8", "backslashreplace")
    return Response(body, status, media_type="application/json")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ControlError)
    return pretty({"error": error.message}, error.status)


async def _unusable(_request: Request, error: Exception) -> Response:
    return pretty({"error": str(error)}, 422)


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    advice = "GET /_mock lists what is here"
    message = f"{request.method} {shown(request.url.path)}: {error.detail}; {advice}"
    answer = pretty({"error": message}, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


HANDLERS: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    ControlError: _refused,
    MockserverError: _unusable,
    HTTPException: _unrouted,
}
"""What turns the control plane's errors into `{"error": message}`."""
