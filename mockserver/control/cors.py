"""What a browser asks for before it lets a page of an allowed origin call either plane."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

__all__ = ["Cors", "cors"]

LOCAL_ORIGIN = r"https?://(localhost|[a-z0-9.-]+\.localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?"
"""The origins of pages that this machine serves."""

EXPOSED = (
    "Mock-World",
    "Mock-Warning",
    "Mock-Refusal",
    "Mock-Nearest-Path",
    "Mock-Fault",
    "Allow",
    "Preference-Applied",
    "Retry-After",
    "X-RateLimit-Reset",
)


class Cors(CORSMiddleware):
    """Starlette's, which also says how to allow an origin."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a preflight."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            return answer
        told = f"{bytes(answer.body).decode()}; start with --allow-origin ORIGIN to allow one\n"
        return PlainTextResponse(told, answer.status_code)


def cors(app: ASGIApp, origins: Collection[str]) -> Cors:
    """The app, with what a browser asks for before it lets a page of an allowed origin call it."""
    return Cors(
        app,
        allow_origins=origins,
        allow_origin_regex=LOCAL_ORIGIN,
        allow_methods=("GET", "HEAD", "POST", "PATCH", "DELETE"),
        allow_headers=("*",),
        allow_private_network=True,
        expose_headers=EXPOSED,
    )
