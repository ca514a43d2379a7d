"""A fault as a person writes it, read into what a world keeps, or refused with what would do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, NamedTuple, cast

from mockserver.errors import SettingsError, nearest, shown
from mockserver.spec.facts import ERRORS
from mockserver.state.faults import NOTHING, FaultSpec
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

__all__ = [
    "FIELDS",
    "Vocabulary",
    "canned_status",
    "flag_document",
    "read_fault",
    "read_flag",
    "read_pointer",
]

WHEN = (
    "operation", "method", "path", "header", "body", "first", "nth", "every", "probability", "seed",
)  # fmt: skip
WHAT = ("answer", "break", "delay_ms", "chunks", "evolve", "tokens")
FIELDS = (*WHEN, "moment", *WHAT)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
GATEWAYS = (502, 503, 504)
LONGEST_DELAY_MS = 600_000
_NEEDS_AN_ANSWER = ("truncated", "garbled", "malformed-json", "wrong-content-type")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = ("content-length", "transfer-encoding", "connection")


class Vocabulary(NamedTuple):
    """What a fault can name: the operations, the errors, and where an answer can be evolved."""

    operations: Collection[str]
    error: Callable[[str], Canned]
    evolves: Callable[[str, str], bool]
    """Whether the answers of an operation have a place for an evolution."""


def read_fault(document: object, known: Vocabulary) -> FaultSpec:
    """The fault that a document describes; a SettingsError shows a bad value and what would do."""
    sent = _object("a fault", document, FIELDS)
    if not sent.keys() & set(WHAT):
        raise SettingsError(f"a fault does nothing without one of {', '.join(WHAT)}")
    spec = FaultSpec(effect=_effect(sent, known), document=sent, **_when(sent, known))
    if spec.effect.evolve is not None and not any(
        spec.concerns(name) and known.evolves(name, spec.effect.evolve) for name in known.operations
    ):
        raise SettingsError(
            f"evolve {shown(spec.effect.evolve)} can never act: no answer of"
            f" {shown(spec.operation)} has a place for it"
        )
    return spec


def read_flag(text: str, known: Vocabulary) -> FaultSpec:
    """The fault that a flag describes."""
    return read_fault(flag_document(text), known)


def flag_document(text: str) -> dict[str, Any]:
    """A fault of `--fault` as JSON: an object, or OPERATION=WHAT for an answer or a break.

    WHAT is a status, an error's name or a break; `after-` in front of it lets the operation run.
    """
    if text.lstrip().startswith("{"):
        try:
            document: dict[str, Any] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SettingsError(f"fault {shown(text)} is no JSON: {error}") from None
        return document
    operation, equals, what = text.partition("=")
    if not equals or not what:
        raise SettingsError(f"fault {shown(text)} is not known; write OPERATION=WHAT or JSON")
    document = {"operation": operation}
    if what.startswith("after-"):
        what, document["moment"] = what.removeprefix("after-"), "after"
    if what in BREAKS:
        return {**document, "break": what}
    return {**document, "answer": int(what) if what.isdecimal() else what}


def read_pointer(text: object) -> tuple[str, ...]:
    """The parts of a JSON pointer (RFC 6901). Raises SettingsError for what is none."""
    is_pointer = isinstance(text, str) and re.fullmatch(r"(/([^~/]|~[01])*)*", text)
    if not is_pointer:
        example = f"/{text}" if isinstance(text, str) and text[:1] not in ("", "/") else "/a/0"
        raise SettingsError(f"pointer {shown(text)} is no JSON pointer; write it like {example}")
    parts = cast(str, text).split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def canned_status(status: int, known: Vocabulary) -> Canned:
    """The answer that a status alone stands for: the error of that status, or a plain one."""
    name = next((error.name for error in ERRORS if error.status == status), None)
    if name is not None:
        return known.error(name)
    if status in GATEWAYS:
        return gateway_page(status, HTTPStatus(status).phrase)
    return Canned(status, (), b"")


def _when(sent: Mapping[str, Any], known: Vocabulary) -> dict[str, Any]:
    operation, method, path = sent.get("operation"), sent.get("method"), sent.get("path")
    if operation is not None:
        if method is not None or path is not None:
            raise SettingsError("a fault names an operation, or method and path, not both")
        _is_operation(operation, known.operations)
    if method is not None and method not in METHODS:
        raise SettingsError(f"method {shown(method)} is not known; use {', '.join(METHODS)}")
    if path is not None and (not isinstance(path, str) or not path.startswith("/")):
        raise SettingsError(f"path {shown(path)} can never match; a path begins with /")
    if path is not None and path.startswith("/_mock"):
        raise SettingsError(
            f"path {shown(path)} can never match: nothing under /_mock is faulted, and a path is"
            " compared without /_mock/w/NAME"
        )
    pointer, value = _body(sent.get("body"))
    return {
        "operation": operation,
        "method": method,
        "path": path,
        "header": _header(sent.get("header")),
        "pointer": pointer,
        "value": value,
        **{name: _count(name, sent.get(name)) for name in ("first", "nth", "every")},
        **_first_by_default(sent),
        "probability": _probability(sent),
        "seed": _integer("seed", sent.get("seed", 0)),
    }


def _first_by_default(sent: Mapping[str, Any]) -> dict[str, int]:
    """Tokens expire once, unless the fault says otherwise: for ever nobody could come in."""
    is_counted = sent.keys() & {"first", "nth", "every", "probability"}
    return {"first": 1} if sent.get("tokens") == "expire" and not is_counted else {}


def _is_operation(pattern: object, operations: Collection[str]) -> None:
    if isinstance(pattern, str) and any(fnmatchcase(name, pattern) for name in operations):
        return
    verbs = (f"*.{name.partition('.')[2]}" for name in operations)
    candidates = [*operations, *dict.fromkeys(verbs)]
    near = nearest(pattern, candidates)
    raise SettingsError(
        f"operation {shown(pattern)} is not known; did you mean {near}? operations:"
        f" {', '.join(operations)}"
    )


def _header(sent: object) -> tuple[bytes, str | None] | None:
    if sent is None:
        return None
    header = _object("header", sent, ("name", "value"))
    name, value = header.get("name"), header.get("value")
    if not isinstance(name, str) or _TOKEN.fullmatch(name) is None:
        raise SettingsError(f"header name {shown(name)} can never match; write a header's name")
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"header value {shown(value)} can never match; write it as text")
    return name.lower().encode(), value


def _body(sent: object) -> tuple[tuple[str, ...] | None, object]:
    if sent is None:
        return None, NOTHING
    body = _object("body", sent, ("pointer", "value"))
    return read_pointer(body.get("pointer")), body.get("value", NOTHING)


def _count(name: str, sent: object) -> int | None:
    if sent is None:
        return None
    if _integer(name, sent) < 1:
        raise SettingsError(f"{name} {shown(sent)} can never match; calls are counted from 1")
    return cast(int, sent)


def _integer(name: str, sent: object) -> int:
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise SettingsError(f"{name} is {shown(sent)}; expected an integer")
    return sent


def _probability(sent: Mapping[str, Any]) -> float | None:
    chance = sent.get("probability")
    if chance is None:
        return None
    if not _is_number(chance) or not 0 < chance <= 1:
        raise SettingsError(f"probability is {shown(chance)}; expected more than 0, at most 1")
    if "seed" not in sent:
        raise SettingsError('a probability needs a seed, so that it can be repeated: "seed": 1')
    return float(chance)


def _effect(sent: Mapping[str, Any], known: Vocabulary) -> Effect:
    broken, answer = sent.get("break"), sent.get("answer")
    if broken is not None:
        _one_of("break", broken, BREAKS)
    needs = broken in _NEEDS_AN_ANSWER and answer is None
    moment = sent.get("moment", "after" if needs else "before")
    _one_of("moment", moment, ("before", "after"))
    if needs and moment == "before":
        raise SettingsError(f'break {shown(broken)} needs an answer: use "moment": "after"')
    if sent.get("evolve") is not None:
        _one_of("evolve", sent["evolve"], EVOLUTIONS)
    seed = _integer("seed", sent.get("seed", 0))
    return Effect(
        moment,
        None if answer is None else _answer(answer, known),
        cast(Break | None, broken),
        None if sent.get("delay_ms") is None else _delay(sent["delay_ms"], seed, "seed" in sent),
        None if sent.get("chunks") is None else _chunks(sent["chunks"], broken),
        sent.get("evolve"),
        _tokens(sent.get("tokens")),
    )


def _answer(sent: object, known: Vocabulary) -> Canned:
    if isinstance(sent, str):
        return _error(sent, known)
    if isinstance(sent, int) and not isinstance(sent, bool):
        return canned_status(_status(sent), known)
    answer = _object("answer", sent, ("error", "gateway", "status", "headers", "body"))
    if "gateway" in answer:
        if answer["gateway"] not in GATEWAYS or len(answer) > 1:
            raise SettingsError(f"gateway is {shown(answer['gateway'])}; use 502, 503 or 504 alone")
        return gateway_page(answer["gateway"], HTTPStatus(answer["gateway"]).phrase)
    if "error" in answer:
        base = _error(answer["error"], known)
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


def _error(name: object, known: Vocabulary) -> Canned:
    names = [error.name for error in ERRORS]
    if name not in names:
        near = nearest(name, names)
        raise SettingsError(f"error {shown(name)} is not known; did you mean {near}?")
    return known.error(name)


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
    for name, value in _object("headers", sent, None).items():
        if _TOKEN.fullmatch(name) is None or name.lower() in _OURS:
            raise SettingsError(f"header {shown(name)} cannot be set")
        if not isinstance(value, str) or _VALUE.fullmatch(value) is None:
            raise SettingsError(f"header {name} is {shown(value)}; expected one line of Latin-1")
        named[name.lower().encode()] = value.encode("latin-1")
    return tuple(named.items())


def _delay(sent: object, seed: int, is_seeded: bool) -> Delay:
    if _is_number(sent):
        return Delay("fixed", _span("delay_ms", sent))
    delay = _object("delay_ms", sent, ("uniform", "lognormal"))
    kind, pair = next(iter(delay.items()), ("", None))
    if len(delay) != 1 or not isinstance(pair, list) or len(pair) != 2:
        raise SettingsError(
            f'delay_ms is {shown(sent)}; expected milliseconds, {{"uniform": [LOW, HIGH]}} or'
            ' {"lognormal": [MEDIAN, SIGMA]}'
        )
    if not is_seeded:
        raise SettingsError('a delay by chance needs a seed, so that it can be repeated: "seed": 1')
    first, second = (_span(kind, each) for each in pair)
    if kind == "uniform" and first > second:
        raise SettingsError(f"uniform is {shown(pair)}; expected the smaller first")
    return Delay("uniform" if kind == "uniform" else "lognormal", first, second, seed)


def _chunks(sent: object, broken: object) -> Chunks:
    chunks = _object("chunks", sent, ("bytes", "delay_ms"))
    size = _integer("chunks.bytes", chunks.get("bytes"))
    if size < 1:
        raise SettingsError(f"chunks.bytes is {size}; expected 1 or more")
    if broken in LOSSES:
        raise SettingsError(f"there are no chunks of an answer that is lost ({broken})")
    return Chunks(size, _span("chunks.delay_ms", chunks.get("delay_ms", 0)))


def _tokens(sent: object) -> Any:
    is_lifetime = isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent <= 10**9
    if sent is None or sent == "expire" or is_lifetime:
        return sent
    raise SettingsError(f'tokens is {shown(sent)}; use "expire", or the seconds that they live')


def _span(name: str, sent: object) -> float:
    if not _is_number(sent) or not 0 <= cast(float, sent) <= LONGEST_DELAY_MS:
        raise SettingsError(f"{name} is {shown(sent)}; expected 0 to {LONGEST_DELAY_MS}")
    return float(cast(float, sent))


def _is_number(sent: object) -> bool:
    return isinstance(sent, int | float) and not isinstance(sent, bool)


def _one_of(name: str, sent: object, choices: Collection[str]) -> None:
    if sent not in choices:
        near = nearest(sent, choices)
        raise SettingsError(
            f"{name} {shown(sent)} is not known; did you mean {near}? use one of"
            f" {', '.join(choices)}"
        )


def _object(name: str, sent: object, fields: Collection[str] | None) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise SettingsError(f"{name} is {shown(sent)}; expected an object")
    for key in sent:
        if fields is not None and key not in fields:
            near = nearest(key, fields)
            raise SettingsError(f"{name} has no field {shown(key)}; did you mean {near}?")
    return sent
