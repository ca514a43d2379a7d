"""Strategies draw records that are what their name says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.payloads import Record, strategies

ACCEPTED = st.one_of(
    strategies.valid_creates(), strategies.valid_updates(), strategies.valid_lists()
)
REFUSED = st.one_of(
    strategies.invalid_creates(), strategies.invalid_updates(), strategies.invalid_lists()
)


@settings(max_examples=50, deadline=None)
@given(record=ACCEPTED)
def test_valid_ones_are_accepted(record: Record) -> None:
    """The only right answer is 200."""
    assert record.statuses == (200,)


@settings(max_examples=50, deadline=None)
@given(record=REFUSED)
def test_invalid_ones_are_refused(record: Record) -> None:
    """No right answer is 200."""
    assert 200 not in record.statuses


@settings(max_examples=20, deadline=None)
@given(record=strategies.unauthorized_requests())
def test_unauthorized_ones_are_401(record: Record) -> None:
    """Whatever the operation, the answer is 401."""
    assert record.statuses == (401,)


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_missing_refunds_are_404(operation: str) -> None:
    """Some are drawn for each operation on one refund."""

    @settings(max_examples=10, deadline=None)
    @given(record=strategies.missing_refunds(operation))
    def holds(record: Record) -> None:
        assert record.statuses == (404,)

    holds()


def test_bodies_can_be_read() -> None:
    """The body of a record as an object, None where it is no JSON."""

    @settings(max_examples=20, deadline=None)
    @given(record=strategies.valid_creates())
    def holds(record: Record) -> None:
        body = strategies.body_of(record)
        assert body is None or body["amount_cents"] > 0

    holds()
