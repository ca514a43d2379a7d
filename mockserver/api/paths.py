"""Which app of the data plane answers a path: most are looked up, other patterns are tried."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PARAMETERS_KEY", "Paths"]

PARAMETERS_KEY = "path_params"
"""Where the scope has what stands in the path for each parameter."""

_MEMBER = re.compile(r"([^{}]*)/{(\w+)}")


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
        self.fixed: dict[str, ASGIApp] = {}
        self.members: dict[str, tuple[str, ASGIApp]] = {}
        """The parameter and the app of paths that end in one parameter, by what is before it."""
        self.patterns: list[tuple[Callable[[str], re.Match[str] | None], ASGIApp]] = []
        for route, app in apps:
            member = _MEMBER.fullmatch(route.path)
            if not route.param_convertors:
                self.fixed[route.path] = app
            elif member is not None:
                self.members[member[1]] = member[2], app
            else:
                self.patterns.append((route.path_regex.match, app))
        self.default = default
        self.path = path

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve a request; the patterns of Starlette would overlook a last line feed."""
        path = self.path(scope)
        app = self.fixed.get(path)
        if app is not None:
            return app(scope, receive, send)
        before, _, last = path.rpartition("/")
        member = self.members.get(before)
        if member is not None and last:
            name, app = member
            scope[PARAMETERS_KEY] = {name: last}
            return app(scope, receive, send)
        for match, app in self.patterns:
            found = match(path)
            if found is not None and not path.endswith("\n"):
                scope[PARAMETERS_KEY] = found.groupdict()
                return app(scope, receive, send)
        return self.default(scope, receive, send)
