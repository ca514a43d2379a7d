"""Who may use the control plane: programs and pages of this machine, and who is allowed by name or
by a token.

A page of another site could otherwise have a browser reset worlds, and, under a name that leads to
this machine, read them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from hmac import compare_digest
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.control.answers import pretty
from mockserver.errors import shown

__all__ = ["TOKEN_HEADER", "Guard"]

_PORT = re.compile(r":[0-9]*$")
_LOOPBACK = ("127.0.0.1", "::1")

TOKEN_HEADER = "Mock-Control-Token"

_FREE = ("/_mock/health", "/_mock/ready", "/openapi.json", "/openapi.yaml")
"""What needs no token: what tells nothing of any world."""


class Guard:
    """Lets through what names this machine in `Host`, and no other site in `Origin`.

    With a token, all must send it; without one, only clients on this machine are answered.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        origins: Collection[str],
        token: str | None = None,
    ) -> None:
        """`hosts` and `origins` are allowed too; `*` allows all."""
        self.app = app
        self.token = None if token is None else token.encode()
        self.hosts = {host.lower() for host in hosts}
        self.origins = {origin.lower() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or answer 401 or 403."""
        answer = self.app
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if (reason := self.refusal(headers)) is not None:
                answer = pretty({"error": reason}, 403)
            elif scope["path"].removeprefix(scope.get("root_path", "")) not in _FREE:
                answer = self.unproved(headers, scope) or answer
        await answer(scope, receive, send)

    def unproved(self, headers: Headers, scope: Scope) -> Response | None:
        """The answer to who does not send the token, or is not on this machine; None for others."""
        sent = headers.get(TOKEN_HEADER)
        if self.token is None:
            address = (scope.get("client") or ("",))[0]
            if is_here(address):
                return None
            told = f"{address} is not this machine; start with --control-token TOKEN"
            return pretty({"error": f"{told}, and send it as the header {TOKEN_HEADER}"}, 403)
        if sent is not None and compare_digest(sent.encode(), self.token):
            return None
        found = "is missing" if sent is None else "is not the server's (what was sent is not shown)"
        advice = "send what the server was started with, --control-token"
        answer = pretty({"error": f"the header {TOKEN_HEADER} {found}; {advice}"}, 401)
        answer.headers["www-authenticate"] = f'ApiKey header="{TOKEN_HEADER}"'
        return answer

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


def is_here(address: str) -> bool:
    """Whether a client's address is this machine's; other text than an address is no network's."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


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
