"""Servers whose page tokens lead to the wrong place."""

from collections.abc import Callable
from typing import Any

from contracts.model import ID
from contracts.model.page import Page
from contracts.targets.target import Request
from tests.defects.defect import (
    Call,
    Defect,
    asked,
    heard,
    requested,
    shown,
)
from tests.reference_server import World

NEXT, PREVIOUS, TOKEN = "next_page_token", "prev_page_token", "page_token"


def _tokens(change: Callable[[str, World], str | None]) -> Callable[[Request, World], Request]:
    def heard_otherwise(request: Request, world: World) -> Request:
        pairs = asked(request)
        token = dict(pairs).get(TOKEN)
        new = token if token is None else change(token, world)
        rest = [pair for pair in pairs if pair[0] != TOKEN]
        if new == token:
            return request
        return requested(request, rest if new is None else [*rest, (TOKEN, new)])

    return heard_otherwise


def _any_token(token: str, world: World) -> str | None:
    return token if token in world.state.tokens else None


def _begun(token: str, world: World) -> str:
    known = (whole for whole in world.state.tokens if token and whole.startswith(token))
    return next(known, token)


def _alike(token: str, world: World) -> str:
    known = (whole for whole in world.state.tokens if len(whole) == len(token))
    near = (w for w in known if sum(a != b for a, b in zip(w, token, strict=True)) == 1)
    return token if token in world.state.tokens else next(near, token)


_TOKENS = (
    heard("any-token-is-the-first-page", "Takes an unknown token for none.")(_tokens(_any_token)),
    heard("empty-token-is-none", "Takes an empty token for none.")(
        _tokens(lambda token, _: token or None)
    ),
    heard("cut-token-is-let-in", "Takes the beginning of a token for the token.")(_tokens(_begun)),
    heard("altered-token-is-let-in", "Overlooks one wrong letter in a token.")(_tokens(_alike)),
)


def _unbound(*names: str) -> Callable[[Request, World], Request]:
    """Goes on with what a token was made for, where these parameters were changed."""

    def heard_otherwise(request: Request, world: World) -> Request:
        pairs = asked(request)
        cursor = world.state.tokens.get(dict(pairs).get(TOKEN, ""))
        if cursor is None:
            return request
        query = cursor.query
        made: dict[str, list[str]] = {
            "non_insurance_payer_id": [query.payer] if query.payer else [],
            "check_number": sorted(query.check_numbers),
            "sort": [query.sort],
            "sort_direction": [query.direction],
        }
        rest = [pair for pair in pairs if pair[0] not in names]
        return requested(request, [*rest, *((name, v) for name in names for v in made[name])])

    return heard_otherwise


_UNBOUND = (
    heard("token-ignores-check-number", "Ignores the check number beside a token.")(
        _unbound("check_number")
    ),
    heard("token-ignores-sort", "Ignores the sort beside a token.")(_unbound("sort")),
)


@shown("token-works-once", "Forgets a token once it was used.")
def _once(call: Call, body: Any) -> Any:
    token = call.query.get(TOKEN)
    if call.operation != "get_multi" or token is None:
        return body
    used = call.memory.setdefault("used", set())
    again = token in used
    used.add(token)
    return {"items": []} if again else body


@shown("token-counts-rows", "Goes on behind as many rows as were sent, whatever became of them.")
def _offset(call: Call, body: Any) -> Any:
    if call.operation != "get_multi" or not isinstance(call.prediction.expected, Page):
        return body
    page = call.prediction.expected
    places: dict[str, int] = call.memory.setdefault("places", {})
    start = places.get(call.query.get(TOKEN, ""), 0)
    if page.cursor is not None and not page.cursor.backward:
        rows = page.query.rows(page.state)[start : start + page.limit]
        body = {**body, "items": [row.body for row in rows]}
    if NEXT in body:
        places[body[NEXT]] = start + len(body["items"])
    return body


@shown("later-pages-are-stale", "Shows refunds of later pages as they were created.")
def _snapshot(call: Call, body: Any) -> Any:
    made: dict[str, Any] = call.memory.setdefault("made", {})
    if call.operation == "create":
        made[body[ID]] = body
    if call.operation != "get_multi" or TOKEN not in call.query:
        return body
    return {**body, "items": [made.get(row[ID], row) for row in body["items"]]}


@shown("token-keeps-its-limit", "Goes on with the limit of the first page.")
def _first_limit(call: Call, body: Any) -> Any:
    if call.operation != "get_multi" or not isinstance(call.prediction.expected, Page):
        return body
    limits: dict[str, int] = call.memory.setdefault("limits", {})
    limit = limits.get(call.query.get(TOKEN, ""), call.prediction.expected.limit)
    limits.update({body[name]: limit for name in (NEXT, PREVIOUS) if name in body})
    return {**body, "items": body["items"][:limit]}


@shown("last-page-has-a-null-token", "Answers null for a next token on the last page.")
def _null(call: Call, body: Any) -> Any:
    return {NEXT: None, **body} if call.operation == "get_multi" else body


@shown("last-row-has-a-null-note", "Answers a null note in the last of more than five rows.")
def _late_null(call: Call, body: Any) -> Any:
    if call.operation != "get_multi" or len(body["items"]) <= 5:
        return body
    *rows, last = body["items"]
    return {**body, "items": [*rows, {"refund_note": None, **last}]}


DEFECTS: tuple[Defect, ...] = (
    *_TOKENS,
    *_UNBOUND,
    _once,
    _offset,
    _snapshot,
    _first_limit,
    _null,
    _late_null,
)
