"""A short body that is refused is read once, and told the same as one that is read carefully."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.api import bodies
from mockserver.api.bodies import Reader, read_shape
from mockserver.errors import Breach, Refusal
from mockserver.rules import Verdicts, levels
from mockserver.wire.requests import (
    HastyCreate,
    NonInsurancePayerRefundCreate,
    NonInsurancePayerRefundUpdate,
)
from tests.organization import body as good

CREATE = Reader(NonInsurancePayerRefundCreate, hasty=HastyCreate)
UPDATE = Reader(NonInsurancePayerRefundUpdate)
DEFAULT = Verdicts(levels("default", {}))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["1" * 5_000, "NaN", "\ud800", "set", "remove", "unattributed", "2024-01-15"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.sampled_from(["type", "value", "amount_cents", "target"]), st.text()),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


def told(sent: bytes, reader: Reader[Any], verdicts: Verdicts) -> tuple[object, list[Breach]]:
    """The shape or the words of the refusal, and the warnings."""
    warnings: list[Breach] = []
    try:
        shape = read_shape(reader, sent, "application/json", verdicts, warnings)
        return (shape.model_dump(), shape.model_fields_set), warnings
    except Refusal as refusal:
        return (refusal.error_name, refusal.message, refusal.lines), warnings


def assert_same(sent: bytes, reader: Reader[Any], verdicts: Verdicts = DEFAULT) -> None:
    """Assert that a short and a long body of this content would be told the same."""
    with pytest.MonkeyPatch.context() as patch:
        at_once = told(sent, reader, verdicts)
        patch.setattr(bodies, "_SHORT", 0)
        assert at_once == told(sent, reader, verdicts)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*good(), "refund_note", "invoice_id", "odd"]), values),
    st.sampled_from(["default", "strict", "lenient"]),
    st.sampled_from([CREATE, UPDATE]),
)
def test_refusal_and_warnings_are_those_of_a_careful_reading(
    changes: dict[str, Any], profile: str, reader: Reader[Any]
) -> None:
    """Whatever stands in the fields, in every profile."""
    sent = json.dumps({**good(), **changes}).encode()
    assert_same(sent, reader, Verdicts(levels(profile, {})))
    relaxed = {"body-shape": "warn", "body-json": "off"}
    assert_same(sent, reader, Verdicts(levels(profile, relaxed)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=30), st.integers(0, 300))
def test_bytes_of_any_kind_are_told_the_same(junk: bytes, at: int) -> None:
    """Bytes put into a body at any place."""
    sent = json.dumps(good()).encode()
    assert_same(sent[:at] + junk + sent[at:], CREATE)


@pytest.mark.parametrize("bad", [(0,), (199,), (200,), (250,), (3, 150, 210, 260)])
def test_many_allocations_are_told_as_far_as_ever(bad: tuple[int, ...]) -> None:
    """Faults behind the 200th allocation, and behind the first that does not fit, are left out."""
    allocations = [dict(good()["allocations"][0]) for _ in range(300)]
    for place in bad:
        allocations[place]["amount_cents"] = "one"
    assert_same(json.dumps({**good(), "allocations": allocations}).encode(), CREATE)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xef\xbb\xbf{}",
        b"{" * 1_000,
        b'{"amount_cents": NaN}',
        b'{"odd": -Infinity}',
        b'{"odd": "\\ud800"}',
        b'{"odd": ' + b"1" * 5_000 + b"}",
        b'{"amount_cents": 1, "amount_cents": "two"}',
        b'{"odd": 1}',
    ],
)
def test_what_is_no_plain_object_is_told_the_same(sent: bytes) -> None:
    """Bodies that the rule about JSON refuses."""
    assert_same(sent, CREATE)
    assert_same(sent, UPDATE)


@pytest.mark.skipif(not bodies._FORBIDS, reason="this release of pydantic cannot forbid fields")
def test_a_refused_body_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second reading comes behind a refusal of the shape."""
    monkeypatch.setattr(bodies, "_read_carefully", None)
    words, _ = told(json.dumps({**good(), "amount_cents": "two"}).encode(), CREATE, DEFAULT)
    assert words == (
        "UnprocessableEntityError",
        'body-shape: $.amount_cents is "two"; expected an integer',
        ('body-shape: $.amount_cents is "two"; expected an integer',),
    )
