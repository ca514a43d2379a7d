"""What a defect is: one small change to a correct server, made at one of its hooks; no defects."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contracts.model import ID, Outcome, Prediction, State
from contracts.model.page import Page
from contracts.model.rules import Level
from contracts.targets.target import Reply, Request
from tests.reference_server import World

Json = dict[str, Any]
Pair = tuple[str, str]
Memory = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a refunds operation with its prediction, in its world.

    `memory` belongs to the world and lasts as long as the server.
    """

    request: Request
    prediction: Prediction
    world: World
    memory: Memory

    @property
    def operation(self) -> str:
        """The operation's name, such as `create`."""
        return self.prediction.operation

    @property
    def sent(self) -> Json:
        """The body as an object, empty where it is none."""
        return sent(self.request)

    @property
    def query(self) -> dict[str, str]:
        """The query, of repeated parameters the last."""
        return dict(parse_qsl(self.request.query_text, keep_blank_values=True))

    @property
    def before(self) -> Json:
        """The refund in the path as it stands before the call, empty where there is none."""
        known = self.world.state.refunds.get((self.prediction.target or "").lower())
        return known.body if known is not None else {}


Met = Callable[[Request, dict[str, World]], Request]
Heard = Callable[[Request, World], Request]
Decided = Callable[[Call, Outcome], Outcome]
Shown = Callable[[Call, Any], Any]
Paged = Callable[[Page], Page]
Stored = Callable[[Call, State], State]
Said = Callable[[Request, Reply], Reply]


@dataclass(frozen=True, slots=True)
class Defect:
    """One small change to a correct server; hooks that are None leave it correct.

    Attributes:
        id: kebab-case, unique.
        sentence: what the server does wrong.
        met: the request before it is known whose it is, and all worlds by token.
        heard: the request as the server takes it.
        decided: the outcome, the correct one being given.
        shown: the body of a 200, which a create and an update also keep.
        paged: the page that a list is served from.
        stored: the next state, the correct one being given.
        said: the reply as it leaves, that of the token call too.
        waits: whether it draws ids before it waits for something, and not after.
        rules: levels of rules that the server has otherwise than it says.
        setting: under which terms the defect is looked for; a key of `settings.SETTINGS`.
        kind: its class, which `tests.defects` gives it.
    """

    id: str
    sentence: str
    met: Met | None = None
    heard: Heard | None = None
    decided: Decided | None = None
    shown: Shown | None = None
    paged: Paged | None = None
    stored: Stored | None = None
    said: Said | None = None
    waits: bool = False
    rules: Mapping[str, Level] = field(default_factory=dict)
    setting: str = "default"
    kind: str = ""


Make = Callable[[Any], Defect]


def _at(hook: str, name: str, sentence: str, setting: str = "default") -> Make:
    def make(function: Any) -> Defect:
        base = Defect(name, sentence, setting=setting)
        return replace(base, **{hook: function})

    return make


met = partial(_at, "met")
heard = partial(_at, "heard")
decided = partial(_at, "decided")
shown = partial(_at, "shown")
paged = partial(_at, "paged")
stored = partial(_at, "stored")
said = partial(_at, "said")


def kept(name: str, sentence: str, *operations: str) -> Make:
    """Change the record that a create keeps and answers, or that of the operations named."""

    def make(change: Shown) -> Defect:
        def shown_record(call: Call, body: Any) -> Any:
            return change(call, body) if call.operation in (operations or ("create",)) else body

        return shown(name, sentence)(shown_record)

    return make


def told(name: str, sentence: str) -> Make:
    """Change every refund as it leaves, whatever the operation; what is kept stays right."""

    def make(change: Callable[[Json], Json]) -> Defect:
        def said_otherwise(request: Request, reply: Reply) -> Reply:
            return _retold(reply, change)

        return said(name, sentence)(said_otherwise)

    return make


def _retold(reply: Reply, change: Callable[[Json], Json]) -> Reply:
    answer = reply.json_or_none()
    if reply.status != 200 or not isinstance(answer, dict):
        return reply
    if ID in answer:
        return rewritten(reply, change(answer))
    if "items" in answer:
        return rewritten(reply, {**answer, "items": [change(row) for row in answer["items"]]})
    return reply


def by_rules(name: str, sentence: str, setting: str = "default", **levels: Level) -> Defect:
    """A defect that is only another level of a rule."""
    rules = {rule.replace("_", "-"): level for rule, level in levels.items()}
    return Defect(name, sentence, rules=rules, setting=setting)


def rewritten(reply: Reply, answer: Any) -> Reply:
    """A reply with another body, as JSON."""
    body = json.dumps(answer, separators=(",", ":")).encode()
    return replace(reply, body=body, headers=_measured(reply, body), _parsed=[])


def in_bytes(reply: Reply, body: bytes) -> Reply:
    """A reply with another body, as it stands."""
    return replace(reply, body=body, headers=_measured(reply, body), _parsed=[])


def _measured(reply: Reply, body: bytes) -> tuple[Pair, ...]:
    others = tuple(pair for pair in reply.headers if pair[0] != "content-length")
    return (*others, ("content-length", str(len(body))))


def headed(reply: Reply, **headers: str) -> Reply:
    """A reply with some headers replaced, an empty one being left out; underscores for dashes."""
    new = {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = {**dict(reply.headers), **new}
    return replace(reply, headers=tuple((k, v) for k, v in pairs.items() if v))


def sent(request: Request) -> Json:
    """The body of a request as an object, empty where it is none."""
    try:
        body = json.loads(request.body or b"")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def resent(request: Request, body: Any) -> Request:
    """A request with another body, as JSON."""
    return replace(request, body=json.dumps(body).encode())


def asked(request: Request) -> list[Pair]:
    """The pairs of a request's query."""
    return parse_qsl(request.query_text, keep_blank_values=True)


def requested(request: Request, pairs: list[Pair]) -> Request:
    """A request with another query."""
    return replace(request, query=urlencode(pairs))


def each_parameter(change: Callable[[str, str], Pair | None]) -> Heard:
    """A hook `heard` that changes or drops each parameter of a list's query."""

    def heard_otherwise(request: Request, world: World) -> Request:
        pairs = asked(request)
        changed = [new for new in (change(*pair) for pair in pairs) if new is not None]
        return request if changed == pairs else requested(request, changed)

    return heard_otherwise


def each_field(name: str, change: Callable[[Any], Any]) -> Heard:
    """A hook `heard` that changes one field of a create's body, where it was sent."""

    def heard_otherwise(request: Request, world: World) -> Request:
        body = sent(request)
        if request.method != "POST" or name not in body:
            return request
        value = change(body[name])
        return request if value is body[name] else resent(request, {**body, name: value})

    return heard_otherwise
