"""Who may come in, and to which world: Authorization header, path prefix and rate limit."""

from __future__ import annotations

from typing import Literal

from starlette.types import Scope

from mockserver.api.bodies import header
from mockserver.api.jwts import Tokens
from mockserver.errors import Refusal
from mockserver.settings import Auth
from mockserver.state.clock import Frozen, steady_us
from mockserver.state.limits import LIMIT_HEADERS, RollingWindow
from mockserver.state.names import NAME, in_path
from mockserver.state.world import World
from mockserver.state.worlds import DEFAULT_WORLD, WORLD_KEY, Worlds

__all__ = ["WORLD_KEY", "Gate"]


class Gate:
    """Lets requests in as `--auth` says: `any` bearer, only `issued` tokens, or `off`."""

    def __init__(self, worlds: Worlds, tokens: Tokens, auth: Auth) -> None:
        self.worlds = worlds
        self.tokens = tokens
        self.auth = auth

    def world_name(self, scope: Scope) -> str:
        """The name of the world the request belongs to; raises a Refusal (401) if it may not come
        in.
        """
        bearer = self._bearer(scope)
        client_id = self.tokens.client_id(bearer) if bearer else None
        if client_id == "" and self.auth != "off":
            raise unauthorized(
                "the bearer token was issued by another run of this stand-in, or its sub is not"
                f" {NAME}; get a new one by POST /api/auth/v2/token, or start with --signing-key"
                " to keep tokens valid"
            )
        if client_id is None and self.auth == "issued":
            raise unauthorized(
                "the bearer token was not issued here; get one by POST"
                " /api/auth/v2/token, or run with --auth any"
            )
        name: str = scope.get(WORLD_KEY, client_id or DEFAULT_WORLD)
        if client_id and self.auth != "off":
            self._unexpired(bearer, name)
        return name

    def claimed_world(self, scope: Scope) -> str:
        """The world that a request seems to belong to, whether it may come in or not."""
        name: str | None = scope.get(WORLD_KEY)
        if name is None:
            token = header(scope, b"authorization").partition(" ")[2].strip()
            name = (self.tokens.client_id(token) if token else None) or DEFAULT_WORLD
        return name

    def enter(self, name: str, scope: Scope) -> World:
        """The world, with the request counted; raises a Refusal (429, 503) for one too many."""
        world = self.worlds.get(name)
        limit("requests", world, scope)
        return world

    def _bearer(self, scope: Scope) -> str:
        sent = header(scope, b"authorization")
        scheme, _, token = sent.partition(" ")
        token = token.strip()
        if self.auth != "off" and (scheme.lower() != "bearer" or not token):
            found = "has no bearer token (what it has is not shown)" if sent else "is missing"
            raise unauthorized(
                f"the Authorization header {found}; send `Authorization: Bearer TOKEN`"
            )
        return token

    def _unexpired(self, bearer: str, name: str) -> None:
        now, epoch = self.worlds.clock(name)(), self.worlds.token_epoch(name)
        if self.tokens.has_expired(bearer, now, epoch):
            raise unauthorized("the token has expired; get a new one by POST /api/auth/v2/token")


def unauthorized(message: str) -> Refusal:
    """The refusal of a request without a token that counts."""
    headers = ((b"www-authenticate", b"Bearer"),)
    return Refusal("UnauthorizedError", message=message, headers=headers)


def limit(what: Literal["requests", "tokens"], world: World, scope: Scope) -> None:
    """Count a request in a window of the world; raises a Refusal (429) for one too many."""
    window = world.requests if what == "requests" else world.tokens
    if window is None:
        return
    address = (scope.get("client") or ("",))[0]
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
