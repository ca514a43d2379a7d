"""The answers, bounds and branches that a run can reach, and how often it reached each."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from contracts.kernel.exchange import Exchange
from contracts.reports.coverage.document import is_integer, place, places, statuses
from contracts.reports.coverage.points import ELSE, Answer, Counts, Group, Mark
from mockserver.spec.facts import ERRORS

_LIMIT, _AMOUNT, _PART = "limit of a list", "amount_cents of a refund", "amount_cents of a part"
_PARTS, _SUM = "allocations of a refund", "sum of the allocations"
_ROWS, _CHECKS = "rows of a page", "check_number in a query"
_SENT, _SHOWN = "allocation targets sent", "allocation targets answered"
_MARKS_SENT, _MARKS_SHOWN = "earmarks sent", "earmarks answered"
_REASON, _OPTIONAL, _CHANGES = "refund_reason sent", "fields of a create", "changes of an update"
_ORDER, _FILTERS, _PAGES = "order of a list", "filters of a list", "page tokens sent"
_WHOLE = re.compile(r"-?[0-9]{1,30}", re.ASCII)

_LIMITS = place("get_multi", "?limit")
_SENT_AT = {
    _AMOUNT: place("create", "/amount_cents"),
    _PART: place("create", "/allocations/*/amount_cents"),
    _PARTS: place("create", "/allocations"),
    _SENT: place("create", "/allocations/*/target"),
    _MARKS_SENT: place("create", "/allocations/*/earmark"),
    _REASON: place("create", "/refund_reason"),
}
_FIELDS = [
    place.pointer[1:]
    for place in places("create")
    if place.pointer.count("/") == 1 and place.required is False
]
_UNIONS = {place.pointer[1:]: place for place in places("update") if place.is_union}
_NAMES = ("non_insurance_payer_id", "check_number", "invoice_id")

BOUNDS: Mapping[str, Sequence[str]] = {
    _LIMIT: ("left out", *_LIMITS.points),
    _ROWS: ("none", "fewer than the limit", "the limit"),
    _CHECKS: ("left out", "once", "twice or more"),
    **{group: _SENT_AT[group].points for group in (_AMOUNT, _PART, _PARTS)},
    _SUM: ("less than the amount", "the amount", "more than the amount"),
}
BRANCHES: Mapping[str, Sequence[str]] = {
    _SENT: _SENT_AT[_SENT].points,
    _SHOWN: ("service_line", "claim", "billing_provider_id", "appointment", "unattributed"),
    _MARKS_SENT: _SENT_AT[_MARKS_SENT].points,
    _MARKS_SHOWN: _SENT_AT[_MARKS_SENT].points,
    _REASON: _SENT_AT[_REASON].points,
    _OPTIONAL: tuple(f"{name} {form}" for name in _FIELDS for form in ("sent", "left out", "null")),
    _CHANGES: (
        *(f"{name} {kind}" for name, union in _UNIONS.items() for kind in union.points),
        "refund_timestamp",
        "an empty object",
        "no body",
    ),
    _ORDER: (
        "left out",
        *(f"{s} {d}" for s in ("refund_timestamp", "amount_cents") for d in ("asc", "desc")),
    ),
    _FILTERS: ("none", *_NAMES, "two or three at once"),
    _PAGES: ("none", "next", "prev", "never given"),
}


_ORDERED = ("get_multi", "create", "get", "update", "delete", "token", "other")
_NAMED = {error.status: error.name for error in ERRORS if error.name != "NotFoundError"}


def answers_of(exchanges: Iterable[Exchange]) -> tuple[Answer, ...]:
    """Every answer known or seen, by operation, then by status and name."""
    seen = Counter((e.prediction.operation, e.status, e.error_name or "") for e in exchanges)
    known = set(_known_answers())
    keys = sorted(known | set(seen), key=lambda key: (_ORDERED.index(key[0]), *key[1:]))
    return tuple(Answer(*key, key in known, seen[key]) for key in keys)


def _known_answers() -> Iterator[tuple[str, int, str]]:
    """What the vendor documents; its guide has the 401 of an expired token, but not its name."""
    for operation in _ORDERED[:-1]:
        for status, evidence in statuses(operation).items():
            if evidence == "documented" or (status == 401 and operation != "token"):
                yield operation, status, _NAMED.get(status, "")


def sites_of(exchanges: Iterable[Exchange]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """How often each side of each bound, then each branch, was sent or answered."""
    counts, tokens = Counts(), dict[str, str]()
    for exchange in exchanges:
        # A 401 comes before anything else is looked at.
        if exchange.status != 401:
            counts.add(exchange.status, [*_sent(exchange, tokens), *_answered(exchange)])
        for side in ("next", "prev"):
            token = _member(exchange.answer, f"{side}_page_token")
            if isinstance(token, str):
                tokens[token] = side
    return counts.groups(BOUNDS), counts.groups(BRANCHES)


def _sent(exchange: Exchange, tokens: Mapping[str, str]) -> Iterator[Mark]:
    operation, request = exchange.prediction.operation, exchange.request
    if operation == "get_multi":
        query = parse_qs(request.query_text, keep_blank_values=True)
        yield from _list(exchange, query)
        sent = query.get("page_token")
        yield _PAGES, tokens.get(sent[-1], "never given") if sent else "none"
    elif operation == "update" and not request.body:
        yield _CHANGES, "no body"
    elif operation in {"create", "update"}:
        body = _parsed(request.body or b"")
        if isinstance(body, dict):
            yield from _create(body) if operation == "create" else _update(body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _list(exchange: Exchange, query: Mapping[str, Sequence[str]]) -> Iterator[Mark]:
    limits = query.get("limit", ())
    limit = int(limits[-1]) if limits and _WHOLE.fullmatch(limits[-1]) else None
    yield _LIMIT, _LIMITS.point(limit) if limits else "left out"
    yield _CHECKS, BOUNDS[_CHECKS][min(len(query.get("check_number", ())), 2)]
    items = _member(exchange.answer, "items")
    if _accepted(exchange) and isinstance(items, list):
        full = 2 if len(items) >= (limit or _LIMITS.schema["default"]) else 1
        yield _ROWS, BOUNDS[_ROWS][full if items else 0]
    sort, direction = query.get("sort"), query.get("sort_direction")
    order = f"{(sort or ['refund_timestamp'])[-1]} {(direction or ['desc'])[-1]}"
    yield _known(_ORDER, order if sort or direction else "left out")
    used = [name for name in _NAMES if name in query]
    yield from ((_FILTERS, name) for name in used or ["none"])
    if len(used) > 1:
        yield _FILTERS, "two or three at once"


def _create(body: dict[str, Any]) -> Iterator[Mark]:
    for name in _FIELDS:
        form = "left out" if name not in body else "null" if body[name] is None else "sent"
        yield _OPTIONAL, f"{name} {form}"
    for group, at in _SENT_AT.items():
        yield from ((group, at.point(value)) for value in at.values(body))
    amount, cents = body.get("amount_cents"), _SENT_AT[_PART].values(body)
    if cents and len(cents) == len(body["allocations"]) and all(map(is_integer, [amount, *cents])):
        total = sum(cents)
        yield _SUM, BOUNDS[_SUM][(total > amount) - (total < amount) + 1]


def _update(body: dict[str, Any]) -> Iterator[Mark]:
    if not body:
        yield _CHANGES, "an empty object"
    if "refund_timestamp" in body:
        yield _CHANGES, "refund_timestamp"
    for name, union in _UNIONS.items():
        if name in body:
            yield _known(_CHANGES, f"{name} {union.point(body[name])}")


def _answered(exchange: Exchange) -> Iterator[Mark]:
    """The kinds of target and earmark in an answer."""
    answer, operation = exchange.answer, exchange.prediction.operation
    if not _accepted(exchange) or not isinstance(answer, dict) or operation not in _ANSWERING:
        return
    rows = answer.get("items", [answer])
    for row in rows if isinstance(rows, list) else []:
        for target in _SENT_AT[_SENT].values(row):
            yield _known(_SHOWN, _member(target, "type"))
        for earmark in _SENT_AT[_MARKS_SENT].values(row):
            if isinstance(earmark, dict):
                yield _known(_MARKS_SHOWN, _member(earmark.get("target"), "type"))


_ANSWERING = frozenset({"create", "get", "update", "get_multi"})


def _accepted(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _known(group: str, name: Any) -> Mark:
    return group, name if isinstance(name, str) and name in BRANCHES[group] else ELSE
