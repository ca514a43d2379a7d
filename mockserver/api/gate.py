"""Who may come in, and to which world: Authorization header, path prefix and rate limit."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from starlette.types import Scope

from mockserver.api.bodies import header
from mockserver.api.jwts import LONGEST_TOKEN, Claims, Tokens
from mockserver.errors import Refusal
from mockserver.settings import Auth
from mockserver.state.clock import Frozen, steady_us
from mockserver.state.limits import LIMIT_HEADERS, RollingWindow
from mockserver.state.names import NAME, in_path
from mockserver.state.world import World
from mockserver.state.worlds import DEFAULT_WORLD, WORLD_KEY, Worlds

__all__ = ["WORLD_KEY", "Gate"]

_MOST_KEPT = 2_048
_LONGEST_KEPT = len("Bearer ") + LONGEST_TOKEN
"""How many Authorization headers are kept as read, and how long one may be: 24 megabytes in all."""


class Bearer(NamedTuple):
    """An Authorization header as read: whether it has a bearer token, and what a token of a
    stand-in says.
    """

    is_there: bool
    claims: Claims | None


class Gate:
    """Lets requests in as `--auth` says: `any` bearer, only `issued` tokens, or `off`."""

    def __init__(self, worlds: Worlds, tokens: Tokens, auth: Auth) -> None:
        self.worlds = worlds
        self.tokens = tokens
        self.auth = auth
        self._kept = lru_cache(_MOST_KEPT)(self._read)

    def world_name(self, scope: Scope) -> str:
        """The name of the world the request belongs to; raises a Refusal (401) if it may not come
        in.
        """
        sent = header(scope, b"authorization")
        bearer = self._bearer(sent)
        claims, is_asked = bearer.claims, self.auth != "off"
        if is_asked and not bearer.is_there:
            found = "has no bearer token (what it has is not shown)" if sent else "is missing"
            raise unauthorized(
                f"the Authorization header {found}; send `Authorization: Bearer TOKEN`"
            )
        if claims is None:
            if self.auth == "issued":
                raise unauthorized(
                    "the bearer token was not issued here; get one by POST"
                    " /api/auth/v2/token, or run with --auth any"
                )
            return str(scope.get(WORLD_KEY, DEFAULT_WORLD))
        if is_asked and not claims.client_id:
            raise unauthorized(
                "the bearer token was issued by another run of this stand-in, or its sub is not"
                f" {NAME}; get a new one by POST /api/auth/v2/token, or start with --signing-key"
                " to keep tokens valid"
            )
        name: str = scope.get(WORLD_KEY, claims.client_id or DEFAULT_WORLD)
        if is_asked:
            clock, epoch = self.worlds.timing(name)
            if claims.have_expired(clock(), epoch):
                raise unauthorized(
                    "the token has expired; get a new one by POST /api/auth/v2/token"
                )
        return name

    def claimed_world(self, scope: Scope) -> str:
        """The world that a request seems to belong to, whether it may come in or not."""
        name: str | None = scope.get(WORLD_KEY)
        if name is None:
            claims = self._bearer(header(scope, b"authorization")).claims
            name = (claims.client_id if claims else None) or DEFAULT_WORLD
        return name

    def enter(self, name: str, scope: Scope) -> World:
        """The world, with the request counted; raises a Refusal (429, 503) for one too many."""
        world = self.worlds.get(name)
        limit("requests", world, scope)
        return world

    def _bearer(self, sent: str) -> Bearer:
        return self._kept(sent) if len(sent) <= _LONGEST_KEPT else self._read(sent)

    def _read(self, sent: str) -> Bearer:
        scheme, _, token = sent.partition(" ")
        token = token.strip()
        is_there = scheme.lower() == "bearer" and token != ""
        return Bearer(is_there, self.tokens.claims(token))


def unauthorized(message: str) -> Refusal:
    """The refusal of a request without a token that counts."""
    headers = ((b"www-authenticate", b"Bearer"),)
    return Refusal("UnauthorizedError", message=message, headers=headers)


def limit(what: Literal["requests", "tokens"], world: World, scope: Scope) -> None:
    """Count a request in a window of the world; raises a Refusal (429) for one too many."""
    window = world.requests if what == "requests" else world.tokens
    if window is None:
        return
    address = (scope.get("client") or ("",))[0] if window.per_address else ""
    if not window.admits(steady_us(world.clock), address):
        raise too_many(what, world, window, address)


def too_many(what: str, world: World, window: RollingWindow, address: str) -> Refusal:
    """The refusal of a request beyond a rate limit; the vendor publishes no Retry-After, so
    only a world with that setting sends one.
    """
    whose = f" from {address}" if window.per_address else ""
    rate = f"{window.rate.requests} in {window.rate.window_seconds:g} s{whose}"
    advice = "wait and try again"
    if isinstance(world.clock, Frozen):
        advice = f"this world's clock stands still: POST /_mock/worlds/{in_path(world.name)}/reset"
    wait = window.wait_seconds(steady_us(world.clock), address)
    headers = LIMIT_HEADERS[world.limit_headers](wait, world.clock())
    message = f"more {what} than {rate}; {advice}"
    return Refusal("TooManyRequestsError", message=message, headers=headers)
