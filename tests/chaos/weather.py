"""What goes wrong between the judge and an account: drawn from a seed, one object a trial."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

REFUNDS = "/api/non-insurance-payer-refunds/v1"
ID = "non_insurance_payer_refund_id"
HTML = b"<html><body><h1>502 Bad Gateway</h1><p>Authorization: %s</p></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on its way back.

    Attributes:
        status: its status.
        body: its bytes.
        content_type: of the body.
        cut: bytes that are promised but never come.
        headers: further ones.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    cut: int = 0
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way.

    Attributes:
        method: GET, POST, PATCH or DELETE.
        path: without the query.
        query: as sent.
        body: its bytes.
        authorization: the header.
    """

    method: str
    path: str
    query: str
    body: bytes
    authorization: str

    @property
    def is_create(self) -> bool:
        """Whether it makes a refund."""
        return (self.method, self.path) == ("POST", REFUNDS)

    @property
    def is_list(self) -> bool:
        """Whether it asks for a page."""
        return (self.method, self.path) == ("GET", REFUNDS)

    @property
    def refund_id(self) -> str:
        """The id that it names, or nothing."""
        return self.path.removeprefix(REFUNDS + "/").lower() if self.path != REFUNDS else ""


Forward = Callable[[], Answer]
"""Passes the request on; each call does so once more."""

Fault = Callable[["Weather", Asked, Forward], Answer | None]
"""Answers a request in place of the account; None closes the connection without an answer."""


@dataclass(slots=True)
class Weather:
    """One trial's faults.

    Attributes:
        seed: decides all of it.
        foreign: ids of refunds that are not the judge's.
        names: of the faults that were drawn.
        share: of the requests that a fault acts on.
        count: requests so far.
        fresh: ids that were created, each with the number of its request.
        hits: how often each fault acted.
    """

    seed: int
    foreign: list[str]
    names: list[str] = field(default_factory=list)
    share: float = 0.1
    count: int = 0
    fresh: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    random: Random = field(default_factory=Random)
    since: int = 0

    def __post_init__(self) -> None:
        self.random = Random(f"weather {self.seed}")
        self.names = self.random.sample(sorted(FAULTS), self.random.choice((1, 1, 2, 3)))
        self.share = self.random.choice((0.02, 0.1, 0.3, 1.0))
        # A canary takes about ten requests, and what it meets ends the run.
        self.since = self.random.choice((0, 12, 20, 40, 60))

    def answer(self, asked: Asked, forward: Forward) -> Answer | None:
        """What comes back, if anything."""
        self.count += 1
        answer = None
        for name in self.names:
            applies, fault = FAULTS[name]
            late = self.count > self.since
            if late and applies(asked) and self.random.random() < self.share:
                self.hits[name] = self.hits.get(name, 0) + 1
                answer = fault(self, asked, forward)
                break
        else:
            answer = forward()
        self._note(asked, answer)
        return answer

    def _note(self, asked: Asked, answer: Answer | None) -> None:
        made = _object(answer.body).get(ID) if asked.is_create and answer else None
        if isinstance(made, str):
            self.fresh.setdefault(made.lower(), self.count)

    def some_id(self) -> str:
        """The id of a refund of others, or a random one."""
        known = self.random.choice(self.foreign)
        return self.random.choice((known, known, str(UUID(int=self.random.getrandbits(128)))))


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _changed(answer: Answer, **members: Any) -> Answer:
    """An answer whose object says some things otherwise."""
    parsed = _object(answer.body)
    return Answer(answer.status, json.dumps({**parsed, **members}).encode()) if parsed else answer


def _error(status: int, name: str = "InternalServerError") -> Answer:
    body = {"errorName": name, "errorInstanceId": str(UUID(int=status)), "content": {}}
    return Answer(status, json.dumps(body).encode())


def _html(asked: Asked, status: int) -> Answer:
    return Answer(status, HTML % asked.authorization.encode(), "text/html")


def _lost_before(_: Weather, __: Asked, ___: Forward) -> None:
    return None


def _lost_after(_: Weather, __: Asked, forward: Forward) -> None:
    forward()


def _twice(_: Weather, __: Asked, forward: Forward) -> Answer:
    forward()
    return forward()


def _twice_first(_: Weather, __: Asked, forward: Forward) -> Answer:
    first = forward()
    forward()
    return first


def _wrong_id(weather: Weather, _: Asked, forward: Forward) -> Answer:
    return _changed(forward(), **{ID: weather.some_id()})


def _written_but(status: int, name: str = "InternalServerError") -> Fault:
    def fault(_: Weather, __: Asked, forward: Forward) -> Answer:
        forward()
        return _error(status, name)

    return fault


def _instead(status: int, name: str = "InternalServerError") -> Fault:
    return lambda _, __, ___: _error(status, name)


def _gateway(status: int) -> Fault:
    return lambda _, asked, __: _html(asked, status)


def _gateway_after(status: int) -> Fault:
    def fault(_: Weather, asked: Asked, forward: Forward) -> Answer:
        forward()
        return _html(asked, status)

    return fault


def _cut(_: Weather, __: Asked, forward: Forward) -> Answer:
    answer = forward()
    half = answer.body[: len(answer.body) // 2]
    return Answer(answer.status, half, cut=len(answer.body) - len(half))


def _garbled(weather: Weather, _: Asked, forward: Forward) -> Answer:
    answer = forward()
    body = bytearray(answer.body)
    for _turn in range(min(3, len(body))):
        body[weather.random.randrange(len(body))] ^= 0x15
    return Answer(answer.status, bytes(body))


def _another(weather: Weather, _: Asked, forward: Forward) -> Answer:
    """A refund's answer under the id of another."""
    return _changed(forward(), **{ID: weather.some_id()})


def _rows(change: Callable[[Weather, list[Any]], list[Any]]) -> Fault:
    def fault(weather: Weather, _: Asked, forward: Forward) -> Answer:
        answer = forward()
        rows = _object(answer.body).get("items")
        return _changed(answer, items=change(weather, rows)) if isinstance(rows, list) else answer

    return fault


def _renamed(weather: Weather, rows: list[Any]) -> list[Any]:
    return [{**row, ID: weather.some_id()} for row in rows]


def _lagging(weather: Weather, asked: Asked, forward: Forward) -> Answer:
    """A read of a replica that does not know the latest refunds."""
    lag = 6
    late = {key for key, number in weather.fresh.items() if weather.count - number < lag}
    if asked.refund_id in late:
        return _error(404, "EntityNotFoundError")
    answer = forward()
    rows = _object(answer.body).get("items")
    if not isinstance(rows, list):
        return answer
    return _changed(answer, items=[row for row in rows if str(row.get(ID)).lower() not in late])


def _quota(_: Weather, __: Asked, ___: Forward) -> Answer:
    body = b'{"errorName": "TooManyRequestsError", "content": {}}'
    return Answer(429, body, headers=(("retry-after", "0"),))


def _is_api(asked: Asked) -> bool:
    return asked.path.startswith(REFUNDS)


def _is_write(asked: Asked) -> bool:
    return _is_api(asked) and asked.method != "GET"


def _is_read(asked: Asked) -> bool:
    return _is_api(asked) and asked.method == "GET"


def _is_get(asked: Asked) -> bool:
    return _is_read(asked) and not asked.is_list


def _is_delete(asked: Asked) -> bool:
    return asked.method == "DELETE"


def _is_create(asked: Asked) -> bool:
    return asked.is_create


def _is_list(asked: Asked) -> bool:
    return asked.is_list


Applies = Callable[[Asked], bool]
FAULTS: Mapping[str, tuple[Applies, Fault]] = {
    "lost-before": (_is_api, _lost_before),
    "lost-after": (_is_api, _lost_after),
    "write-lost-after": (_is_write, _lost_after),
    "delivered-twice": (_is_write, _twice),
    "delivered-twice-first-answer": (_is_write, _twice_first),
    "create-answers-wrong-id": (_is_create, _wrong_id),
    "created-but-500": (_is_create, _written_but(500)),
    "created-but-422": (_is_create, _written_but(422, "UnprocessableEntityError")),
    "created-but-429": (_is_create, _written_but(429, "TooManyRequestsError")),
    "created-but-html": (_is_create, _gateway_after(502)),
    "written-but-500": (_is_write, _written_but(500)),
    "delete-does-nothing": (_is_delete, lambda _, __, ___: Answer(200, b"{}")),
    "delete-html-200": (_is_delete, _gateway(200)),
    "delete-404": (_is_delete, _instead(404, "EntityNotFoundError")),
    "delete-500": (_is_delete, _instead(500)),
    "get-404": (_is_get, _instead(404, "EntityNotFoundError")),
    "get-another": (_is_get, _another),
    "list-empty": (_is_list, _rows(lambda _, __: [])),
    "list-half": (_is_list, _rows(lambda _, rows: rows[::2])),
    "list-renamed": (_is_list, _rows(_renamed)),
    "list-twice": (_is_list, _rows(lambda _, rows: rows + rows)),
    "list-500": (_is_list, _instead(500)),
    "lagging": (_is_read, _lagging),
    "gateway-502": (_is_api, _gateway(502)),
    "gateway-503": (_is_api, _gateway(503)),
    "token-refused": (_is_api, _instead(401, "UnauthorizedError")),
    "login-page": (_is_api, _gateway(200)),
    "quota": (_is_api, _quota),
    "cut": (_is_api, _cut),
    "garbled": (_is_api, _garbled),
    "server-error": (_is_api, _instead(500)),
}
