"""The rules about what stands in the address of a request: the id in its path, and its query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mockserver.errors import Breach, shown
from mockserver.rules.rule import rule
from mockserver.spec.facts import LIMIT_MAX, LIMIT_MIN, SORT_DIRECTIONS, SORT_FIELDS
from mockserver.wire.scalars import UUID_PATTERN

__all__ = [
    "ADDRESS_RULES",
    "is_uuid",
    "limit_range",
    "page_token_valid",
    "path_id_shape",
    "query_shape",
    "refund_exists",
    "unknown_parameter",
]

_UUID = re.compile(UUID_PATTERN[1:-1])
_INTEGER = re.compile(r"-?[0-9]+")


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its canonical form, in any letter case."""
    return _UUID.fullmatch(text) is not None


def _is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None and len(text) < 1000


_SHAPES = {
    "limit": (_is_integer, "an integer"),
    "non_insurance_payer_id": (is_uuid, "a UUID"),
    "invoice_id": (is_uuid, "a UUID"),
    "sort": (SORT_FIELDS.__contains__, " or ".join(SORT_FIELDS)),
    "sort_direction": (SORT_DIRECTIONS.__contains__, " or ".join(SORT_DIRECTIONS)),
}
"""What each query parameter must be; check_number and page_token are any text."""

QUERY_PARAMETERS = (*_SHAPES, "check_number", "page_token")


@rule(
    "query-shape",
    "query parameters have their documented types, and only check_number is repeated",
    evidence="documented",
    source="the list page's query parameters and the SDKs' get_multi",
    default="enforce",
    stage="shape",
    relaxed="an invalid parameter is ignored; of a repeated one the last value counts",
)
def query_shape(query: Mapping[str, Sequence[str]]) -> Iterable[Breach]:
    """`query` holds the values of each parameter in the order sent."""
    for name, values in query.items():
        place = f"query {name}"
        if name in QUERY_PARAMETERS and name != "check_number" and len(values) > 1:
            yield Breach("query-shape", place, list(values), "one value")
        fits, expected = _SHAPES.get(name, (None, ""))
        for value in values:
            if fits is not None and not fits(value):
                yield Breach("query-shape", place, value, expected)


def unknown_parameter(query: Mapping[str, Sequence[str]]) -> Iterable[Breach]:
    """The parameters that the operation does not have: breaches of rule unknown-field."""
    for name in query:
        if name not in QUERY_PARAMETERS:
            place = f"query {shown(name)}"
            yield Breach("unknown-field", place, query[name][0], "no such parameter")


@rule(
    "limit-range",
    "limit is greater than 0 and less than 1000",
    evidence="documented",
    source="SDK, get_multi: the value must be greater than 0 and less than 1000",
    default="enforce",
    stage="shape",
    relaxed="the nearest limit in the range is used",
)
def limit_range(limit: int) -> Iterable[Breach]:
    """`limit` as it was sent."""
    if not LIMIT_MIN <= limit <= LIMIT_MAX:
        yield Breach(
            "limit-range", "query limit", limit, f"an integer from {LIMIT_MIN} to {LIMIT_MAX}"
        )


@rule(
    "page-token-valid",
    "a page token comes from an answer with the same filters and sort",
    evidence="assumed",
    source="tokens are opaque, so a token that no answer contained can only be a mistake",
    default="enforce",
    stage="shape",
    relaxed="the list starts at its first page",
)
def page_token_valid(token: str, made_here: bool, same_query: bool) -> Iterable[Breach]:
    """`made_here` is whether this world made the token; `same_query` whether for this query."""
    if not made_here:
        expected = "a next_page_token or prev_page_token that this API answered"
        yield Breach("page-token-valid", "query page_token", token, expected)
    elif not same_query:
        expected = "a token answered for the same filters, sort and sort_direction"
        yield Breach("page-token-valid", "query page_token", token, expected)


@rule(
    "path-id-shape",
    "the refund id in the path is a UUID",
    evidence="assumed",
    source="get documents only 404, so a malformed id counts as not found",
    default="enforce",
    stage="existence",
    relaxed="the id is looked up as sent, and not found",
    error_name="EntityNotFoundError",
)
def path_id_shape(refund_id: str) -> Iterable[Breach]:
    """The id as it stands in the path, percent-decoded."""
    if not is_uuid(refund_id):
        place = "path non_insurance_payer_refund_id"
        yield Breach("path-id-shape", place, refund_id, "a UUID", refund_id)


@rule(
    "refund-exists",
    "the refund exists: it was created and not deleted",
    evidence="documented",
    source="the pages' errors: 404 Entity Not Found Error",
    default="enforce",
    stage="existence",
    relaxed="delete answers 200 for a missing refund; get and update still answer 404",
    error_name="EntityNotFoundError",
)
def refund_exists(refund_id: str, found: bool, elsewhere: str | None = None) -> Iterable[Breach]:
    """The id in the path, and whether this world holds a refund under it; `elsewhere` names another
    world that does.
    """
    if not found:
        place = "path non_insurance_payer_refund_id"
        expected = "the id of a refund of this organization"
        if elsewhere is not None:
            expected += f" (a refund of world {shown(elsewhere)} has it)"
        yield Breach("refund-exists", place, refund_id, expected, refund_id)


ADDRESS_RULES = (query_shape, limit_range, page_token_valid, path_id_shape, refund_exists)
