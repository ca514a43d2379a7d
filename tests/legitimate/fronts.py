"""Front ends that differ from the stand-in in what the contract leaves open, one function each."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contracts.model import ID, REFUNDS
from tests.legitimate.front import Answer, Call, Front, Pass
from tests.legitimate.networks import Expiring, Gateway, Lag, Quota
from tests.legitimate.pages import Pages, absent_first, newest_first

STAMP, STATUS = "refund_timestamp", "status-is-documented"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Rewrite = Callable[[Any], Any]


def each_object(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A copy of a JSON value with each object in it changed, the inner ones first."""
    if isinstance(value, dict):
        return change({name: each_object(item, change) for name, item in value.items()})
    return [each_object(item, change) for item in value] if isinstance(value, list) else value


def each_text(value: Any, change: Callable[[str, str], str], name: str = "") -> Any:
    """A copy of a JSON value with each text in it changed by its member's name."""
    if isinstance(value, dict):
        return {key: each_text(item, change, key) for key, item in value.items()}
    if isinstance(value, list):
        return [each_text(item, change, name) for item in value]
    return change(name, value) if isinstance(value, str) else value


def answers(change: Rewrite, *, only: str = REFUNDS) -> Front:
    """A front end that changes the JSON of each answer under a path."""

    def front(call: Call, pass_on: Pass) -> Answer:
        answer = pass_on(call)
        value = answer.json()
        if value is None or not call.path.startswith(only):
            return answer
        return answer.with_json(change(value))

    return front


def successes(change: Rewrite) -> Front:
    """A front end that changes the JSON of each 200 of the refunds."""

    def front(call: Call, pass_on: Pass) -> Answer:
        answer = pass_on(call)
        value = answer.json()
        if value is None or answer.status != 200 or not call.path.startswith(REFUNDS):
            return answer
        return answer.with_json(change(value))

    return front


def errors(change: Callable[[Answer, Any], Answer]) -> Front:
    """A front end that changes each refusal."""

    def front(call: Call, pass_on: Pass) -> Answer:
        answer = pass_on(call)
        return change(answer, answer.json()) if answer.status >= 400 else answer

    return front


def requests(change: Callable[[Call], Call]) -> Front:
    """A front end that changes each request."""
    return lambda call, pass_on: pass_on(change(call))


def replies(change: Callable[[Call, Answer], Answer]) -> Front:
    """A front end that changes each answer."""
    return lambda call, pass_on: change(call, pass_on(call))


# Members


def _with(member: str, value: Any) -> Rewrite:
    return lambda answer: each_object(answer, lambda one: {**one, member: value})


def _in_records(member: str, value: Any) -> Rewrite:
    def change(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, member: value} if ID in one else one

    return lambda answer: each_object(answer, change)


def _at_top(**more: Any) -> Rewrite:
    return lambda answer: {**answer, **more} if isinstance(answer, dict) else answer


def _counted() -> Front:
    """Each answer has a request id of its own, and each record the instant of the answer."""
    count = iter(range(10**9))

    def change(answer: Any) -> Any:
        number = next(count)
        seen = {"request_id": f"req-{number}", "served_at": f"2026-01-01T00:00:00.{number:06}Z"}
        return each_object(answer, lambda one: {**one, **seen})

    return answers(change)


def _reversed(answer: Any) -> Any:
    return each_object(answer, lambda one: dict(reversed(one.items())))


# Forms


def _instants(change: Callable[[str], str]) -> Rewrite:
    def at(name: str, text: str) -> str:
        return change(text) if name in {STAMP, "allocated_on"} else text

    return lambda answer: each_text(answer, at)


def _ids(change: Callable[[str], str]) -> Rewrite:
    def at(name: str, text: str) -> str:
        is_id = UUID.fullmatch(text)
        external = name in {"patient_external_id", "appointment_id", "value"}
        return change(text) if is_id and not external else text

    return lambda answer: each_text(answer, at)


def _with_millis(text: str) -> str:
    return text.replace("Z", ".000Z") if "." not in text else text


def _in_another_zone(text: str) -> str:
    return text.replace("Z", "+00:00")


# Errors


def _message(answer: Answer, value: Any) -> Answer:
    if not isinstance(value, dict) or "message" not in value.get("content", {}):
        return answer
    content = {**value["content"], "message": "Das geht nicht \u2013 siehe Handbuch"}
    return answer.with_json({**value, "content": content})


def _no_message(answer: Answer, value: Any) -> Answer:
    """A refusal whose content has no message, as it is optional."""
    if answer.status != 422 or not isinstance(value, dict):
        return answer
    return answer.with_json({**value, "content": {"details": ["[x]"]}})


def _unauthorized(status: int, body: Any, kind: str = "application/json") -> Front:
    def change(answer: Answer, _value: Any) -> Answer:
        if answer.status != 401:
            return answer
        text = body if isinstance(body, str) else json.dumps(body)
        return Answer(status, (("content-type", kind),), text.encode())

    return errors(change)


def _unknown_path(status: int, body: Any) -> Front:
    def change(answer: Answer, value: Any) -> Answer:
        unknown = isinstance(value, dict) and value.get("errorName") == "NotFoundError"
        return answer.with_json(body) if unknown else answer

    return errors(change)


# Choices of the server


def _filled_in(call: Call, pass_on: Pass) -> Answer:
    """A create without a timestamp gets one."""
    body = call.json()
    creates = call.method == "POST" and call.path == REFUNDS
    if creates and isinstance(body, dict) and body.get(STAMP) is None:
        filled = {**body, STAMP: "2025-05-05T05:05:05Z"}
        call = replace(call, body=json.dumps(filled).encode())
        call.headers["content-length"] = str(len(call.body))
    return pass_on(call)


def _trimmed(call: Call, pass_on: Pass) -> Answer:
    """Notes lose the blanks around them."""
    body = call.json()

    def trim(name: str, text: str) -> str:
        return text.strip() if name in {"refund_note", "value"} else text

    if call.method in {"POST", "PATCH"} and call.path.startswith(REFUNDS) and body is not None:
        call = replace(call, body=json.dumps(each_text(body, trim)).encode())
    return pass_on(call)


def _existence_first(call: Call, pass_on: Pass) -> Answer:
    """An unknown payer is answered before anything else is read."""
    answer, body = pass_on(call), call.json()
    if answer.status != 422 or call.method != "POST" or not isinstance(body, dict):
        return answer
    payer = body.get("non_insurance_payer_id")
    if not isinstance(payer, str) or not UUID.fullmatch(payer.lower()):
        return answer
    probe = {
        "non_insurance_payer_id": payer,
        "amount_cents": 0,
        "allocations": [{"amount_cents": 1, "target": {"type": "unattributed"}}],
    }
    probed = pass_on(
        replace(
            call,
            body=json.dumps(probe).encode(),
            headers={**call.headers, "content-type": "application/json"},
        )
    )
    return probed if probed.status == 404 else answer


def _folded() -> Front:
    """The filter by check number ignores case."""
    numbers: dict[str, set[str]] = {}

    def front(call: Call, pass_on: Pass) -> Answer:
        body = call.json()
        if call.method == "POST" and isinstance(body, dict):
            number = body.get("check_number")
            if isinstance(number, str):
                numbers.setdefault(number.casefold(), set()).add(number)
        if call.method == "GET" and call.path == REFUNDS:
            pairs = parse_qsl(call.query, keep_blank_values=True)
            more = [
                ("check_number", other)
                for name, value in pairs
                if name == "check_number"
                for other in sorted(numbers.get(value.casefold(), {value}) - {value})
            ]
            if more:
                call = replace(call, query=urlencode([*pairs, *more]))
        return pass_on(call)

    return front


def _created(status: int) -> Front:
    def change(call: Call, answer: Answer) -> Answer:
        made = call.method == "POST" and call.path == REFUNDS and answer.status == 200
        return replace(answer, status=status) if made else answer

    return replies(change)


def _deleted(call: Call, answer: Answer) -> Answer:
    gone = call.method == "DELETE" and answer.status == 200
    return replace(answer, status=204, headers=()) if gone else answer


def _refused(status: int) -> Front:
    def change(call: Call, answer: Answer) -> Answer:
        refused = answer.status == 422 and call.path.startswith(REFUNDS)
        return replace(answer, status=status) if refused else answer

    return replies(change)


# The wire


def _compressed(coding: str) -> Front:
    def change(_call: Call, answer: Answer) -> Answer:
        if not answer.body:
            return answer
        body = gzip.compress(answer.body) if coding == "gzip" else zlib.compress(answer.body)
        return replace(answer, body=body).with_header("content-encoding", coding)

    return replies(change)


def _headers(*pairs: tuple[str, str]) -> Front:
    def change(_call: Call, answer: Answer) -> Answer:
        for name, value in pairs:
            answer = answer.with_header(name, value)
        return answer

    return replies(change)


def _trailing_slash(call: Call, pass_on: Pass) -> Answer:
    if call.path == f"{REFUNDS}/":
        where = REFUNDS + (f"?{call.query}" if call.query else "")
        return Answer(308, (("location", where),))
    return pass_on(call)


def _options(call: Call, pass_on: Pass) -> Answer:
    if call.method == "OPTIONS":
        return Answer(204, (("allow", "GET, POST, PATCH, DELETE, OPTIONS"),))
    return pass_on(call)


def _head(call: Call, pass_on: Pass) -> Answer:
    if call.method == "HEAD":
        answer = pass_on(replace(call, method="GET"))
        return replace(answer, body=b"")
    return pass_on(call)


def _slowly(call: Call, pass_on: Pass) -> Answer:
    """An answer that keeps the next one waiting."""
    for _ in range(20):
        pass_on(replace(call, method="GET", path=REFUNDS, query="limit=1", body=b""))
    return pass_on(call)


def _spaced(_call: Call, answer: Answer) -> Answer:
    value = answer.json()
    if value is None:
        return answer
    return replace(answer, body=json.dumps(value, indent=2, ensure_ascii=True).encode())


@dataclass(frozen=True, slots=True)
class Case:
    """A front end and its verdict.

    Attributes:
        name: says what differs.
        make: makes the front end anew, as some keep a state.
        broken: the laws that must break, each an assumed one.
        http10: whether it speaks HTTP/1.0.
        budget: how many requests the run may send.
        once: ids of the laws on what is documented that must break; none else of them may.
        note: a text that the problems of the run must hold, or nothing.
    """

    name: str
    make: Callable[[], Front]
    broken: frozenset[str] = frozenset()
    once: str = ""
    note: str = ""
    budget: int = 500
    http10: bool = False


def _case(name: str, make: Callable[[], Front], *broken: str, **more: Any) -> Case:
    return Case(name, make, frozenset(broken), **more)


def cases() -> Iterator[Case]:
    """All front ends."""
    yield _case("nothing differs", lambda: replies(lambda _call, answer: answer))
    unknown = "unknown members"
    yield _case("a new text in each object", lambda: answers(_with("x_new", "new")), note=unknown)
    yield _case("a new number in each object", lambda: answers(_with("revision", 7)), note=unknown)
    yield _case(
        "a new null in each record", lambda: answers(_in_records("memo", None)), note=unknown
    )
    yield _case(
        "a new list in each record", lambda: answers(_in_records("tags", [{"a": 1}])), note=unknown
    )
    yield _case(
        "page_size beside the rows", lambda: answers(_at_top(page_size=100, total=3)), note=unknown
    )
    yield _case("request ids that change", _counted, note=unknown)
    yield _case("members in another order", lambda: answers(_reversed))
    yield _case("instants with milliseconds", lambda: successes(_instants(_with_millis)))
    yield _case(
        "instants with +00:00", lambda: successes(_instants(_in_another_zone)), "instant-is-utc"
    )
    yield _case("ids in capitals", lambda: successes(_ids(str.upper)), "uuid-is-lower-case")
    yield _case("other messages", lambda: errors(_message))
    yield _case("white space and escapes", lambda: replies(_spaced))
    yield _case(
        "401 of a gateway: message",
        lambda: _unauthorized(401, {"message": "Unauthorized"}),
        "unauthorized-says-how",
    )
    yield _case(
        "401 of a gateway: error",
        lambda: _unauthorized(401, {"error": "invalid_token", "error_description": "x"}),
        "unauthorized-says-how",
    )
    yield _case(
        "401 of a gateway: text",
        lambda: _unauthorized(401, "Unauthorized", "text/plain"),
        "unauthorized-says-how",
    )
    yield _case(
        "403 without a token",
        lambda: _unauthorized(403, {"errorName": "ForbiddenError", "content": {}}),
        "auth-is-needed",
    )
    yield _case(
        "another body of an unknown path",
        lambda: _unknown_path(404, {"message": "no route"}),
        "unknown-path-is-404",
    )
    yield _case("ties newest first", lambda: Pages(newest_first), "sort-ties-by-age", budget=1000)
    yield _case("absent first", lambda: Pages(absent_first), "sort-puts-absent-last", budget=1000)
    yield _case("a timestamp filled in", lambda: _filled_in, "create-leaves-absent")
    yield _case("notes trimmed", lambda: _trimmed, "create-echoes-note")
    yield _case("existence before shape", lambda: _existence_first, "create-checks-in-order")
    yield _case("a filter that ignores case", _folded, "page-as-predicted")
    yield _case(
        "create is 201", lambda: _created(201), once="create-answers-200 status-is-documented"
    )
    yield _case("delete is 204", lambda: replies(_deleted), once=STATUS)
    yield _case("refusals are 400", lambda: _refused(400), once=STATUS)
    yield _case("reads lag", lambda: Lag(0.01), note="took")
    yield _case("lists lag", lambda: Lag(0.01, only_lists=True), note="took")
    yield _case("a quota that says when", lambda: Quota(200))
    yield _case("a token that expires", lambda: Expiring(150))
    yield _case("a gateway's 502 now and then", lambda: Gateway(97))
    yield _case("gzip", lambda: _compressed("gzip"))
    yield _case("deflate", lambda: _compressed("deflate"))
    yield _case(
        "more headers",
        lambda: _headers(("x-request-id", "abc"), ("server", "nginx"), ("vary", "accept")),
    )
    yield _case(
        "a charset in the content type",
        lambda: _headers(("content-type", "application/json; charset=utf-8")),
    )
    yield _case("closing connections", lambda: _headers(("connection", "close")))
    yield _case("a redirect from a trailing slash", lambda: _trailing_slash)
    yield _case("OPTIONS is 204", lambda: _options)
    yield _case("HEAD is GET", lambda: _head)
    yield _case("HTTP/1.0", lambda: replies(lambda _call, answer: answer), http10=True)
    yield _case("refusals without a message", lambda: errors(_no_message))
    yield _case("a delay", lambda: _slowly)
