"""An app whose answers are spoilt on their way out, drawn from a seed; no suite and no judging."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from contracts.targets.app import App, Message, Receive, SendMessage

Headers = tuple[tuple[bytes, bytes], ...]
JSON_TYPE = (b"content-type", b"application/json")


@dataclass(frozen=True)
class Answer:
    """One answer as it leaves."""

    status: int
    headers: Headers
    body: bytes

    def saying(self, body: bytes) -> Answer:
        """The same with another body, and no Content-Length that would tell."""
        headers = tuple(pair for pair in self.headers if pair[0] != b"content-length")
        return replace(self, headers=headers, body=body)


Spoil = Callable[[Random, Answer], Answer]


class Mangled:
    """Passes every request on, and spoils some of the answers.

    Args:
        app: what answers rightly.
        seed: decides which answers are spoilt, and how.
        share: of the answers that are spoilt.
        after: so many answers are left alone first.
        spoils: the ways to choose from.
        path: only answers to paths that hold this text.
    """

    def __init__(
        self,
        app: App,
        seed: int | str,
        *,
        share: float = 1.0,
        after: int = 0,
        spoils: tuple[Spoil, ...] = (),
        path: str = "",
    ) -> None:
        self.app = app
        self.random = Random(f"mangled {seed}")
        self.share, self.after, self.path = share, after, path
        self.spoils = spoils or SPOILS
        self.seen = 0

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer one request."""
        status, headers, parts = 0, tuple[tuple[bytes, bytes], ...](), list[bytes]()

        async def kept(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], tuple(message.get("headers", ()))
            parts.append(message.get("body", b""))

        await self.app(scope, receive, kept)
        answer = Answer(status, headers, b"".join(parts))
        if self._is_chosen(scope["path"]):
            answer = self.random.choice(self.spoils)(self.random, answer)
        started = {"status": answer.status, "headers": list(answer.headers)}
        await send({"type": "http.response.start", **started})
        await send({"type": "http.response.body", "body": answer.body})

    def _is_chosen(self, path: str) -> bool:
        if self.path not in path:
            return False
        self.seen += 1
        return self.seen > self.after and self.random.random() < self.share


Place = tuple[Any, Any]


def _places(value: Any) -> Iterator[Place]:
    """Every member and item at any depth, as its holder with its key."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def member_is_dropped(random: Random, answer: Answer) -> Answer:
    """One member or item at any depth is not there."""
    return _changed(random, answer, _drop)


def value_is_another(random: Random, answer: Answer) -> Answer:
    """One value at any depth is replaced."""
    return _changed(random, answer, _replace)


def item_is_repeated(random: Random, answer: Answer) -> Answer:
    """One list has an item twice, or turned round."""
    return _changed(random, answer, _repeat)


def everything_of_a_name(random: Random, answer: Answer) -> Answer:
    """Every member of one name, at any depth, is replaced."""
    return _changed(random, answer, _rename)


def _changed(
    random: Random, answer: Answer, change: Callable[[Random, list[Place]], object]
) -> Answer:
    try:
        value = json.loads(answer.body)
        places = list(_places(value))
    except (ValueError, TypeError):
        return answer
    if not places:
        return answer
    change(random, places)
    return answer.saying(json.dumps(value).encode())


def _drop(random: Random, places: list[Place]) -> None:
    holder, key = random.choice(places)
    del holder[key]


def _replace(random: Random, places: list[Place]) -> None:
    holder, key = random.choice(places)
    holder[key] = random.choice(OTHERS)


def _repeat(random: Random, places: list[Place]) -> None:
    lists = [holder[key] for holder, key in places if isinstance(holder[key], list)]
    if lists:
        chosen = random.choice(lists)
        chosen[:] = random.choice((chosen * 2, chosen[::-1], chosen[:1] * 3))


def _rename(random: Random, places: list[Place]) -> None:
    holder, name = random.choice(places)
    other = random.choice(OTHERS)
    for holder, key in places:
        if key == name and isinstance(holder, dict):
            holder[key] = other


def _nest(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**40,
    10**400,
    1.5,
    1e300,
    "",
    "x",
    "\ud800",
    "\x00\x1b[31m\u202e",
    "../" * 3 + "etc",
    "a?b#c%00",
    "x" * 3000,
    "2024-13-99T99:99:99Z",
    "NaN",
    [],
    [None],
    ["x", 1],
    {},
    {"type": "unattributed"},
    {"id": {"id": []}},
    _nest(60),
    _nest(300),
)


def body_is(*bodies: bytes) -> Spoil:
    """Another body altogether."""

    def spoil(random: Random, answer: Answer) -> Answer:
        return answer.saying(random.choice(bodies))

    return spoil


def body_is_cut(random: Random, answer: Answer) -> Answer:
    """The body ends in the middle."""
    return answer.saying(answer.body[: random.randrange(len(answer.body) + 1)])


def bytes_are_bad(random: Random, answer: Answer) -> Answer:
    """One byte is none of UTF-8, or a mark stands in front."""
    at = random.randrange(len(answer.body) + 1)
    bad = answer.body[:at] + b"\xff\xfe" + answer.body[at:]
    return answer.saying(random.choice((bad, b"\xef\xbb\xbf" + answer.body)))


def members_come_twice(random: Random, answer: Answer) -> Answer:
    """The first member comes again with another value."""
    value = json.dumps(random.choice(OTHERS)).encode()
    name = answer.body.partition(b'"')[2].partition(b'"')[0] or b"items"
    twice = b'{"' + name + b'":' + value + b"," + answer.body[1:]
    return answer.saying(twice if answer.body[:1] == b"{" else answer.body * 2)


def status_is_another(random: Random, answer: Answer) -> Answer:
    """The status is one that nobody documented, the rest is as it was."""
    return replace(answer, status=random.choice(STATUSES))


# fmt: off
STATUSES: tuple[int, ...] = (
    200, 201, 202, 204, 206, 299, 300, 301, 304, 307, 400, 401, 403, 404, 405, 409, 415, 418, 422,
    499, 500, 501, 503, 599,
)
# fmt: on


def answer_leads_elsewhere(random: Random, answer: Answer) -> Answer:
    """A redirect to another host, to itself, or to nowhere."""
    places = (b"http://example.invalid/", b"/api/non-insurance-payer-refunds/v1", b"", b"\xff://")
    location = (b"location", random.choice(places))
    return Answer(random.choice((301, 302, 303, 307, 308)), (location,), b"")


def headers_are_others(random: Random, answer: Answer) -> Answer:
    """Headers are lost, repeated, of another type, or a thousand."""
    kept = tuple(pair for pair in answer.headers if pair[0] != b"content-type")
    ways: tuple[Headers, ...] = (
        (),
        kept,
        answer.headers + answer.headers,
        (*kept, (b"content-type", b"text/html; charset=utf-16")),
        (*kept, (b"content-type", b"")),
        (*kept, JSON_TYPE, (b"content-type", b"\xff\xfe")),
        (*kept, JSON_TYPE, *((b"x-%d" % number, b"y" * 50) for number in range(1000))),
        (*kept, JSON_TYPE, (b"allow", b"\xe9,,"), (b"www-authenticate", b"")),
    )
    return replace(answer, headers=random.choice(ways))


def token_is_another(random: Random, answer: Answer) -> Answer:
    """A page has a next and a previous token of some kind."""
    try:
        value = json.loads(answer.body)
        value["items"]
    except (ValueError, TypeError, LookupError):
        return answer
    loops: tuple[Any, ...] = (
        "again",
        f"t{random.random()}",
        1,
        0,
        "",
        None,
        [],
        {},
        True,
        "\ud800",
        "x" * 9000,
    )
    value["next_page_token"], value["prev_page_token"] = random.choice(loops), random.choice(loops)
    value["items"] = random.choice((value["items"], [], None, {}, [None, 1, "x", [], {}]))
    return answer.saying(json.dumps(value).encode())


SPOILS: tuple[Spoil, ...] = (
    member_is_dropped,
    value_is_another,
    everything_of_a_name,
    item_is_repeated,
    token_is_another,
    body_is_cut,
    bytes_are_bad,
    members_come_twice,
    status_is_another,
    answer_leads_elsewhere,
    headers_are_others,
    body_is(b"", b" ", b"\x00", b"<html><body>It works!</body></html>", b"OK"),
    body_is(b"null", b"true", b"0", b'"x"', b"[]", b"[null]", b"{}", b'{"items":{}}'),
    body_is(b"NaN", b'{"items":[],"x":1e999}', b'{"a":-Infinity}', b'{"n":' + b"9" * 5000 + b"}"),
    body_is(b"[" * 5000 + b"]" * 5000, b'{"a":' * 400 + b"1" + b"}" * 400, b"[" * 200_000),
    body_is(b'{"errorName":[],"content":{"id":[],"message":{}}}', b'{"errorName":"","content":[]}'),
    body_is(b'{"access_token":5}', b'{"access_token":"a\\r\\nb","expires_in":-1,"token_type":[]}'),
)
