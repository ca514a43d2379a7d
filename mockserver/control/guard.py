"""Who may use the control plane: programs and pages of this machine, and who is allowed by name.

A page of another site could otherwise have a browser reset worlds, and, under a name that leads to
this machine, read them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.control.answers import pretty
from mockserver.errors import shown

__all__ = ["Guard"]

_PORT = re.compile(r":[0-9]*$")
_LOOPBACK = ("127.0.0.1", "::1")


class Guard:
    """Lets through what names this machine in `Host`, and no other site in `Origin`."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Collection[str]) -> None:
        """`hosts` and `origins` are allowed too; `*` allows all."""
        self.app = app
        self.hosts = {host.lower() for host in hosts}
        self.origins = {origin.lower() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or answer 403."""
        reason = None if scope["type"] != "http" else self.refusal(Headers(scope=scope))
        answer = self.app if reason is None else pretty({"error": reason}, 403)
        await answer(scope, receive, send)

    def refusal(self, headers: Headers) -> str | None:
        """Why a request is refused, and what to do; None for one that may pass."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self.allows_host(host):
            advice = "use an IP address or localhost, or start with --allow-host NAME"
            return f"Host is {shown(host)}, which is not this machine's; {advice}"
        if origin is not None and not self.allows_origin(origin.lower(), host.lower()):
            advice = "start with --allow-origin ORIGIN to allow it"
            return f"Origin is {shown(origin)}, which is another site; {advice}"
        if origin is None and headers.get("sec-fetch-site") == "cross-site" and _loads(headers):
            return "a page of another site asked for this; open it in a tab of its own"
        return None

    def allows_host(self, host: str) -> bool:
        """Whether a name, with or without a port, is an IP address, one that no stranger can give
        to an address of this machine, or allowed.
        """
        name = _name(host)
        return (
            "*" in self.hosts
            or name in self.hosts
            or name.endswith(".localhost")
            or "." not in name
            or _is_address(name)
        )

    def allows_origin(self, origin: str, host: str) -> bool:
        """Whether a page is of this server, of this machine, or allowed."""
        scheme, separator, where = origin.partition("://")
        if "*" in self.origins or origin in self.origins:
            return True
        name = _name(where)
        is_local = name == "localhost" or name.endswith(".localhost") or name in _LOOPBACK
        return bool(separator) and scheme in ("http", "https") and (where == host or is_local)


def _name(host: str) -> str:
    """The host without its port and brackets, in lower case."""
    return _PORT.sub("", host).lower().removeprefix("[").removesuffix("]").removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _loads(headers: Headers) -> bool:
    """Whether a page loads it as a part of itself, and is not left for it."""
    return headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest") in (
        "iframe", "frame", "embed", "object",
    )  # fmt: skip
