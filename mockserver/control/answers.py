"""How the control plane routes and answers: a function a method, readable JSON, problems in one
shape.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

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
    """One route a path, so that a 405 allows every method the path has.

    The path of a request is percent-encoded; `path_params` are not.
    """

    async def dispatch(request: Request) -> Response:
        params = request.path_params
        request.scope["path_params"] = {name: _decoded(text) for name, text in params.items()}
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return Route(path, dispatch, methods=list(endpoints))


def _decoded(part: str) -> str:
    """The text that a part of a path stands for."""
    try:
        return unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise ControlError(404, f"{shown(part)} in the path is not UTF-8") from None


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
