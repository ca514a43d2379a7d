"""Scalars are read strictly: uuids, cents and dates, and nothing that is only near to them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mockserver.wire.scalars import CalendarDate, Cents, DateTime, Uuid

modest = settings(derandomize=True, deadline=None, database=None, max_examples=200)
UUIDS: TypeAdapter[str] = TypeAdapter(Uuid)
CENTS: TypeAdapter[int] = TypeAdapter(Cents)
DATES: TypeAdapter[str] = TypeAdapter(CalendarDate)
INSTANTS: TypeAdapter[Any] = TypeAdapter(DateTime)


def read(adapter: TypeAdapter[Any], value: Any) -> Any:
    """The value read from JSON, and the same from Python; None where it does not fit."""
    found = []
    for read_once, sent in (
        (adapter.validate_json, json.dumps(value)),
        (adapter.validate_python, value),
    ):
        try:
            found.append(read_once(sent))
        except ValidationError:
            found.append(None)
    assert found[0] == found[1], "JSON and Python are read differently"
    return found[0]


@modest
@given(value=st.uuids(), change=st.sampled_from([str.lower, str.upper, str.title]))
def test_a_uuid_is_read_in_any_letter_case(value: UUID, change: Any) -> None:
    """A UUID of any version is read in any letter case, as lower case."""
    assert read(UUIDS, change(str(value))) == str(value)


@modest
@given(text=st.text(max_size=40))
def test_a_uuid_is_read_in_one_form(text: str) -> None:
    """What is read is the canonical form of what the standard library reads too."""
    found = read(UUIDS, text)
    assert found is None or found == str(UUID(text)) == text.lower()


@modest
@given(value=st.uuids())
def test_other_forms_of_a_uuid_are_refused(value: UUID) -> None:
    """Braces, URNs, missing dashes and anything around a UUID are refused."""
    for text in (value.hex, f"{{{value}}}", value.urn, f" {value}", f"{value}\n", f"{value}0"):
        assert read(UUIDS, text) is None, text


@modest
@given(value=st.integers())
def test_an_integer_is_cents(value: int) -> None:
    """Any integer is read as it is; its size is a matter for a rule."""
    assert read(CENTS, value) == value


@modest
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_without_a_fraction_is_cents(value: float) -> None:
    """A number is read if it is a whole one, as JSON Schema's integer admits 5.0."""
    found = read(CENTS, value)
    assert found == (int(value) if value.is_integer() else None)
    assert found is None or type(found) is int


@pytest.mark.parametrize("value", ["1", "", True, False, None, [], {}, [1]])
def test_what_is_no_number_is_no_cents(value: Any) -> None:
    """Texts, booleans and the rest are refused."""
    for adapter in (CENTS, UUIDS, DATES, INSTANTS):
        assert read(adapter, value) is None or isinstance(value, str)
    assert read(CENTS, value) is None


@modest
@given(value=st.dates())
def test_a_date_is_itself(value: date) -> None:
    """Any day of the calendar is read as it is."""
    assert read(DATES, value.isoformat()) == value.isoformat()


@modest
@given(text=st.one_of(st.text(max_size=12), st.from_regex(r"\A\d{4}-\d\d-\d\d\Z")))
def test_a_date_has_one_form(text: str) -> None:
    """What is read is a day of the calendar in its one form."""
    found = read(DATES, text)
    assert found is None or (
        found == text == date.fromisoformat(text).isoformat() and text.isascii()
    )


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "20240115",
        "2024-W01-1",
        "2024-1-1",
        "0000-01-01",
        "10000-01-01",
        "２０２４-01-15",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    """Days that are not there and other forms of ISO 8601 are refused."""
    assert read(DATES, text) is None
