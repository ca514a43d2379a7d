"""Which app of the data plane answers a path: a fixed path is looked up, patterns are tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PARAMETERS_KEY", "Paths"]

PARAMETERS_KEY = "path_params"
"""Where the scope has what stands in the path for each parameter."""


class Paths:
    """Serves each route's path by its app, and all others by `default`.

    `path` tells the path of a request behind all prefixes.
    """

    def __init__(
        self,
        apps: Sequence[tuple[Route, ASGIApp]],
        default: ASGIApp,
        path: Callable[[Scope], str],
    ) -> None:
        self.fixed = {route.path: app for route, app in apps if not route.param_convertors}
        self.patterns = [
            (route.path_regex.match, app) for route, app in apps if route.param_convertors
        ]
        self.default = default
        self.path = path

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve a request; the patterns of Starlette would overlook a last line feed."""
        path = self.path(scope)
        app = self.fixed.get(path)
        if app is not None:
            return app(scope, receive, send)
        for match, app in self.patterns:
            found = match(path)
            if found is not None and not path.endswith("\n"):
                scope[PARAMETERS_KEY] = found.groupdict()
                return app(scope, receive, send)
        return self.default(scope, receive, send)
