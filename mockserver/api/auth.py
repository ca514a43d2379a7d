"""POST /api/auth/v2/token: a client id and secret, as JSON or as a form, for a bearer token."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from starlette.routing import Route
from starlette.types import Receive, Scope

from mockserver.api.answers import Answer, json_answer
from mockserver.api.bodies import Reader, header, read_body, read_shape
from mockserver.api.gate import WORLD_KEY, Gate, limit, unauthorized
from mockserver.api.jwts import Tokens
from mockserver.api.operations import Methods, Operation
from mockserver.errors import HIDDEN, MISSING, Breach, Refusal, shown
from mockserver.spec.facts import (
    TOKEN_CONTENT_TYPES,
    TOKEN_LIFETIME_SECONDS,
    TOKEN_PATH,
    TOKEN_TYPE,
)
from mockserver.state.names import NAME, is_name
from mockserver.state.organization import Organization
from mockserver.state.world import World
from mockserver.steering.effects import TOKEN_SECONDS_KEY
from mockserver.wire.requests import TokenRequest

__all__ = ["claimed_client", "routes"]

_FAMILY = "auth"

_TOKEN_REQUEST = Reader(TokenRequest)
_JSON, _FORM = TOKEN_CONTENT_TYPES
_MOST_FIELDS = 1_000
"""The most fields of a form: to read one takes longer than its bytes."""


def routes(gate: Gate, max_body_bytes: int) -> list[Route]:
    """The family's route table."""
    return [Route(TOKEN_PATH, Methods(POST=GetToken(gate, max_body_bytes)), name=_FAMILY)]


class GetToken(Operation):
    """The one operation without a bearer token: its world is the one the client id names."""

    verb = "get_token"

    def __init__(self, gate: Gate, max_body_bytes: int) -> None:
        self.gate = gate
        self.max_body_bytes = max_body_bytes

    async def answer(self, scope: Scope, receive: Receive, warnings: list[Breach]) -> Answer:
        """A token, once the body is read and the secret is found right."""
        body = await read_body(scope, receive, self.max_body_bytes)
        request = _read(body, header(scope, b"content-type"), self.gate, warnings)
        name = scope[WORLD_KEY] = scope.get(WORLD_KEY, request.client_id)
        seconds = scope.get(TOKEN_SECONDS_KEY, TOKEN_LIFETIME_SECONDS)
        secret_is_right(request, self.gate.worlds.organization(name))
        world = self.gate.enter(name, scope)
        limit("tokens", world, scope)
        return get_token(request, world, self.gate.tokens, seconds)


def secret_is_right(request: TokenRequest, organization: Organization) -> None:
    """Raises a Refusal (401) for a secret that is not the one of its client id."""
    wanted = organization.credentials.get(request.client_id, request.client_secret)
    if request.client_secret != wanted:
        raise unauthorized("the client_secret is not the one of this client_id")


def get_token(request: TokenRequest, world: World, tokens: Tokens, seconds: int) -> Answer:
    """The token, its lifetime in seconds and its type."""
    now = world.clock()
    content = {
        "access_token": tokens.issue(request.client_id, now, seconds, world.token_epoch),
        "expires_in": seconds,
        "token_type": TOKEN_TYPE,
    }
    return json_answer(json.dumps(content).encode())


def claimed_client(body: bytes) -> str | None:
    """The client id of a token call, JSON or form, if it can name a world; the rest is not read."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        many = body.count(b"&") >= _MOST_FIELDS
        sent = {} if many else dict(parse_qsl(body.decode("utf-8", "replace")))
    name = sent.get("client_id") if isinstance(sent, dict) else None
    return name if isinstance(name, str) and is_name(name) else None


def _read(body: bytes, media_type: str, gate: Gate, warnings: list[Breach]) -> TokenRequest:
    name = media_type.partition(";")[0].strip().lower()
    if name == _FORM:
        if body.count(b"&") >= _MOST_FIELDS:
            expected = f"at most {_MOST_FIELDS} fields"
            breach = Breach("body-shape", "the form", body.count(b"&") + 1, expected)
            raise Refusal("UnprocessableEntityError", breach)
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        body = json.dumps(dict(fields)).encode()
    elif name != _JSON:
        message = f"Content-Type is {shown(media_type)}; expected {_JSON} or {_FORM}"
        raise Refusal("InvalidContentTypeError", message=message)
    try:
        request = read_shape(_TOKEN_REQUEST, body, _JSON, gate.worlds.template.verdicts, warnings)
    except Refusal as refusal:
        raise Refusal(refusal.error_name, *map(_without_value, refusal.breaches)) from None
    finally:
        warnings[:] = map(_without_value, warnings)
    if not is_name(request.client_id):
        breach = Breach("body-shape", "$.client_id", HIDDEN, f"{NAME}: it names a world")
        raise Refusal("UnprocessableEntityError", breach)
    return request


def _without_value(breach: Breach) -> Breach:
    """The breach without anything that was sent: a slip of the pen may put a secret anywhere."""
    value = MISSING if breach.value is MISSING else HIDDEN
    place = breach.place if breach.rule != "unknown-field" else "$ (one of its fields)"
    return breach._replace(place=place, value=value)
