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

from contracts.payloads.catalogue import records
from contracts.payloads.choice import Choice
from contracts.payloads.record import NO_ANSWER, Profile, Record

Records = st.SearchStrategy[Record]
_GOOD = ("valid", "boundary")
_BAD = ("invalid-schema", "invalid-semantic", "malformed-wire")


@cache
def _records(profile: Profile, operation: str) -> tuple[Record, ...]:
    return tuple(records(profile=profile, choice=Choice((operation,))))


def _drawn(
    operation: str, kinds: Collection[str], profile: Profile, fits: Callable[[Record], bool]
) -> Records:
    asked = [record for record in _records(profile, operation) if record.kind in kinds]
    return st.sampled_from([r for r in asked if fits(r) and NO_ANSWER not in r.statuses])


def _accepted(operation: str, profile: Profile) -> Records:
    return _drawn(operation, _GOOD, profile, lambda record: record.statuses == (200,))


def _refused(operation: str, profile: Profile) -> Records:
    return _drawn(operation, _BAD, profile, lambda record: 200 not in record.statuses)


def valid_creates(profile: Profile = "default") -> Records:
    """Creates that are accepted, at the edges of what the schema admits."""
    return _accepted("create", profile)


def invalid_creates(profile: Profile = "default") -> Records:
    """Creates that are refused, each with its status and errorName."""
    return _refused("create", profile)


def valid_updates(profile: Profile = "default") -> Records:
    """Updates that are accepted; `setup` creates the refund that they change."""
    return _accepted("update", profile)


def invalid_updates(profile: Profile = "default") -> Records:
    """Updates that are refused."""
    return _refused("update", profile)


def valid_lists(profile: Profile = "default") -> Records:
    """Lists that are accepted."""
    return _accepted("get_multi", profile)


def invalid_lists(profile: Profile = "default") -> Records:
    """Lists that are refused: limits, words, ids and page tokens that are none."""
    return _refused("get_multi", profile)


def missing_refunds(operation: str = "get", profile: Profile = "default") -> Records:
    """Gets, updates or deletes of refunds that are not there."""
    return _drawn(operation, (*_GOOD, *_BAD), profile, lambda record: record.statuses == (404,))


def unauthorized_requests(profile: Profile = "default") -> Records:
    """Requests of all five operations that no server lets in."""
    names = ("create", "get", "get_multi", "update", "delete")
    drawn = (_drawn(name, ("auth",), profile, lambda r: r.statuses == (401,)) for name in names)
    return st.one_of(*drawn)


def body_of(record: Record) -> Any:
    """The body parsed, or None where there is none or it is no JSON."""
    try:
        return json.loads(record.request.body or b"null")
    except ValueError:
        return None
