"""A front end that orders lists otherwise, and cuts its own pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contracts.model import REFUNDS
from contracts.model.values import instant_or_none
from tests.legitimate.front import Answer, Call, Pass

Row = dict[str, Any]
Query = list[tuple[str, str]]
Order = Callable[[list[Row], str, bool], list[Row]]
"""Sorts rows, that come oldest first, by a member; newest or largest first where it is true."""


def newest_first(rows: list[Row], name: str, down: bool) -> list[Row]:
    """Equal rows come newest first, and rows without the member last."""
    return _sorted([*reversed(rows)], name, down)


def absent_first(rows: list[Row], name: str, down: bool) -> list[Row]:
    """Rows without the member come first, and equal rows oldest first."""
    undated = [row for row in rows if name not in row]
    return [*undated, *_sorted(rows, name, down)[: len(rows) - len(undated)]]


def _sorted(rows: list[Row], name: str, down: bool) -> list[Row]:
    dated = [row for row in rows if name in row]
    dated.sort(key=lambda row: _key(row[name]) * (-1 if down else 1))
    return [*dated, *(row for row in rows if name not in row)]


def _key(value: Any) -> Any:
    moment = instant_or_none(value)
    return moment[0] if moment is not None else value


class Pages:
    """Answers lists in an order of its own; a token names a query and a place in it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.ages: dict[str, int] = {}

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call."""
        if call.method == "GET" and call.path == REFUNDS:
            return self._list(call, pass_on)
        answer = pass_on(call)
        if call.method == "POST" and call.path == REFUNDS and answer.status == 200:
            self.ages[answer.json()["non_insurance_payer_refund_id"]] = len(self.ages)
        return answer

    def _list(self, call: Call, pass_on: Pass) -> Answer:
        query = parse_qsl(call.query, keep_blank_values=True)
        token = dict(query).get("page_token")
        bare = [pair for pair in query if pair[0] != "page_token"]
        first = pass_on(replace(call, query=urlencode(bare)))
        bound = sorted(pair for pair in bare if pair[0] != "limit")
        side, place = _read(token, bound)
        if first.status != 200 or place is None:
            return first if first.status != 200 else pass_on(call)
        rows, limit = self._rows(call, bound, pass_on), int(dict(bare).get("limit", 100))
        start = place if side == "next" else max(0, place - limit)
        answer: dict[str, Any] = {"items": rows[start : start + limit]}
        if start + limit < len(rows):
            answer["next_page_token"] = _token(bound, "next", start + limit)
        if start > 0:
            answer["prev_page_token"] = _token(bound, "prev", start)
        return first.with_json(answer)

    def _rows(self, call: Call, query: Query, pass_on: Pass) -> list[Row]:
        rows = _all(call, query, pass_on)
        rows.sort(key=lambda row: self.ages.get(row["non_insurance_payer_refund_id"], -1))
        asked = dict(query)
        down = asked.get("sort_direction", "desc") == "desc"
        return self.order(rows, asked.get("sort", "refund_timestamp"), down)


def _read(token: str | None, query: Query) -> tuple[str, int | None]:
    """The side and the place of a token; no place where it is of another query or unknown."""
    if token is None:
        return "next", 0
    try:
        bound, side, place = json.loads(bytes.fromhex(token))
    except ValueError:
        return "next", None
    return side, place if bound == [list(pair) for pair in query] else None


def _token(query: Query, side: str, place: int) -> str:
    return json.dumps([query, side, place]).encode().hex()


def _all(call: Call, query: Query, pass_on: Pass) -> list[Row]:
    rows: list[Row] = []
    token: list[tuple[str, str]] = []
    while True:
        page = pass_on(replace(call, query=urlencode([*query, ("limit", "999"), *token]))).json()
        rows += page["items"]
        if "next_page_token" not in page:
            return rows
        token = [("page_token", page["next_page_token"])]
