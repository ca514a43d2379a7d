"""What a fault does, as a person writes it: an answer, a break, a wait, a change, tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

from mockserver.errors import SettingsError, nearest, shown
from mockserver.spec.facts import ERRORS
from mockserver.steering.effects import (
    BREAKS,
    LOSSES,
    Break,
    Canned,
    Chunks,
    Delay,
    Effect,
    Headers,
    gateway_page,
)
from mockserver.steering.evolution import EVOLUTIONS
from mockserver.steering.fields import (
    HEADER_VALUE,
    TOKEN,
    is_number,
    read_integer,
    read_object,
    read_one_of,
    read_span,
)

__all__ = ["WHAT", "canned_status", "read_effect"]

ErrorOf = Callable[[str], Canned]
"""Answers the vendor's error of a name."""

WHAT = ("answer", "break", "delay_ms", "chunks", "evolve", "tokens")
GATEWAYS = (502, 503, 504)
MOST_SIGMA = 10
_NEEDS_AN_ANSWER = ("truncated", "garbled", "malformed-json", "wrong-content-type")
_OURS = ("content-length", "transfer-encoding", "connection")


def read_effect(sent: Mapping[str, Any], error_of: ErrorOf) -> Effect:
    """All that a fault does. Raises SettingsError for what cannot be done."""
    broken, answer = sent.get("break"), sent.get("answer")
    if broken is not None:
        read_one_of("break", broken, BREAKS)
    needs = broken in _NEEDS_AN_ANSWER and answer is None
    moment = sent.get("moment", "after" if needs else "before")
    read_one_of("moment", moment, ("before", "after"))
    if needs and moment == "before":
        raise SettingsError(f'break {shown(broken)} needs an answer: use "moment": "after"')
    if sent.get("evolve") is not None:
        read_one_of("evolve", sent["evolve"], EVOLUTIONS)
    seed = read_integer("seed", sent.get("seed", 0))
    return Effect(
        moment,
        None if answer is None else _answer(answer, error_of),
        cast(Break | None, broken),
        None if sent.get("delay_ms") is None else _delay(sent["delay_ms"], seed, "seed" in sent),
        None if sent.get("chunks") is None else _chunks(sent["chunks"], broken),
        sent.get("evolve"),
        _tokens(sent.get("tokens")),
    )


def canned_status(status: int, error_of: ErrorOf) -> Canned:
    """The answer that a status alone stands for: the error of that status, or a plain one."""
    name = next((error.name for error in ERRORS if error.status == status), None)
    if name is not None:
        return error_of(name)
    if status in GATEWAYS:
        return gateway_page(status, HTTPStatus(status).phrase)
    return Canned(status, (), b"")


def _answer(sent: object, error_of: ErrorOf) -> Canned:
    if isinstance(sent, str):
        return _error(sent, error_of)
    if isinstance(sent, int) and not isinstance(sent, bool):
        return canned_status(_status(sent), error_of)
    answer = read_object("answer", sent, ("error", "gateway", "status", "headers", "body"))
    if "gateway" in answer:
        if answer["gateway"] not in GATEWAYS or len(answer) > 1:
            raise SettingsError(f"gateway is {shown(answer['gateway'])}; use 502, 503 or 504 alone")
        return gateway_page(answer["gateway"], HTTPStatus(answer["gateway"]).phrase)
    if "error" in answer:
        base = _error(answer["error"], error_of)
        status = _status(answer.get("status", base.status))
    else:
        base, status = Canned(200, (), b""), _status(answer.get("status", 200))
    headers, body = base.headers, base.body
    if "body" in answer:
        is_text = isinstance(answer["body"], str)
        body = (answer["body"] if is_text else json.dumps(answer["body"])).encode()
        headers = ((b"content-type", b"text/plain" if is_text else b"application/json"),)
    if body and status in (204, 304):
        raise SettingsError(f"status {status} has no body")
    return Canned(status, _headers(answer.get("headers", {}), headers), body)


def _error(name: object, error_of: ErrorOf) -> Canned:
    names = [error.name for error in ERRORS]
    if name not in names:
        near = nearest(name, names)
        raise SettingsError(f"error {shown(name)} is not known; did you mean {near}?")
    return error_of(name)


def _status(status: object) -> int:
    is_integer = isinstance(status, int) and not isinstance(status, bool)
    if not is_integer or not 200 <= cast(int, status) <= 599:
        nearest = min(max(cast(int, status), 200), 599) if is_integer else 503
        raise SettingsError(
            f"status {shown(status)} can end no answer; use 200 to 599, {nearest} say"
        )
    return cast(int, status)


def _headers(sent: object, base: Headers) -> Headers:
    named = dict(base)
    for name, value in read_object("headers", sent, None).items():
        if TOKEN.fullmatch(name) is None or name.lower() in _OURS:
            raise SettingsError(f"header {shown(name)} cannot be set")
        if not isinstance(value, str) or HEADER_VALUE.fullmatch(value) is None:
            raise SettingsError(f"header {name} is {shown(value)}; expected one line of Latin-1")
        named[name.lower().encode()] = value.encode("latin-1")
    return tuple(named.items())


def _delay(sent: object, seed: int, is_seeded: bool) -> Delay:
    if is_number(sent):
        return Delay("fixed", read_span("delay_ms", sent))
    delay = read_object("delay_ms", sent, ("uniform", "lognormal"))
    kind, pair = next(iter(delay.items()), ("", None))
    if len(delay) != 1 or not isinstance(pair, list) or len(pair) != 2:
        raise SettingsError(
            f'delay_ms is {shown(sent)}; expected milliseconds, {{"uniform": [LOW, HIGH]}} or'
            ' {"lognormal": [MEDIAN, SIGMA]}'
        )
    if not is_seeded:
        raise SettingsError('a delay by chance needs a seed, so that it can be repeated: "seed": 1')
    first, second = (read_span(kind, each) for each in pair)
    if kind == "lognormal" and second > MOST_SIGMA:
        raise SettingsError(f"lognormal is {shown(pair)}; expected a sigma of at most {MOST_SIGMA}")
    if kind == "uniform" and first > second:
        raise SettingsError(f"uniform is {shown(pair)}; expected the smaller first")
    return Delay("uniform" if kind == "uniform" else "lognormal", first, second, seed)


def _chunks(sent: object, broken: object) -> Chunks:
    chunks = read_object("chunks", sent, ("bytes", "delay_ms"))
    size = read_integer("chunks.bytes", chunks.get("bytes"))
    if size < 1:
        raise SettingsError(f"chunks.bytes is {size}; expected 1 or more")
    if broken in LOSSES:
        raise SettingsError(f"there are no chunks of an answer that is lost ({broken})")
    return Chunks(size, read_span("chunks.delay_ms", chunks.get("delay_ms", 0)))


def _tokens(sent: object) -> Any:
    is_lifetime = isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent <= 10**9
    if sent is None or sent == "expire" or is_lifetime:
        return sent
    raise SettingsError(f'tokens is {shown(sent)}; use "expire", or the seconds that they live')
