"""A list from its query string to a page: limit, sort, filters and page tokens."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from mockserver.api.tokens import Place, query_digest, read_token, token_for
from mockserver.errors import Breach
from mockserver.rules.addresses import (
    QUERY_PARAMETERS,
    limit_range,
    page_token_valid,
    query_shape,
    unknown_parameter,
)
from mockserver.spec.facts import (
    LIMIT_DEFAULT,
    LIMIT_MAX,
    LIMIT_MIN,
    SORT_DEFAULT,
    SORT_DIRECTION_DEFAULT,
)
from mockserver.state.order import Filter, Order
from mockserver.state.refund import parts_of
from mockserver.state.world import Page, World

__all__ = ["ListQuery", "page_pieces", "parsed"]

_MOST_KEPT = 512
_LONGEST_KEPT = 512
"""How many query strings are kept as read, and how long one may be: a few megabytes in all."""

DEFAULT_ORDER: Order = (SORT_DEFAULT, SORT_DIRECTION_DEFAULT)


class ListQuery(NamedTuple):
    """A query that was read: which refunds, in which order, how many, from where, and its breaches.

    `filters` are disjoint, one a check number; `digest` is what page tokens are bound to.
    """

    filters: tuple[Filter, ...]
    order: Order
    limit: int
    page_token: str | None
    digest: bytes
    breaches: tuple[Breach, ...]


def parsed(query_string: bytes) -> ListQuery:
    """Read a query string; what breaks a rule is reported and then passed over."""
    if len(query_string) > _LONGEST_KEPT:
        return _parsed(query_string)
    return _kept(query_string)


def _parsed(query_string: bytes) -> ListQuery:
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(query_string.decode("ascii", "replace"), keep_blank_values=True):
        query.setdefault(name, []).append(value)
    misfits = tuple(query_shape(query))
    fitting = {
        name: values
        for name, values in query.items()
        if name in QUERY_PARAMETERS and not any(query_shape({name: values[-1:]}))
    }
    limit = int(fitting.get("limit", [str(LIMIT_DEFAULT)])[-1])
    order = (
        fitting.get("sort", [DEFAULT_ORDER[0]])[-1],
        fitting.get("sort_direction", [DEFAULT_ORDER[1]])[-1],
    )
    filters = _filters(fitting)
    return ListQuery(
        filters,
        order,
        min(max(limit, LIMIT_MIN), LIMIT_MAX),
        fitting.get("page_token", [None])[-1],
        query_digest((filters, order)),
        (*misfits, *limit_range(limit), *unknown_parameter(query)),
    )


_kept = lru_cache(maxsize=_MOST_KEPT)(_parsed)


def _filters(fitting: dict[str, list[str]]) -> tuple[Filter, ...]:
    payer_id = fitting.get("non_insurance_payer_id", [""])[-1].lower() or None
    invoice_id = fitting.get("invoice_id", [""])[-1].lower() or None
    checks: list[str | None] = [*sorted(set(fitting.get("check_number", ())))]
    return tuple(Filter(payer_id, check, invoice_id) for check in checks or [None])


def page_pieces(world: World, query: ListQuery, warnings: list[Breach]) -> list[bytes]:
    """The encoded page, to be joined; raises a Refusal for what the world's rules enforce."""
    if query.breaches:
        world.verdicts.weigh(query.breaches, warnings)
    place = _place(world, query, warnings)
    if place is None:
        page = world.page(query.filters, query.order, query.limit)
        return _encoded(page, world, query, precede=False, follow=page.more)
    if place.backwards:
        page = world.page_before(query.filters, query.order, query.limit, place.key)
        if not page.refunds:
            page = Page([], place.key, place.key - 1, False)
        follow = bool(world.page(query.filters, query.order, 1, page.last).refunds)
        return _encoded(page, world, query, precede=page.more, follow=follow)
    page = world.page(query.filters, query.order, query.limit, place.key)
    if not page.refunds:
        page = Page([], place.key + 1, place.key, False)
    precede = bool(world.page_before(query.filters, query.order, 1, page.first).refunds)
    return _encoded(page, world, query, precede=precede, follow=page.more)


def _place(world: World, query: ListQuery, warnings: list[Breach]) -> Place | None:
    """Where the page starts: None for the beginning of the list."""
    token = query.page_token
    if token is None:
        return None
    place = read_token(world.key, token)
    same_query = place is not None and place.query == query.digest
    breaches = tuple(page_token_valid(token, place is not None, same_query))
    world.verdicts.weigh(breaches, warnings)
    return None if breaches else place


def _encoded(
    page: Page, world: World, query: ListQuery, *, precede: bool, follow: bool
) -> list[bytes]:
    openings, payers, bodies = parts_of(page.refunds)
    pieces = [b","] * (4 * len(openings) or 1)
    pieces[1::4] = openings
    pieces[2::4] = [payer.json for payer in payers]
    pieces[3::4] = bodies
    pieces[0] = b'{"items":['
    pieces.append(b"]")
    if precede:
        token = token_for(world.key, Place(True, page.first, query.digest))
        pieces.append(b',"prev_page_token":"%b"' % token.encode())
    if follow:
        token = token_for(world.key, Place(False, page.last, query.digest))
        pieces.append(b',"next_page_token":"%b"' % token.encode())
    pieces.append(b"}")
    return pieces
