"""Hypothesis strategies, as plural nouns, that draw payloads inside tests of a client.

    from hypothesis import given
    from contracts.payloads import strategies

    @given(record=strategies.invalid_creates())
    def test_my_client_refuses(record):
        ...

A record is JSON-able by `record.to_json()`; its body as an object is `strategies.body_of(record)`.
Draws shrink towards the first of the payloads, which change one thing each.
"""

import json
from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from hypothesis import strategies as st

from contracts.payloads.catalogue import Choice, records
from contracts.payloads.record import NO_ANSWER, Profile, Record

Records = st.SearchStrategy[Record]
_SEED = 0
_GOOD = ("valid", "boundary")
_BAD = ("invalid-schema", "invalid-semantic", "malformed-wire")


@cache
def _records(profile: Profile, operation: str) -> tuple[Record, ...]:
    return tuple(records(seed=_SEED, profile=profile, choice=Choice((operation,))))


def _drawn(
    operation: str, kinds: Collection[str], profile: Profile, fits: Callable[[Record], bool]
) -> Records:
    chosen = [
        r
        for r in _records(profile, operation)
        if r.kind in kinds and fits(r) and NO_ANSWER not in r.statuses
    ]
    return st.sampled_from(chosen)


def _accepted(record: Record) -> bool:
    return record.statuses == (200,)


def _unauthorized(record: Record) -> bool:
    return record.statuses == (401,)


def _refused(record: Record) -> bool:
    return 200 not in record.statuses


def valid_creates(profile: Profile = "default") -> Records:
    """Creates that are accepted, at the edges of what the schema admits."""
    return _drawn("create", _GOOD, profile, _accepted)


def invalid_creates(profile: Profile = "default") -> Records:
    """Creates that are refused, each with its status and errorName."""
    return _drawn("create", _BAD, profile, _refused)


def valid_updates(profile: Profile = "default") -> Records:
    """Updates that are accepted; `setup` creates the refund that they change."""
    return _drawn("update", _GOOD, profile, _accepted)


def invalid_updates(profile: Profile = "default") -> Records:
    """Updates that are refused."""
    return _drawn("update", _BAD, profile, _refused)


def valid_lists(profile: Profile = "default") -> Records:
    """Lists that are accepted."""
    return _drawn("get_multi", _GOOD, profile, _accepted)


def invalid_lists(profile: Profile = "default") -> Records:
    """Lists that are refused: limits, words, ids and page tokens that are none."""
    return _drawn("get_multi", _BAD, profile, _refused)


def missing_refunds(operation: str = "get", profile: Profile = "default") -> Records:
    """Gets, updates or deletes of refunds that are not there."""
    return _drawn(operation, (*_GOOD, *_BAD), profile, lambda record: record.statuses == (404,))


def unauthorized_requests(profile: Profile = "default") -> Records:
    """Requests of all five operations that no server lets in."""
    names = ("create", "get", "get_multi", "update", "delete")
    return st.one_of(*(_drawn(name, ("auth",), profile, _unauthorized) for name in names))


def body_of(record: Record) -> Any:
    """The body parsed, or None where there is none or it is no JSON."""
    try:
        return json.loads(record.request.body or b"null")
    except ValueError:
        return None
