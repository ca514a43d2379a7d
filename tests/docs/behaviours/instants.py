"""What the stand-in takes for an instant or a date, and how it writes one."""

from __future__ import annotations

from tests.docs.behaviours.caller import Caller

__all__ = ["INSTANTS"]


def instant_utc() -> None:
    """Answers show the same instant in UTC with `Z`, and keep every digit of its fraction except
    trailing zeros.
    """
    here = Caller()
    for sent, answered in (
        ("2024-02-29T10:00:00+05:30", "2024-02-29T04:30:00Z"),
        ("2024-02-29T10:00:00.1234567890Z", "2024-02-29T10:00:00.123456789Z"),
        ("2024-02-29T10:00:00.000-00:00", "2024-02-29T10:00:00Z"),
    ):
        assert here.created(refund_timestamp=sent)["refund_timestamp"] == answered


def instant_form() -> None:
    """A date-time is RFC 3339 with `T`, `t` or one space between date and time, seconds, and `Z`,
    `z` or an offset at the end; rule `timestamp-offset` decides about one without.
    """
    here = Caller()
    for text in ("2024-02-29T10:00:00Z", "2024-02-29t10:00:00z", "2024-02-29 10:00:00+00:00"):
        assert here.created(refund_timestamp=text)["refund_timestamp"] == "2024-02-29T10:00:00Z"
    for text in ("2024-02-29", "2024-02-29T10:00Z", "2024-02-29T10:00:00+0000", "20240229T100000Z"):
        assert here.create(refund_timestamp=text).status_code == 422, text


def instant_impossible() -> None:
    """A leap second (`:60`), `24:00:00` and a nonexistent day are refused."""
    here = Caller()
    for text in ("2016-12-31T23:59:60Z", "2024-02-29T24:00:00Z", "2023-02-29T10:00:00Z"):
        assert here.create(refund_timestamp=text).status_code == 422, text


def instant_range() -> None:
    """An instant outside the years 0001 to 9999 in UTC is refused."""
    here = Caller()
    assert here.create(refund_timestamp="0001-01-01T00:00:00Z").status_code == 200
    assert here.create(refund_timestamp="0001-01-01T00:00:00+01:00").status_code == 422
    assert here.create(refund_timestamp="9999-12-31T23:59:59-01:00").status_code == 422


def instant_absent() -> None:
    """An omitted `refund_timestamp` stays absent."""
    assert "refund_timestamp" not in Caller().created()


def date_form() -> None:
    """The date of an earmark is `YYYY-MM-DD` and an existing day."""
    here = Caller()
    for day, status in (("2024-02-29", 200), ("2023-02-29", 422), ("20240229", 422)):
        earmark = {"type": "date_of_service", "value": day}
        assert here.create(earmark=earmark).status_code == status, day


INSTANTS = (instant_utc, instant_form, instant_impossible, instant_range, instant_absent, date_form)
