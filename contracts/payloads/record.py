"""One payload as data: the request, what it bends, why, and the answer it should get; no making."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from contracts.rules import Evidence

Json = dict[str, Any]
Kind = Literal["valid", "boundary", "invalid-schema", "invalid-semantic", "malformed-wire", "auth"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OPERATIONS = ("create", "get", "get_multi", "update", "delete", "token")
Effect = Literal["none", "created", "changed", "deleted"]
Profile = Literal["default", "strict", "lenient", "unknown"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

PLACEHOLDER = re.compile(r"\{\{([a-zA-Z_0-9]+)\}\}")
"""A place to be filled in before sending: `run`, or what an earlier step saved."""


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
        framing: `length`; `chunked`, in chunks without a Content-Length; or `short`, with a
            Content-Length of one byte less than the body has.
    """

    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    authorized: bool = True
    framing: str = "length"

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

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Sent":
        """The request that `to_json` wrote."""
        body = value["body"].encode() if "body" in value else None
        if "body_base64" in value:
            body = b64decode(value["body_base64"])
        headers = tuple((name, text) for name, text in value["headers"])
        return cls(
            value["method"],
            value["path"],
            value["query"],
            headers,
            body,
            value["authorized"],
            value["framing"],
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A request that sets the scene, to be answered by 200, and what of its answer is kept.

    `save` maps placeholder names to JSON pointers into the answer.
    """

    request: Sent
    save: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> Json:
        """The step as JSON."""
        return {"request": self.request.to_json(), "save": dict(self.save)}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that is right: status, errorName, the rule behind it, body and effect.

    `body` is a predicate as data, which `contracts.payloads.predicate` explains.
    """

    status: int
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
class Bent:
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
        """The bend as JSON."""
        return {name: getattr(self, name) for name in ("pointer", "keyword", "side", "rule", "law")}


@dataclass(frozen=True, slots=True)
class Record:
    """One payload with its expectation under one profile."""

    id: str
    operation: str
    kind: Kind
    bends: tuple[Bent, ...]
    why: str
    setup: tuple[Step, ...]
    request: Sent
    profile: Profile
    answers: tuple[Answer, ...]
    evidence: Evidence
    seed: int

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses that are right, each once."""
        return tuple(dict.fromkeys(answer.status for answer in self.answers))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules probed, or behind a right refusal."""
        named = [bent.rule for bent in self.bends] + [answer.rule for answer in self.answers]
        return tuple(dict.fromkeys(name for name in named if name))

    def to_json(self) -> Json:
        """The record as JSON, of the published schema."""
        return {
            "id": self.id,
            "operation": self.operation,
            "class": self.kind,
            "bends": [bent.to_json() for bent in self.bends],
            "why": self.why,
            "setup": [step.to_json() for step in self.setup],
            "request": self.request.to_json(),
            "expect": {
                "profile": self.profile,
                "statuses": list(self.statuses),
                "answers": [answer.to_json() for answer in self.answers],
            },
            "evidence": self.evidence,
            "seed": self.seed,
        }
