"""A correct server made of the reference model, as an ASGI app, on which defects are built.

Each bearer token is a world of its own. A defect is a subclass that overrides one of the hooks:
`heard` (the request), `decided` (the outcome), `shown` (the body of a 200), `said` (the reply) or
`stored` (the next state).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from contracts.model import REFUNDS, Outcome, Prediction, State, initial_state, predict
from contracts.model.match import ABSENT, Moment, Open, Perhaps
from contracts.model.organization import Organization
from contracts.model.page import Page
from contracts.model.prediction import Empty, Template
from contracts.model.rules import Level
from contracts.model.values import instant_or_none
from contracts.targets.app import Message, Receive, SendMessage
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Reply, Request

Json = dict[str, Any]
_NOW = "2024-01-15T09:30:00Z"
_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass
class World:
    """One token's records, and how many ids it has drawn."""

    state: State
    drawn: int = 0

    def uuid(self) -> str:
        """The next id."""
        self.drawn += 1
        return str(UUID(int=(self.drawn * 0x9E3779B97F4A7C15F39CC0605CEDC834) % 2**128, version=4))


class ReferenceServer:
    """An ASGI app that answers as the model predicts.

    Args:
        organization: what refunds may refer to.
        rules: the level of each rule.

    Attributes:
        first: the state that each world begins with.
        worlds: by bearer token.
    """

    def __init__(self, organization: Organization, rules: Mapping[str, Level]) -> None:
        self.first = initial_state(organization, rules=rules, auth="issued")
        self.worlds: dict[str, World] = {}

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer one request."""
        message = await receive()
        reply = self.answer(_request(scope, message.get("body", b"")))
        headers = [(name.encode(), value.encode()) for name, value in reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    def answer(self, request: Request) -> Reply:
        """Answer one request and keep what it changes."""
        if request.path == TOKEN_PATH and request.method == "POST":
            return self.said(request, self._token(request))
        world = self._world(request)
        request = self.heard(request, world)
        prediction = predict(request, world.state)
        outcome = self.decided(request, prediction, world)
        if outcome.status != 200:
            return self.said(request, _refusal(request, outcome))
        body = self.shown(request, prediction, self._body(prediction, world), world)
        world.state = self.stored(request, prediction, body, world)
        return self.said(request, Reply(200, *_payload(body)))

    def heard(self, request: Request, world: World) -> Request:
        """The request as the server takes it."""
        del world
        return request

    def decided(self, request: Request, prediction: Prediction, world: World) -> Outcome:
        """The outcome that the server chooses."""
        del request, world
        return prediction.outcomes[0]

    def shown(self, request: Request, prediction: Prediction, body: Any, world: World) -> Any:
        """The body of a 200; None for no body."""
        del request, prediction, world
        return body

    def stored(self, request: Request, prediction: Prediction, body: Any, world: World) -> State:
        """The state that the server keeps after a 200."""
        del request
        return prediction.next_state(world.state, 200, body)

    def said(self, request: Request, reply: Reply) -> Reply:
        """The reply as it leaves."""
        del request
        return reply

    def _world(self, request: Request) -> World:
        token = (request.header("authorization") or "").partition(" ")[2].strip()
        world = self.worlds.get(token)
        return world if world is not None else World(replace(self.first, bearer=None))

    def _token(self, request: Request) -> Reply:
        form = (request.header("content-type") or "").startswith("application/x-www-form")
        if not form and "json" not in (request.header("content-type") or ""):
            return _error(415, "InvalidContentTypeError", {"message": "send JSON or a form"})
        client = _client(request.body or b"", form=form)
        if client is None:
            return _error(422, "UnprocessableEntityError", {"message": "client_id, client_secret"})
        token = f"token-of-{client}"
        self.worlds.setdefault(token, World(replace(self.first, bearer=token)))
        answer = {"access_token": token, "expires_in": 18_000, "token_type": "Bearer"}
        return Reply(200, *_payload(answer))

    def _body(self, prediction: Prediction, world: World) -> Any:
        expected = prediction.expected
        if isinstance(expected, Template):
            return rendered(expected.body, world)
        if isinstance(expected, Page):
            return self.page(expected)
        return None if isinstance(expected, Empty) else {"items": []}

    def page(self, page: Page) -> Json:
        """A page's body, with tokens that spell out where they lead."""
        rows, before, after = page.window()
        answer: Json = {"items": [row.body for row in rows]}
        version = page.state.version
        sides = ((after, "next_page_token", rows[-1:]), (before, "prev_page_token", rows[:1]))
        for due, name, edge in sides:
            if due and edge:
                place = repr((page.query, page.query.key(edge[0]), version))
                answer[name] = f"{name[0]}{place.encode().hex()}"
        return answer


def rendered(expected: Any, world: World) -> Any:
    """A body with open places, filled in."""
    if isinstance(expected, Mapping):
        shown = {
            key: item if isinstance(item, str | int) else rendered(item, world)
            for key, item in expected.items()
        }
        return {key: item for key, item in shown.items() if item is not ABSENT}
    if isinstance(expected, list | tuple):
        return [rendered(item, world) for item in expected]
    if isinstance(expected, Perhaps):
        return rendered(expected.expected, world)
    if isinstance(expected, Moment):
        return in_utc(expected.text)
    if not isinstance(expected, Open):
        return expected
    return {"uuid": world.uuid(), "date-time": _NOW, "integer": 1}[expected.kind]


def in_utc(text: str) -> str:
    """A date-time in UTC, written with Z, its fraction without trailing zeros."""
    read = instant_or_none(text)
    assert read is not None
    days, second = divmod(int(read[0] // 1), 86_400)
    fraction = text.partition(".")[2]
    digits = fraction[: len(fraction) - len(fraction.lstrip("0123456789"))].rstrip("0")
    clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"{date.fromordinal(days + 1).isoformat()}T{clock}{'.' + digits if digits else ''}Z"


def _client(body: bytes, *, form: bool) -> str | None:
    try:
        fields = {k: v[-1] for k, v in parse_qs(body.decode()).items()} if form else None
        fields = json.loads(body) if fields is None else fields
        client, secret = fields["client_id"], fields["client_secret"]
    except (ValueError, KeyError, TypeError):
        return None
    return client if isinstance(client, str) and isinstance(secret, str) else None


_ALLOWED = {TOKEN_PATH: "POST", REFUNDS: "GET, POST"}


def _refusal(request: Request, outcome: Outcome) -> Reply:
    missing = outcome.error_name == "EntityNotFoundError"
    content = {"id": outcome.missing} if missing else {"message": f"refused by {outcome.rule}"}
    extra: tuple[tuple[str, str], ...] = ()
    if outcome.status == 401:
        extra = (("www-authenticate", "Bearer"),)
    if outcome.status == 405:
        extra = (("allow", _ALLOWED.get(request.path, "DELETE, GET, PATCH")),)
    return _error(outcome.status, outcome.error_name or "InternalError", content, extra)


def _error(status: int, name: str, content: Json, extra: tuple[tuple[str, str], ...] = ()) -> Reply:
    headers, body = _payload({"errorName": name, "content": content})
    return Reply(status, headers + extra, body)


def _payload(answer: Any) -> tuple[tuple[tuple[str, str], ...], bytes]:
    if answer is None:
        return (("content-length", "0"),), b""
    body = _ENCODER.encode(answer).encode()
    return (("content-type", "application/json"), ("content-length", str(len(body)))), body


def _request(scope: Message, body: bytes) -> Request:
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    content = body if body or any(name == "content-length" for name, _ in headers) else None
    return Request(
        scope["method"],
        scope["raw_path"].decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        content,
        authorized=False,
    )
