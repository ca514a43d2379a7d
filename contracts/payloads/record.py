"""One payload as data: the request, what it bends, why, and the answer it should get; no making."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from contracts.model.rules import Evidence

Json = dict[str, Any]
Kind = Literal["valid", "boundary", "invalid-schema", "invalid-semantic", "malformed-wire", "auth"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OPERATIONS = ("create", "get", "get_multi", "update", "delete", "token")
Effect = Literal["none", "created", "changed", "deleted"]
Profile = Literal["default", "strict", "lenient", "unknown"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

Auth = Literal["any", "issued", "unknown"]
AUTHS: tuple[Auth, ...] = get_args(Auth)
"""Whether a bearer token that the API did not issue is let in; where unknown, both are right."""

Risk = Literal["none", "low", "medium", "high"]
RISKS: tuple[Risk, ...] = get_args(Risk)
"""On data that others share, whatever a server answers:

- `none`: it only reads.
- `low`: it changes only what it created, and each create carries the mark of its run.
- `medium`: a create carries no mark, so that only its answer tells what it made.
- `high`: it asks for a change of something that it did not create.
"""

Framing = Literal["length", "chunked", "short", "long"]
NO_ANSWER: Final = None
"""In the place of a status: the connection ends without an answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request; path, query, headers and body may hold placeholders such as `{{refund_id}}`.

    Attributes:
        method: as it goes on the wire.
        path: percent-encoded.
        query: as it stands behind the question mark, percent-encoded.
        headers: pairs; nothing is added but Host, the length and, if `authorized`, the token.
        body: bytes, None for no body at all.
        authorized: a bearer token is to be added.
        framing: `length`; `chunked`, in chunks without a Content-Length; `short`, with a
            Content-Length of one byte less than the body has; or `long`, of one byte more, and
            behind the body the client ends its side of the connection.
    """

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    authorized: bool = True
    framing: Framing = "length"

    @property
    def url(self) -> str:
        """The path with the query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def to_json(self) -> Json:
        """The request as JSON; `body_base64` takes the place of `body` where that is no UTF-8."""
        body: Json = {}
        if self.body is not None:
            body = {"body": self.body}
            try:
                body["body"] = self.body.decode()
            except UnicodeDecodeError:
                body = {"body_base64": b64encode(self.body).decode()}
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": [list(pair) for pair in self.headers],
            **body,
            "authorized": self.authorized,
            "framing": self.framing,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A request that sets the scene, the status that answers it, and what of the answer is kept.

    Attributes:
        request: what is sent.
        save: names of placeholders, each with a JSON pointer into the answer; see
            `placeholders.respellings`.
        status: the one right answer; what is refused sets a scene, too.
        times: how often it is sent, one after the other; what is kept is of the last answer.
    """

    request: Sent
    save: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    times: int = 1

    def to_json(self) -> Json:
        """The step as JSON."""
        return {
            "request": self.request.to_json(),
            "save": dict(self.save),
            "status": self.status,
            "times": self.times,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that is right: status, errorName, the rule behind it, body and effect.

    A status of None is no answer at all. `body` is a predicate as data, which
    `contracts.payloads.matcher` explains.
    """

    status: int | None
    error_name: str | None
    rule: str | None
    body: Any
    effect: Effect

    def to_json(self) -> Json:
        """The answer as JSON."""
        return {
            "status": self.status,
            "errorName": self.error_name,
            "rule": self.rule,
            "body": self.body,
            "effect": self.effect,
        }


@dataclass(frozen=True, slots=True)
class Site:
    """What a payload bends: a place (JSON pointer, query or header name), and what about it.

    Exactly one of keyword, rule and law says what is probed; for a keyword of the schema, `side`
    says on which side of it the value lies and `rule` may name the rule that takes it up.
    """

    pointer: str
    keyword: str | None = None
    side: str | None = None
    rule: str | None = None
    law: str | None = None

    def to_json(self) -> Json:
        """The site as JSON."""
        return {name: getattr(self, name) for name in ("pointer", "keyword", "side", "rule", "law")}


@dataclass(frozen=True, slots=True)
class Record:
    """One payload with its expectation under one profile."""

    id: str
    operation: str
    kind: Kind
    bends: tuple[Site, ...]
    why: str
    setup: tuple[Step, ...]
    request: Sent
    profile: Profile
    auth: Auth
    answers: tuple[Answer, ...]
    evidence: Evidence
    seed: int
    writes: str
    risk: Risk

    @property
    def is_safe(self) -> bool:
        """Whether it only reads, its steps too, so that no server writes for it."""
        return self.risk == "none"

    @property
    def statuses(self) -> tuple[int | None, ...]:
        """The statuses that are right, each once; None among them where no answer may come."""
        return tuple(dict.fromkeys(answer.status for answer in self.answers))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules probed, or behind a right refusal."""
        named = [site.rule for site in self.bends] + [answer.rule for answer in self.answers]
        return tuple(dict.fromkeys(name for name in named if name))

    def to_json(self) -> Json:
        """The record as JSON, of the published schema."""
        return {
            "id": self.id,
            "operation": self.operation,
            "class": self.kind,
            "bends": [site.to_json() for site in self.bends],
            "why": self.why,
            "writes": self.writes,
            "risk": self.risk,
            "setup": [step.to_json() for step in self.setup],
            "request": self.request.to_json(),
            "expect": {
                "profile": self.profile,
                "auth": self.auth,
                "statuses": list(self.statuses),
                "answers": [answer.to_json() for answer in self.answers],
            },
            "evidence": self.evidence,
            "seed": self.seed,
        }
